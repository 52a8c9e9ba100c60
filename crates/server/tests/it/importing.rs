//! `reeve import`: dry runs, reports, exit codes.

use serde_json::Value as Json;

use crate::place::{Place, Said, is_private};

const PEOPLE: &str = "Username;First name;Last name;Mail\n\
    amy;Amy;Adams;amy@example.com\n\
    bob;Bob;Brown;not an address\n\
    cleo;Cléo;Ångström;cleo@example.com\n";

fn object(said: &Said) -> Json {
    assert_eq!(said.out.lines().count(), 1, "one object on one line: {said:?}");
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

#[test]
fn a_dry_run_needs_no_set_up_and_leaves_nothing_behind() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    let said = place.run(&["import", "--dry-run", "--json", "people.csv"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let object = object(&said);
    assert_eq!((&object["rows_ok"], &object["rows_bad"]), (&2.into(), &1.into()), "{object}");
    assert_eq!((&object["encoding"], &object["delimiter"]), (&"UTF-8".into(), &";".into()));
    assert_eq!(object["errors"][0]["line"], 3);
    assert_eq!(object["users"][1]["givenName"], "Cléo");
    assert!(!place.path("reeve-data").exists());
}

#[test]
fn faulty_rows_are_written_down_put_right_and_imported() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    let said = place.run(&["import", "people.csv", "--report", "report.csv", "--failed-rows", "again.csv"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("line 3"), "{said:?}");
    assert!(said.out.ends_with("Imported: created 2, updated 0, unchanged 0, skipped 0, faulty 1.\n"), "{said:?}");
    assert!(place.read("report.csv").contains("CREATED"));
    assert!(is_private(&place.path("again.csv")));
    let again = place.read("again.csv").replace("not an address", "bob@example.com");
    place.write("again.csv", &again);
    let said = place.run(&["import", "again.csv"]);
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn the_same_file_again_changes_nothing() {
    let place = Place::new();
    place.write("people.csv", "username,email,first name,last name\namy,amy@example.com,Amy,Adams\n");
    assert_eq!(place.run(&["import", "people.csv"]).code, Some(0));
    let said = place.run(&["import", "people.csv", "--mode", "create-update", "--json"]);
    assert_eq!(object(&said)["totals"]["unchanged"], 1, "{said:?}");
}

#[test]
fn a_file_that_cannot_be_used_is_an_answer_too() {
    let place = Place::new();
    place.write("empty.csv", "");
    for file in ["empty.csv", "missing.csv"] {
        let said = place.run(&["import", "--dry-run", "--json", file]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(object(&said)["errors"][0]["message"].is_string(), "{said:?}");
        assert_eq!(place.run(&["import", file]).code, Some(2));
    }
    let said = place.run(&["import", "--json", "empty.csv", "--map", "Mail=emial"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(object(&said)["errors"][0]["message"].as_str().is_some_and(|text| text.contains("did you mean email?")));
}

#[test]
fn a_report_never_replaces_the_file_itself() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    let said = place.run(&["import", "people.csv", "--failed-rows", "./people.csv"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert_eq!(place.read("people.csv"), PEOPLE);
}

#[test]
fn standard_input_is_a_file_too() {
    let place = Place::new();
    let said = place.run_with_input(&["import", "-", "--dry-run", "--json"], PEOPLE);
    assert_eq!(object(&said)["rows_ok"], 2, "{said:?}");
}

#[test]
fn all_or_nothing_is_nothing_when_a_row_is_faulty() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    let said = place.run(&["import", "people.csv", "--on-error", "all-or-nothing"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(place.run(&["export", "--format", "ndjson"]).out, "");
}
