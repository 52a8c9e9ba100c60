//! A change of very many users on the real server, which is killed in the middle of it.

use crate::place::{Answer, Place};
use crate::visitor::{Visitor, crowd};

const PEOPLE: usize = 8_000;

/// How many users the page says are dealt with.
fn done(page: &Answer) -> usize {
    let text = page.text();
    let (before, _) = text.split_once(" users</label>").unwrap_or_else(|| panic!("no progress: {text}"));
    let number = before.rsplit('>').next().and_then(|words| words.split(' ').next()).unwrap_or_default();
    number.replace(',', "").parse().expect("a number")
}

#[test]
fn a_killed_server_goes_on_with_the_change_after_its_restart_and_nobody_comes_twice() {
    let place = Place::new();
    place.write("people.csv", &crowd(PEOPLE));
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
    let seen = sophia.watch(&page, |page| done(page) > 0);
    assert!(done(&seen) < PEOPLE, "it ended before it could be killed");
    server.signal("KILL");
    drop(server);

    let server = place.serve(&["serve"]);
    let mut sophia = Visitor::new(&server);
    assert_eq!(sophia.sign_in().status, 303);
    let end = sophia.watch(&page, |page| !page.text().contains("<progress"));
    assert!(end.text().contains("<h1 tabindex=\"-1\">8,000 users added</h1>"), "{}", end.text());
    assert!(sophia.get(&group).text().contains("of 8,000 members"));
}
