//! Flags, environment and file; what is refused, and in which words.

use crate::place::{Place, finish};

#[test]
fn an_unknown_key_of_the_file_names_the_nearest() {
    let place = Place::new();
    place.write("reeve.toml", "public_ulr = \"https://sso.example.com\"\n");
    let said = place.run(&[]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.ends_with("reeve.toml has an unknown key \"public_ulr\"; did you mean public_url?\n"), "{said:?}");
    assert!(!place.path("reeve-data").exists(), "nothing is made before the configuration is understood");
}

#[test]
fn an_unknown_variable_names_the_nearest() {
    let place = Place::new();
    let said = finish(place.command(&["check"]).env("REEVE_LISTN", "127.0.0.1:1"));
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("unknown variable REEVE_LISTN; did you mean REEVE_LISTEN?"), "{said:?}");
}

#[test]
fn a_flag_beats_the_environment_beats_the_file() {
    let place = Place::new();
    place.write("reeve.toml", "listen = \"127.0.0.1:3\"\n");
    let from_file = place.run(&["check"]);
    assert!(from_file.out.contains("listens on 127.0.0.1:3,"), "{from_file:?}");
    let from_environment = finish(place.command(&["check"]).env("REEVE_LISTEN", "127.0.0.1:2"));
    assert!(from_environment.out.contains("listens on 127.0.0.1:2,"), "{from_environment:?}");
    let flag = ["check", "--listen", "127.0.0.1:1"];
    let from_flag = finish(place.command(&flag).env("REEVE_LISTEN", "127.0.0.1:2"));
    assert!(from_flag.out.contains("listens on 127.0.0.1:1,"), "{from_flag:?}");
}

#[test]
fn every_command_explains_itself() {
    let place = Place::new();
    let commands: [&[&str]; 16] = [
        &[],
        &["serve"],
        &["demo"],
        &["admin"],
        &["admin", "create"],
        &["admin", "reset-password"],
        &["import"],
        &["export"],
        &["settings"],
        &["settings", "list"],
        &["settings", "get"],
        &["settings", "set"],
        &["settings", "reset"],
        &["settings", "preset"],
        &["migrate"],
        &["check"],
    ];
    for command in commands {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let said = place.run(&arguments);
        assert_eq!(said.code, Some(0), "{command:?}: {said:?}");
        assert!(said.out.contains("Usage: reeve"), "{command:?}: {said:?}");
        let first = said.out.lines().next().unwrap_or_default();
        assert!(first.len() > 10 && first.starts_with(char::is_uppercase), "{command:?} begins with {first:?}");
    }
}

#[test]
fn an_option_about_serving_is_refused_elsewhere() {
    let said = Place::new().run(&["--listen", "127.0.0.1:1", "settings", "list"]);
    assert_eq!(said.code, Some(2), "{said:?}");
}

#[test]
fn the_doctor_says_what_is_wrong() {
    let place = Place::new();
    let fresh = place.run(&["check"]);
    assert_eq!(fresh.code, Some(0), "{fresh:?}");
    assert!(!place.path("reeve-data").exists(), "looking changes nothing");

    assert_eq!(place.run(&["migrate"]).code, Some(0));
    let migrated = place.run(&["check"]);
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    assert!(migrated.out.contains("schema: the one of this version"), "{migrated:?}");

    place.write(
        "reeve-data/reeve.db",
        "this is no database, however one looks at it, and long enough to be read as one",
    );
    let damaged = place.run(&["check"]);
    assert_eq!(damaged.code, Some(1), "{damaged:?}");
    assert!(damaged.out.contains("BAD   database: "), "{damaged:?}");
}

#[test]
fn a_database_that_cannot_be_reached_is_said_in_one_sentence_without_its_password() {
    let place = Place::new();
    let said = place.run(&["migrate", "--database", "postgres://reeve:hunter2@127.0.0.1:1/reeve"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.starts_with("reeve: the PostgreSQL database 127.0.0.1:1/reeve can't be used"), "{said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    assert!(!said.err.contains("hunter2"), "{said:?}");

    let said = place.run(&["migrate", "--database", "sqlite:/nowhere/at/all/reeve.db"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("there is no folder /nowhere/at/all"), "{said:?}");
}
