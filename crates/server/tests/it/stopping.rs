//! Being told to stop while there is work.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::interruptions::{PEOPLE, assert_complete, write_people};
use crate::place::{Answer, Place, Said, wait_until};
use crate::visitor::{Visitor, new_user};

/// Far less than the ten seconds that requests in work are given.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Holds SQLite's write lock, so that whoever changes something is in the middle of it until this value goes away.
fn hold_up(place: &Place) -> Connection {
    let other = Connection::open(place.path("reeve-data/reeve.db")).expect("the file opens");
    other.execute_batch("begin immediate").expect("nobody writes");
    other
}

#[test]
fn a_request_in_work_is_answered_before_the_end() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    sophia.get("/console/users/new");
    let idle = server.connect();
    let held = hold_up(&place);
    let mut working = server.connect();
    working.write_all(sophia.posting("/console/users", &new_user("nora")).as_bytes()).expect("the server reads");
    thread::sleep(Duration::from_secs(1));
    server.signal("TERM");
    server.wait_for_log("stopping");
    drop(held);
    let mut answer = Vec::new();
    working.read_to_end(&mut answer).expect("it is answered");
    assert_eq!(Answer::read(&answer).status, 303);
    let (code, log) = server.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped") && !log.contains("panicked"), "{log}");
    drop(idle);
    assert_eq!(place.run(&["export", "--format", "ndjson"]).out.lines().count(), 2);
}

#[test]
fn what_was_answered_before_it_was_done_is_done_before_the_end() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    sophia.get("/recover-username");
    let held = hold_up(&place);
    let answer = sophia.post("/recover-username", &[("email", "sophia%40example.com")]);
    assert!(answer.status == 200 && answer.text().contains("Check your email"), "{}", answer.text());
    server.signal("TERM");
    server.wait_for_log("stopping");
    drop(held);
    let (code, log) = server.wait();
    assert_eq!(code, Some(0), "{log}");
    let list = place.run(&["outbox", "list", "--json"]);
    assert!(list.out.contains("username_recovery"), "{list:?} {log}");
}

#[test]
fn told_twice_it_ends_at_once_whatever_is_in_work() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    sophia.get("/console/users/new");
    let held = hold_up(&place);
    let mut working = server.connect();
    working.write_all(sophia.posting("/console/users", &new_user("nora")).as_bytes()).expect("the server reads");
    let mut stalled = server.connect();
    stalled.write_all(b"GET /sign-in HTTP/1.1\r\n").expect("the server reads");
    thread::sleep(Duration::from_millis(500));
    server.signal("TERM");
    server.wait_for_log("stopping");
    let told = Instant::now();
    server.signal("TERM");
    let (code, log) = server.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked"), "{log}");
    assert!(told.elapsed() < AT_ONCE, "it took {:?}", told.elapsed());
    let mut rest = Vec::new();
    let _ = working.read_to_end(&mut rest);
    assert_eq!(rest, b"", "nobody was told that it was done");
    drop(held);
    assert_eq!(place.run(&["export", "--format", "ndjson"]).out.lines().count(), 1);
}

#[test]
fn a_connection_on_which_nothing_happens_delays_nothing() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut kept = server.connect();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    kept.write_all(request.as_bytes()).expect("the server reads");
    let mut some = [0; 1024];
    assert!(kept.read(&mut some).expect("an answer") > 0);
    let told = Instant::now();
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(told.elapsed() < AT_ONCE, "it took {:?}", told.elapsed());
}

#[test]
fn an_import_that_is_told_to_stop_ends_with_its_batch_and_goes_on_later() {
    let place = Place::new();
    write_people(&place);
    assert_eq!(place.run(&["migrate"]).code, Some(0));
    let child = place.command(&["import", "people.csv"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let other = Connection::open(place.path("reeve-data/reeve.db")).expect("the file opens");
    other.busy_timeout(AT_ONCE).expect("it can wait");
    let count = || other.query_row("select count(*) from accounts", [], |row| row.get::<_, u32>(0)).unwrap_or(0);
    wait_until(|| count() > 0);
    other.execute_batch("begin immediate").expect("there is a pause between batches");
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(told.expect("kill can be called").success());
    assert!((count() as usize) < PEOPLE, "it is in the middle");
    other.execute_batch("rollback").expect("it ends");
    let said = Said::from(child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("Stopped: created ") && said.out.contains("The same command goes on"), "{said:?}");
    let said = place.run(&["import", "people.csv", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_complete(&place);
}
