//! Users by the command line, while the server runs.

use serde_json::{Value as Json, json};

use crate::place::{Place, Said};

/// Makes a user with the password that everybody has.
fn create(place: &Place, username: &str) -> Said {
    let email = format!("{username}@example.com");
    let arguments = ["user", "create", "--username", username, "--email", &email, "--first-name", "Some"];
    let more = ["--last-name", "Body", "--password-stdin"];
    place.run_with_input(&[&arguments[..], &more[..]].concat(), "plum tunnel orchid lantern 47\n")
}

fn json(said: &Said) -> Json {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

fn show(place: &Place, name: &str) -> Json {
    json(&place.run(&["user", "show", name, "--json"]))
}

#[test]
fn a_user_is_created_shown_locked_and_let_in_again_while_the_server_runs() {
    let place = Place::new();
    let server = place.serve(&[]);
    place.appoint("sophia");
    let said = create(&place, "amy");
    assert_eq!((said.code, said.out.as_str()), (Some(0), "amy was created.\n"), "{said:?}");
    let amy = show(&place, "AMY@example.com");
    assert_eq!(amy["cannot_sign_in"], json!([]));
    let id = amy["id"].as_str().expect("an identifier").to_owned();
    assert_eq!(show(&place, &id)["username"], "amy", "by identifier too");

    let said = place.run(&["user", "lock", "amy", "--note", "phone lost", "--until", "2h"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "amy was locked.\n"), "{said:?}");
    let why = &show(&place, "amy")["cannot_sign_in"][0];
    assert_eq!((&why["why"], &why["note"]), (&json!("locked_by_administrator"), &json!("phone lost")));
    assert_eq!(why["ends_by"], json!(["time", "unlock"]));
    let said = place.run(&["user", "show", "amy"]);
    assert!(said.out.contains("no: an administrator locked the account since"), "{said:?}");
    let said = place.run(&["user", "list", "--status", "locked", "--json"]);
    assert_eq!(json(&said).as_array().expect("a list").len(), 1, "{said:?}");
    let said = place.run(&["user", "lock", "amy", "--json"]);
    assert_eq!((said.code, &json(&said)[0]["outcome"]), (Some(0), &json!("unchanged")), "{said:?}");
    let said = place.run(&["user", "unlock", "amy"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "amy was unlocked.\n"), "{said:?}");

    let said = place.run(&["user", "disable", "amy", "--note", "left"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "amy was disabled.\n"), "{said:?}");
    let said = place.run(&["user", "lock", "amy"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("amy: This account is disabled"), "{said:?}");
    let said = place.run(&["user", "enable", "amy", "--json"]);
    assert_eq!((said.code, &json(&said)[0]["outcome"]), (Some(0), &json!("done")), "{said:?}");
    let said = place.run(&["user", "end-sessions", "amy"]);
    assert_eq!(said.out, "amy was not changed: nothing was to be done.\n", "{said:?}");
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn one_no_does_not_stop_the_rest_and_the_code_tells_of_it() {
    let place = Place::new();
    place.appoint("sophia");
    create(&place, "amy");
    let said = place.run(&["user", "disable", "sophia", "amy", "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let outcomes: Vec<_> = json(&said).as_array().expect("a list").iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, [json!("last_super_administrator"), json!("done")], "G2 from the command line");
    for verb in ["lock", "disable"] {
        assert_eq!(place.run(&["user", verb, "sophia"]).code, Some(1));
    }
    assert_eq!(place.run(&["user", "delete", "sophia", "--yes"]).code, Some(1));
    assert_eq!(show(&place, "sophia")["status"], "enabled");
}

#[test]
fn deleting_asks_first_and_needs_a_yes_where_nobody_can_be_asked() {
    let place = Place::new();
    place.appoint("sophia");
    create(&place, "amy");
    let said = place.run(&["user", "delete", "amy"]);
    assert_eq!((said.code, said.err.as_str()), (Some(2), "reeve: --yes is missing\n"), "{said:?}");
    assert_eq!(show(&place, "amy")["username"], "amy");
    let said = place.run(&["user", "delete", "amy", "--yes"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "amy was deleted.\n"), "{said:?}");
    let said = place.run(&["user", "show", "amy"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("nobody has the username, email address or identifier \"amy\""), "{said:?}");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_done() {
    let place = Place::new();
    place.appoint("sophia");
    create(&place, "amy");
    for (arguments, code, why) in [
        (&["user", "lock", "amy", "nobody"][..], 2, "nobody has the username"),
        (&["user", "lock", "amy", "--until", "soon"], 2, "\"soon\" is no time"),
        (&["user", "lock", "amy", "--until", "2020-01-01"], 1, "Enter a time that is still to come"),
        (&["user", "list", "--status", "lockd"], 2, "did you mean locked?"),
        (&["user", "approve", "amy"], 1, "does not wait for a decision"),
        (&["user", "activate", "amy"], 1, "does not wait for a decision"),
        (&["user", "reject", "amy", "--reason", "no"], 1, "does not wait for a decision"),
        (&["user", "create", "--username", "x"], 2, "--email is missing"),
    ] {
        let said = place.run(arguments);
        assert_eq!(said.code, Some(code), "{arguments:?}: {said:?}");
        assert!(said.err.contains(why), "{arguments:?}: {said:?}");
    }
    assert_eq!(show(&place, "amy")["locks"], json!([]));
}
