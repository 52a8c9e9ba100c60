//! The invented organization.

use std::process::Stdio;

use crate::place::{Place, Server, wait_until};

#[test]
fn it_prints_how_to_sign_in_and_keeps_its_people() {
    let place = Place::new();
    let first = place.serve(&["demo", "--people", "300"]);
    let (url, username, password) = sign_in(&first);
    assert_eq!(url, format!("http://{}/sign-in", first.address));
    assert_eq!(username, "harriet.ashworth");
    assert!(password.len() >= 19, "{password}");
    first.stop();
    assert_eq!(people(&place), 300);
    let everyone = place.run(&["export", "--format", "ndjson", "--data", "reeve-demo"]).out;
    for (status, number) in [("pending_activation", 3), ("pending_approval", 4)] {
        assert_eq!(everyone.matches(&format!("\"{status}\"")).count(), number, "{status}");
    }

    let second = place.serve(&["demo", "--people", "300"]);
    let (_, again, other) = sign_in(&second);
    assert_eq!(again, username);
    assert_ne!(other, password, "the last one was seen on a screen");
    second.stop();
    assert_eq!(people(&place), 300);
}

#[test]
fn who_interrupts_it_finds_everyone_at_the_next_start() {
    let place = Place::new();
    let arguments = ["demo", "--people", "1200", "--listen", "127.0.0.1:0"];
    let log = std::fs::File::create(place.path("log")).expect("a log");
    let mut child = place.command(&arguments).stdout(Stdio::null()).stderr(log).spawn().expect("it starts");
    // The administrator comes first; then it is among the others.
    wait_until(|| {
        let ended = child.try_wait().expect("it can be asked");
        assert!(ended.is_none(), "it ended by itself: {ended:?}\n{}", place.read("log"));
        people(&place) > 1
    });
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    place.serve(&["demo", "--people", "1200"]).stop();
    assert_eq!(people(&place), 1200);
}

#[test]
fn it_leaves_real_people_alone() {
    let place = Place::new();
    place.appoint("sophia");
    let said = place.run(&["demo", "--data", "reeve-data", "--listen", "127.0.0.1:0"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("real people"), "{said:?}");
}

fn sign_in(server: &Server) -> (String, String, String) {
    let words: Vec<&str> = server.line_with("Sign in: ").split(' ').collect();
    let [_, _, url, "as", username, "with", password] = words[..] else { panic!("{words:?}") };
    (url.into(), username.into(), password.into())
}

fn people(place: &Place) -> usize {
    place.run(&["export", "--format", "ndjson", "--data", "reeve-demo"]).out.lines().count()
}
