//! Schemas that don't fit the program, and two who bring one up to date at once.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use crate::outages::own_postgres;
use crate::place::{Place, Said, wait_until};

fn migrated() -> (Place, Connection) {
    let place = Place::new();
    assert_eq!(place.run(&["migrate"]).code, Some(0));
    let file = Connection::open(place.path("reeve-data/reeve.db")).expect("the file opens");
    (place, file)
}

/// Server and commands refuse alike, in one sentence, and the doctor says the same.
fn assert_refused(place: &Place, why: &str) {
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["migrate"], &["export"]] {
        let said = place.run(arguments);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.err.starts_with("reeve: the SQLite database ") && said.err.contains(why), "{said:?}");
        assert_eq!(said.err.lines().count(), 1, "{said:?}");
    }
    assert_eq!(place.run(&["check"]).code, Some(1));
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let (place, file) = migrated();
    file.execute("insert into schema_migrations values ('9999_future', x'00', 0)", []).expect("a row");
    assert_refused(&place, "made by a newer version (it has migration 9999_future)");
}

#[test]
fn a_migration_in_another_wording_is_refused() {
    let (place, file) = migrated();
    file.execute("update schema_migrations set checksum = x'00' where name like '0001%'", []).expect("a row");
    assert_refused(&place, "migration 0001_foundation was applied to this database in another wording");
}

#[test]
fn whoever_comes_second_waits_for_whoever_migrates_a_file() {
    let place = Place::new();
    std::fs::create_dir(place.path("reeve-data")).expect("a folder");
    let first = Connection::open(place.path("reeve-data/reeve.db")).expect("the file opens");
    first.execute_batch("pragma journal_mode = wal; begin immediate").expect("nobody writes");
    let mut child = place.command(&["migrate"]).spawn().expect("it starts");
    thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().expect("it is ours").is_none(), "it waits");
    first.execute_batch("rollback").expect("it ends");
    let said = Said::from(child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn whoever_comes_second_waits_for_whoever_migrates_a_postgresql() {
    let Some(postgres) = own_postgres(&[], &[]) else { return };
    let place = Place::new();
    // The same lock as the program's, held by a session of somebody else.
    let mut first = postgres
        .psql("select pg_advisory_lock(7233683271), pg_sleep(4)")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("psql starts");
    let locks = "select count(*) from pg_locks where locktype = 'advisory' and granted";
    wait_until(|| postgres.says(locks).contains('1'));

    let hurried = format!("{}?options=-c%20lock_timeout%3D500ms", postgres.url());
    let said = place.run(&["migrate", "--database", &hurried]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("another process is bringing this database to its schema; start again"), "{said:?}");

    let patient = place.run(&["migrate", "--database", &postgres.url()]);
    assert_eq!(patient.code, Some(0), "{patient:?}");
    assert!(patient.err.contains("waiting for it"), "{patient:?}");
    assert!(first.wait().expect("it ends").success());
}

#[test]
fn two_servers_that_start_at_once_on_an_empty_database_both_serve() {
    let Some(postgres) = own_postgres(&[], &[]) else { return };
    let place = Place::new();
    let servers: Vec<_> = thread::scope(|scope| {
        let starts: Vec<_> = (0..3).map(|_| scope.spawn(|| place.serve(&["--database", &postgres.url()]))).collect();
        starts.into_iter().map(|start| start.join().expect("it starts")).collect()
    });
    for server in &servers {
        assert_eq!(server.get("/readyz").status, 200);
    }
    assert_eq!(postgres.says("select count(*) from organizations"), "1");
}
