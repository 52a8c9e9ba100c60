//! What is left when the machine fails in the middle of an import.

use std::collections::HashSet;
use std::fmt::Write;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::place::{Place, finish};

pub(crate) const PEOPLE: usize = 5_000;

fn place_with_people() -> Place {
    let place = Place::new();
    write_people(&place);
    place
}

/// The file `people.csv`.
pub(crate) fn write_people(place: &Place) {
    let mut file = String::from("username,first name,last name,email\n");
    for number in 0..PEOPLE {
        writeln!(file, "person{number},First{number},Last{number},person{number}@example.com").expect("memory");
    }
    place.write("people.csv", &file);
}

/// Everyone of the file, each once.
pub(crate) fn assert_complete(place: &Place) {
    let said = place.run(&["export", "--format", "ndjson"]);
    let mut usernames = HashSet::new();
    for line in said.out.lines() {
        let account: serde_json::Value = serde_json::from_str(line).expect("an object");
        assert!(usernames.insert(account["username"].as_str().expect("a username").to_owned()), "{line}");
    }
    assert_eq!(usernames.len(), PEOPLE);
}

#[test]
fn killed_five_times_every_row_is_imported_once() {
    let place = place_with_people();
    // Different moments at each run of the test; the time to the next kill grows, so that it gets somewhere.
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").subsec_nanos();
    for kill in 1..=5_u32 {
        let moment = Duration::from_millis(u64::from(kill * 60 + nanos.rotate_left(kill * 5) % 200));
        let mut child = place.command(&["import", "people.csv"]).stdout(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(moment);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }
    let said = place.run(&["import", "people.csv", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_complete(&place);
}

#[test]
fn a_full_disk_is_said_clearly_and_nothing_is_lost() {
    let place = place_with_people();
    assert_eq!(place.appoint("sophia").code, Some(0));
    // No file may grow beyond 1 MB (blocks of 512 bytes): the kernel refuses to write, as it does when the disk is full.
    let said = finish(&mut place.shell("ulimit -f 2048; exec \"$PROGRAM\" import people.csv"));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.starts_with("reeve: "), "{said:?}");
    assert!(!said.err.contains("panicked"), "{said:?}");
    let reset = place.run_with_input(&["admin", "reset-password", "sophia"], "quince harbor velvet 93 moss\n");
    assert_eq!(reset.code, Some(0), "what was there before still is: {reset:?}");

    let said = place.run(&["import", "people.csv", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let count = place.run(&["export", "--format", "ndjson"]).out.lines().count();
    assert_eq!(count, PEOPLE + 1);
}
