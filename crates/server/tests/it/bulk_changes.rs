//! A change of very many users on the real server, which is killed in the middle of it.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::place::{Answer, Place};
use crate::visitor::Visitor;

const PEOPLE: usize = 8_000;

fn crowd() -> String {
    let mut text = "username,first_name,last_name,email\n".to_owned();
    for n in 0..PEOPLE {
        writeln!(text, "person{n},Pat{n},Crowd,person{n}@example.com").expect("memory");
    }
    text
}

/// How many users the page says are dealt with.
fn done(page: &Answer) -> usize {
    let text = page.text();
    let (before, _) = text.split_once(" users</label>").unwrap_or_else(|| panic!("no progress: {text}"));
    let number = before.rsplit('>').next().and_then(|words| words.split(' ').next()).unwrap_or_default();
    number.replace(',', "").parse().expect("a number")
}

/// Asks until `is_so`, for at most two minutes.
fn watch(visitor: &mut Visitor, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
    let begin = Instant::now();
    loop {
        let page = visitor.get(path);
        if is_so(&page) {
            return page;
        }
        assert!(begin.elapsed() < Duration::from_mins(2), "not seen in time: {}", page.text());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_killed_server_goes_on_with_the_change_after_its_restart_and_nobody_comes_twice() {
    let place = Place::new();
    place.write("people.csv", &crowd());
    assert_eq!(place.run(&["import", "people.csv"]).code, Some(0));
    let server = place.serve(&["serve"]);
    let mut sophia = Visitor::sophia(&place, &server);
    sophia.get("/console/groups/new");
    let group =
        sophia.post("/console/groups", &[("name", "Everybody")]).header("location").expect("a place").to_owned();
    let id = group.rsplit('/').next().expect("an identifier").to_owned();
    let all = [
        ("scope", "all"),
        ("matching", "8000"),
        ("return", "%2Fconsole%2Fusers%3Flast%3Dcrowd"),
        ("answer", "1"),
        ("group", id.as_str()),
    ];
    let started = sophia.post("/console/users/bulk/group", &all);
    assert_eq!(started.status, 303, "{}", started.text());
    let page = started.header("location").expect("a place").to_owned();
    let seen = watch(&mut sophia, &page, |page| done(page) > 0);
    assert!(done(&seen) < PEOPLE, "it ended before it could be killed");
    server.signal("KILL");
    drop(server);

    let server = place.serve(&["serve"]);
    let mut sophia = Visitor::new(&server);
    assert_eq!(sophia.sign_in().status, 303);
    let end = watch(&mut sophia, &page, |page| !page.text().contains("<progress"));
    assert!(end.text().contains("<h1 tabindex=\"-1\">8,000 users added</h1>"), "{}", end.text());
    assert!(sophia.get(&group).text().contains("of 8,000 members"));
}
