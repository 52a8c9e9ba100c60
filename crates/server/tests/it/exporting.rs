//! `reeve export`.

use crate::place::{Place, is_private};

#[test]
fn what_was_exported_can_be_imported() {
    let place = Place::new();
    place.write(
        "people.csv",
        "username,first name,last name,email\namy,Ámy,O'Brien,amy@example.com\nbob,=1+1,Ñandú,bob@example.com\n",
    );
    assert_eq!(place.run(&["import", "people.csv"]).code, Some(0));
    let said = place.run(&["export", "--output", "out.csv"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "2 accounts are in out.csv.\n"), "{said:?}");
    assert!(is_private(&place.path("out.csv")), "names are for nobody but their owner");
    let back = place.run(&["import", "out.csv", "--mode", "update", "--json"]);
    let back: serde_json::Value = serde_json::from_str(&back.out).expect("JSON");
    assert_eq!((&back["totals"]["unchanged"], &back["rows_bad"]), (&2.into(), &0.into()), "{back}");
}

#[test]
fn accounts_can_be_chosen() {
    let place = Place::new();
    place.write("people.csv", "username,first name,last name,email,status\namy,Amy,Adams,amy@example.com,disabled\nbob,Bob,Brown,bob@example.com,enabled\n");
    assert_eq!(place.run(&["import", "people.csv"]).code, Some(0));
    let lines = |arguments: &[&str]| {
        let mut all = vec!["export", "--format", "ndjson"];
        all.extend(arguments);
        place.run(&all).out
    };
    assert_eq!(lines(&[]).lines().count(), 2);
    let disabled = lines(&["--status", "disabled"]);
    assert_eq!(disabled.lines().count(), 1);
    assert!(disabled.contains("\"amy\""), "{disabled}");
    assert!(lines(&["--search", "brown"]).contains("\"bob\""));
    assert_eq!(place.run(&["export", "--status", "disbled"]).code, Some(2));
}
