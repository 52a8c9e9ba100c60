//! Administrators and settings by the command line, while the server runs.

use crate::place::Place;

#[test]
fn an_administrator_is_made_while_the_server_runs() {
    let place = Place::new();
    let server = place.serve(&[]);
    let said = place.appoint("sophia");
    assert_eq!((said.code, said.out.as_str()), (Some(0), "sophia is a super administrator now.\n"), "{said:?}");
    let again = place.appoint("sophia");
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.err.contains("taken"), "{again:?}");
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn a_password_that_breaks_the_rules_is_refused_with_the_rule() {
    let place = Place::new();
    let names = ["admin", "create", "--username", "sophia", "--email", "s@example.com"];
    let mut arguments = names.to_vec();
    arguments.extend(["--first-name", "Sophia", "--last-name", "Super"]);
    let said = place.run_with_input(&arguments, "password\n");
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("password: "), "{said:?}");
}

#[test]
fn what_nobody_is_there_to_be_asked_must_be_given() {
    let said = Place::new().run(&["admin", "create", "--username", "sophia"]);
    assert_eq!((said.code, said.err.as_str()), (Some(2), "reeve: --email is missing\n"), "{said:?}");
}

#[test]
fn a_password_is_set_for_who_forgot_it() {
    let place = Place::new();
    place.appoint("sophia");
    let said = place.run_with_input(&["admin", "reset-password", "Sophia"], "quince harbor velvet 93 moss\n");
    assert_eq!((said.code, said.out.as_str()), (Some(0), "sophia has a new password.\n"), "{said:?}");
    let unknown = place.run_with_input(&["admin", "reset-password", "nobody"], "x\n");
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(unknown.err.contains("nobody has the username \"nobody\""), "{unknown:?}");
}

#[test]
fn es_147_roles_are_given_and_taken_while_the_server_runs() {
    let place = Place::new();
    let server = place.serve(&[]);
    place.appoint("sophia");
    place.appoint("uma");
    let done = |arguments: &[&str]| {
        let said = place.run(&[&["admin"], arguments].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        said.out
    };
    assert_eq!(done(&["grant", "UMA", "user_administrator"]), "uma is user_administrator now.\n");
    assert_eq!(done(&["grant", "uma", "user_administrator"]), "uma is user_administrator already.\n");
    assert_eq!(done(&["revoke", "uma", "super_administrator"]), "uma is no longer super_administrator.\n");
    assert_eq!(done(&["revoke", "uma", "super_administrator"]), "uma is not super_administrator.\n");
    let last = place.run(&["admin", "revoke", "sophia", "super_administrator"]);
    assert_eq!(last.code, Some(1), "{last:?}");
    assert!(last.err.contains("Make someone else super administrator first"), "{last:?}");
    let list = done(&["list"]);
    let lines: Vec<_> = list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines.contains(&vec!["sophia", "enabled", "super_administrator"]), "{list}");
    assert!(lines.contains(&vec!["uma", "enabled", "user_administrator"]), "{list}");
    let json: serde_json::Value = serde_json::from_str(&done(&["list", "--json"])).expect("JSON");
    let uma = json.as_array().expect("a list").iter().find(|one| one["username"] == "uma").expect("uma");
    assert_eq!(uma["roles"], serde_json::json!(["user_administrator"]));
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn a_role_or_a_username_that_there_is_not_is_refused() {
    let place = Place::new();
    place.appoint("sophia");
    let said = place.run(&["admin", "grant", "sophia", "user_administrater"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("similar value exists: 'user_administrator'"), "{said:?}");
    let said = place.run(&["admin", "revoke", "nobody", "user_administrator"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("nobody has the username \"nobody\""), "{said:?}");
}

#[test]
fn settings_are_listed_read_and_changed() {
    let place = Place::new();
    let get = |place: &Place| place.run(&["settings", "get", "user_page_size"]).out;
    assert_eq!(get(&place), "25\n");
    let said = place.run(&["settings", "set", "user_page_size", "50"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(get(&place), "50\n");
    let list = place.run(&["settings", "list"]).out;
    assert!(list.lines().any(|line| line.starts_with("user_page_size ") && line.ends_with("50  (changed)")), "{list}");
    let json: serde_json::Value = serde_json::from_str(&place.run(&["settings", "list", "--json"]).out).expect("JSON");
    assert_eq!(json["user_page_size"], 50);
    let json: serde_json::Value =
        serde_json::from_str(&place.run(&["settings", "get", "--json", "user_page_size"]).out).expect("JSON");
    assert_eq!((&json["value"], &json["default"], &json["page"]), (&50.into(), &25.into(), &"system".into()));
    assert_eq!(place.run(&["settings", "reset", "user_page_size"]).out, "user_page_size: 50 → 25\n");
    assert_eq!(get(&place), "25\n");
}

#[test]
fn settings_are_changed_together_or_not_at_all_and_a_preset_can_be_looked_at_first() {
    let place = Place::new();
    let said = place.run(&["settings", "set", "lock_minutes", "90"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let said = place.run(&["settings", "set", "lock_minutes", "90", "lock_max_minutes", "120", "registration", "on"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(place.run(&["settings", "get", "registration"]).out, "true\n");
    let said = place.run(&[
        "settings",
        "set",
        "password_require_digit",
        "1",
        "registration_domains_allowed",
        "a.example, b.example",
    ]);
    assert!(said.out.contains("NIST"), "what speaks against it is said: {said:?}");
    assert_eq!(place.run(&["settings", "get", "registration_domains_allowed"]).out, "[\"a.example\",\"b.example\"]\n");

    let looked = place.run(&["settings", "preset", "hardened", "--dry-run"]).out;
    assert!(looked.contains("session_idle_minutes: 30 → 15"), "{looked}");
    assert_eq!(place.run(&["settings", "get", "session_idle_minutes"]).out, "30\n");
    let chosen = place.run(&["settings", "preset", "hardened", "--json"]);
    let chosen: serde_json::Value = serde_json::from_str(&chosen.out).expect("JSON");
    assert!(chosen.as_array().is_some_and(|all| all.iter().any(|change| change["key"] == "lock_minutes")));
    assert_eq!(place.run(&["settings", "get", "session_idle_minutes"]).out, "15\n");
    assert_eq!(place.run(&["settings", "list", "--page", "lockout", "--json"]).code, Some(0));
    assert_eq!(place.run(&["settings", "list", "--page", "lockput"]).code, Some(2));
}

#[test]
fn a_setting_that_there_is_not_or_that_does_not_fit_is_refused() {
    let place = Place::new();
    let said = place.run(&["settings", "set", "user_page_sice", "50"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("did you mean user_page_size?"), "{said:?}");
    let said = place.run(&["settings", "set", "user_page_size", "9999"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("from 5 to 500"), "{said:?}");
}
