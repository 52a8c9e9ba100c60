//! An import of the console on the real server, which is killed in the middle of it.

use crate::place::{Answer, Place};
use crate::visitor::{Visitor, crowd};

const PEOPLE: usize = 8_000;

fn on(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").expect("a place").to_owned()
}

/// What stands behind a name in a form.
fn value(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).expect("a hidden field");
    rest.split('"').next().expect("a value").to_owned()
}

/// The figure of the page of an import, as `Created`.
fn figure(page: &Answer, name: &str) -> usize {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("{name}</dt><dd>")).unwrap_or_else(|| panic!("no {name}: {text}"));
    let digits: String = rest.split('<').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[test]
fn es_101_a_killed_server_finishes_the_import_after_its_restart_with_every_row_once() {
    let place = Place::new();
    let server = place.serve(&["serve"]);
    let mut sophia = Visitor::sophia(&place, &server);
    sophia.get("/console/imports/new");
    let import = on(&sophia.upload("/console/imports", &crowd(PEOPLE)));
    let import = import.strip_suffix("/2").expect("the second step").to_owned();
    let options = [
        ("delimiter", "comma"),
        ("encoding", "UTF-8"),
        ("quote", "double"),
        ("has_header", "1"),
        ("skip_lines", "0"),
        ("status", "enabled"),
        ("passwords", "none"),
        ("on_error", "skip"),
        ("list_separator", "semicolon"),
    ];
    on(&sophia.post(&format!("{import}/2"), &options));
    let map = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name"), ("map3", "email")];
    on(&sophia.post(&format!("{import}/3"), &map));
    let merge = [("match_by", "username"), ("mode", "create"), ("notify", "nobody")];
    on(&sophia.post(&format!("{import}/4"), &merge));
    let review = sophia.watch(&format!("{import}/5"), |page| page.text().contains("Start import"));
    assert_eq!(figure(&review, "Create"), PEOPLE);
    let mark = value(&review, "mark");
    let page = on(&sophia.post(&format!("{import}/5"), &[("mark", &mark), ("faulty", "0")]));
    let seen = sophia.watch(&page, |page| page.text().contains("in progress") && figure(page, "Created") > 0);
    let before = figure(&seen, "Created");
    assert!(before < PEOPLE, "it ended before it could be killed");
    server.signal("KILL");
    drop(server);

    let server = place.serve(&["serve"]);
    let mut sophia = Visitor::new(&server);
    assert_eq!(sophia.sign_in().status, 303);
    let done = sophia.watch(&page, |page| page.text().contains("Import finished"));
    assert_eq!((figure(&done, "Created"), figure(&done, "Failed")), (PEOPLE, 0));
    let report = sophia.get(&format!("{import}/report.csv"));
    assert_eq!(report.text().matches(",CREATED,").count(), PEOPLE, "every row once");
    let people = place.run(&["export", "--format", "ndjson"]).out;
    assert_eq!(people.lines().count(), PEOPLE + 1);
    let uploads = std::fs::read_dir(place.path("reeve-data/files")).expect("the folder is there");
    let names: Vec<_> = uploads.map(|entry| entry.expect("a file").file_name().into_string().expect("text")).collect();
    assert!(!names.iter().any(|name| name.ends_with(".upload")), "{names:?}");
}
