//! SQLite's file in trouble: no room, not to be written, gone, taken, damaged.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use crate::interruptions::{assert_complete, write_people};
use crate::mounts::{mount, where_one_may_mount};
use crate::place::{Place, Server};
use crate::visitor::{Visitor, new_user};

const DATABASE: &str = "reeve-data/reeve.db";

fn assert_whole(place: &Place) {
    let file = Connection::open(place.path(DATABASE)).expect("the file opens");
    let found: String = file.query_row("pragma integrity_check", [], |row| row.get(0)).expect("it can be read");
    assert_eq!(found, "ok");
    let said = place.run(&["check"]);
    assert!(said.out.contains("is whole"), "{said:?}");
}

fn accounts(place: &Place) -> usize {
    place.run(&["export", "--format", "ndjson"]).out.lines().count()
}

fn assert_calm(server: Server) {
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

/// A data folder with little room.
fn small_place(size: &str) -> Place {
    let place = Place::new();
    fs::create_dir(place.path("reeve-data")).expect("a folder");
    mount(&["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "tmpfs", &folder(&place)]);
    place
}

fn folder(place: &Place) -> String {
    place.path("reeve-data").display().to_string()
}

/// Takes what room is left.
fn fill(path: &Path) {
    let mut file = fs::File::create(path).expect("a file");
    while file.write_all(&[7; 4096]).is_ok() {}
}

#[test]
fn a_full_disk_ends_an_import_which_goes_on_when_there_is_room() {
    where_one_may_mount("files::a_full_disk_ends_an_import_which_goes_on_when_there_is_room", || {
        let place = small_place("5m");
        write_people(&place);
        let said = place.run(&["import", "people.csv"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.err.contains("full") && said.err.contains("the same command goes on from there"), "{said:?}");
        mount(&["-o", "remount,size=64m", &folder(&place)]);
        assert_whole(&place);
        let said = place.run(&["import", "people.csv", "--json"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert_complete(&place);
        assert_whole(&place);
    });
}

#[test]
fn on_a_full_disk_people_can_read_and_are_told_that_nothing_can_be_changed() {
    where_one_may_mount("files::on_a_full_disk_people_can_read_and_are_told_that_nothing_can_be_changed", || {
        let place = small_place("8m");
        let server = place.serve(&[]);
        let mut sophia = Visitor::sophia(&place, &server);
        let filler = place.path("reeve-data/filler");
        fill(&filler);
        for _ in 0..3 {
            let answer = sophia.create_user("nora");
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{}", answer.text());
        }
        assert_eq!(sophia.get("/console/users").status, 200);
        assert_eq!(server.get("/readyz").status, 200);
        server.wait_for_log("full");
        fs::remove_file(&filler).expect("it goes");
        assert_eq!(sophia.create_user("nora").status, 303, "there is room again");
        assert_calm(server);
        assert_eq!(accounts(&place), 2);
        assert_whole(&place);
    });
}

#[test]
fn a_file_that_may_not_be_written_is_said_in_one_sentence() {
    where_one_may_mount("files::a_file_that_may_not_be_written_is_said_in_one_sentence", || {
        let place = Place::new();
        assert_eq!(place.appoint("sophia").code, Some(0));
        let folder = folder(&place);
        mount(&["--bind", &folder, &folder]);
        mount(&["-o", "remount,ro,bind", &folder]);
        for arguments in [&["--listen", "127.0.0.1:0"][..], &["export"], &["migrate"]] {
            let said = place.run(arguments);
            assert_eq!(said.code, Some(1), "{said:?}");
            assert!(said.err.contains("can't be opened: Read-only file system"), "{said:?}");
            assert_eq!(said.err.lines().count(), 1, "{said:?}");
        }
    });
}

#[test]
fn a_file_that_is_deleted_or_replaced_under_the_server_is_noticed_at_once() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    let refused = |sophia: &mut Visitor| {
        assert_eq!(sophia.post("/console/users", &new_user("lost")).status, 503);
        assert_eq!(sophia.get("/console/users").status, 503);
        assert_eq!(server.get("/readyz").status, 503);
        assert_eq!(server.get("/healthz").status, 200);
    };
    let (file, aside) = (place.path(DATABASE), place.path("reeve-data/aside.db"));
    fs::rename(&file, &aside).expect("it can be moved");
    refused(&mut sophia);
    server.wait_for_log("was deleted or replaced while it was in use");

    fs::copy(&aside, &file).expect("it can be copied");
    refused(&mut sophia);

    fs::rename(&aside, &file).expect("it can be moved back");
    assert_eq!(sophia.create_user("nora").status, 303, "the right file is back");
    assert_calm(server);
    assert_eq!(accounts(&place), 2);
    assert_whole(&place);
}

#[test]
fn whoever_changes_something_waits_while_another_process_writes() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    let other = Connection::open(place.path(DATABASE)).expect("the file opens");
    other.execute_batch("begin immediate").expect("nobody writes");
    thread::scope(|scope| {
        let mut nora = sophia.clone();
        let making = scope.spawn(move || nora.create_user("nora").status);
        let command = scope.spawn(|| place.run(&["settings", "set", "user_page_size", "50"]).code);
        thread::sleep(Duration::from_secs(2));
        assert!(!making.is_finished() && !command.is_finished(), "they wait");
        assert_eq!(sophia.get("/console/users").status, 200, "reading goes on");
        assert_eq!(server.get("/readyz").status, 200);
        other.execute_batch("rollback").expect("it ends");
        assert_eq!(making.join().expect("an answer"), 303);
        assert_eq!(command.join().expect("an answer"), Some(0));
    });
    assert_calm(server);
}

#[test]
fn a_second_server_is_refused_by_whatever_name_it_knows_the_file() {
    let place = Place::new();
    let _first = place.serve(&[]);
    fs::create_dir(place.path("elsewhere")).expect("a folder");
    std::os::unix::fs::symlink(place.path(DATABASE), place.path("elsewhere/other.db")).expect("a link");
    let said = place.run(&["--listen", "127.0.0.1:0", "--database", "sqlite:elsewhere/other.db"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("another Reeve server works on elsewhere/other.db"), "{said:?}");
}

#[test]
fn a_damaged_file_is_found_by_the_doctor_and_is_no_answer_for_people() {
    let place = Place::new();
    write_people(&place);
    assert_eq!(place.appoint("sophia").code, Some(0));
    assert_eq!(place.run(&["import", "people.csv"]).code, Some(0));
    damage(&place.path(DATABASE), "accounts");
    let said = place.run(&["check"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("is damaged, and a backup must take its place"), "{said:?}");
    let said = place.run(&["export"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("the file is damaged, and a backup must take its place"), "{said:?}");

    let server = place.serve(&[]);
    assert_eq!(server.get("/healthz").status, 200);
    let answer = Visitor::new(&server).sign_in();
    assert_eq!(answer.status, 500, "{}", answer.text());
    server.wait_for_log("the file is damaged");
    assert_calm(server);
}

/// Overwrites the first page of a table, as a failing disk does.
fn damage(path: &Path, table: &str) {
    let file = Connection::open(path).expect("the file opens");
    file.execute_batch("pragma wal_checkpoint(truncate)").expect("the log is taken in");
    let size: u32 = file.query_row("pragma page_size", [], |row| row.get(0)).expect("a size");
    let root: u32 = file
        .query_row("select rootpage from sqlite_schema where name = ?1", [table], |row| row.get(0))
        .expect("the table is there");
    drop(file);
    let mut bytes = fs::read(path).expect("it can be read");
    let (start, size) = ((root - 1) as usize * size as usize, size as usize);
    bytes[start..start + size].fill(0xff);
    fs::write(path, bytes).expect("it can be written");
}
