//! One user: the profile, creating, changing, switching and deleting.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use testkit::World;

use crate::browser::{Browser, between, in_a_world};

#[test]
fn es_104_a_profile_shows_what_is_known() {
    in_a_world(async |world| {
        let page = Browser::of(world, "sophia").await.get(&profile(world, "uma")).await;
        for known in ["Uma", "User", "uma@example.com", "22 Nov 2026, 10:00 UTC", "User administrator", "Enabled"] {
            assert!(page.body.contains(known), "{known}");
        }
        assert!(page.body.contains("datetime=\"2026-11-22T10:00:00.000Z\""));
    });
}

#[test]
fn es_106_and_es_141_nobody_is_offered_what_would_be_refused() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        assert!(!uma.get(&profile(world, "uma")).await.body.contains("Danger zone"));
        let own = Browser::of(world, "sophia").await.get(&profile(world, "sophia")).await;
        assert!(!own.body.contains("Danger zone") && own.body.contains("This is your own account"));
        assert!(own.body.contains("Update user"));
        let other = uma.get(&profile(world, "sam")).await;
        assert!(!other.body.contains("Update user") && other.body.contains("only a super administrator can change it"));
        let amy = uma.get(&profile(world, "amy")).await;
        assert!(amy.body.contains("Update user") && amy.body.contains("Disable…") && !amy.body.contains(">Enable<"));
        let path = format!("{}/disable", profile(world, "uma"));
        let refused = uma.post(&path, &[("disable_confirmed", "1")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("You cannot do this to your own account"));
    });
}

#[test]
fn es_107_what_people_enter_is_text_everywhere() {
    in_a_world(async |world| {
        let name = "<img src=x onerror=alert(1)>";
        let account = world.person("Eve", "Evil").await;
        let mut browser = Browser::of(world, "uma").await;
        let path = format!("/console/users/{}", account.id);
        browser.get(&path).await;
        let fields = [
            ("version", "1"),
            ("first_name", name),
            ("last_name", "\"'>"),
            ("username", "eve"),
            ("email", "eve@example.com"),
        ];
        assert_eq!(browser.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
        let id = account.id.to_string();
        browser.get(&path).await;
        let question = browser.post("/console/users/bulk/delete", &[("id", id.as_str())]).await;
        for page in [
            question,
            browser.get(&path).await,
            browser.get("/console/users").await,
            browser.get(&format!("{path}/delete")).await,
            browser.get(&format!("{path}/activity")).await,
        ] {
            assert_eq!(page.status, StatusCode::OK);
            assert!(!page.body.contains("<img src=x") && page.body.contains("onerror=alert(1)"));
        }
    });
}

#[test]
fn es_57_to_es_69_a_user_is_created_with_a_typed_password() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users/new").await;
        let fields = [
            ("first_name", "Joost"),
            ("last_name", "Bakker"),
            ("username", "jbakker"),
            ("email", "joost@example.com"),
            ("password_choice", "typed"),
            ("password", "Abc1"),
            ("password_repeat", "Abc1"),
            ("temporary", "1"),
            ("status", "enabled"),
        ];
        let answer = browser.post("/console/users", &fields).await;
        assert!(answer.location().starts_with("/console/users/"), "{}", answer.text());
        let location = answer.location().to_owned();
        let page = browser.get(&location).await;
        assert!(
            page.body.contains("User created")
                && page.body.contains("Temporary password")
                && page.body.contains("Not verified")
        );
        let mut joost = Browser::new(world);
        assert_eq!(joost.sign_in("jbakker", "Abc1").await.status, StatusCode::SEE_OTHER);
        assert!(joost.get("/").await.location().starts_with("/set-password"));
    });
}

#[test]
fn es_56_and_es_67_the_form_has_the_fields_of_a_registration_and_the_extras_no_code_and_a_random_password_chosen() {
    in_a_world(async |world| {
        let page = Browser::of(world, "uma").await.get("/console/users/new").await;
        let form = between(&page.body, "action=\"/console/users\" novalidate>", "</form>").expect("the form");
        let names: BTreeSet<_> = form.split(" name=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        let mut set = BTreeSet::from(["first_name", "last_name", "username", "email", "email_repeat"]);
        set.extend(["password", "password_repeat", "mobile"]);
        set.extend(["password_choice", "temporary", "send", "way", "status"]);
        set.extend(["csrf", "then"]);
        assert_eq!(names, set);
        let choices: Vec<_> = form.split("name=\"password_choice\" value=\"").skip(1).collect();
        let choices: Vec<_> = choices.iter().filter_map(|part| part.split('"').next()).collect();
        assert_eq!(choices, ["random", "invite", "typed"]);
        assert!(form.contains("value=\"random\" checked"), "ES-67: the administrator need never learn the secret");
    });
}

#[test]
fn es_56_the_address_must_be_repeated() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users/new").await;
        let fields = |repeated| {
            [
                ("first_name", "Joost"),
                ("last_name", ""),
                ("username", "jbakker"),
                ("email", "joost@example.com"),
                ("email_repeat", repeated),
                ("password_choice", "typed"),
                ("password", "cobalt heron walks 1923"),
                ("password_repeat", "cobalt heron walks 1923"),
                ("status", "enabled"),
            ]
        };
        let answer = browser.post("/console/users", &fields("joost@example.org")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for problem in ["<a href=\"#email_repeat\">Enter the same email address twice</a>", "<a href=\"#last_name\">"] {
            assert!(answer.body.contains(problem), "{problem}: {}", answer.text());
        }
        let mut right = fields("joost@EXAMPLE.com");
        right[1] = ("last_name", "Bakker");
        assert_eq!(browser.post("/console/users", &right).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn es_69_what_was_typed_stays_when_something_is_wrong_except_passwords() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users/new").await;
        let fields = [
            ("first_name", "Joost"),
            ("last_name", ""),
            ("username", "jbakker"),
            ("email", "joost.example.com"),
            ("password_choice", "typed"),
            ("password", "secret-of-joost"),
            ("password_repeat", "another"),
            ("status", "enabled"),
        ];
        let answer = browser.post("/console/users", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("<title>Error: Create user") && answer.body.contains("There is a problem"));
        assert!(answer.body.contains("value=\"Joost\"") && answer.body.contains("value=\"joost.example.com\""));
        assert!(!answer.body.contains("secret-of-joost"));
        for field in ["last_name", "email", "password_repeat"] {
            assert!(answer.body.contains(&format!("<a href=\"#{field}\">")), "{field}: {}", answer.text());
            assert!(answer.body.contains(&format!("id=\"{field}-err\"")), "{field}");
        }
    });
}

#[test]
fn es_64_and_es_65_only_what_can_be_done_can_be_chosen() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users/new").await;
        let base =
            [("first_name", "Joost"), ("last_name", "Bakker"), ("username", "jbakker"), ("email", "joost@example.com")];
        for (choice, status) in [("invite", "enabled"), ("", "enabled"), ("typed", "pending"), ("random", "pending")] {
            let mut fields = base.to_vec();
            fields.extend([("password_choice", choice), ("status", status), ("password", "cobalt heron walks 1923")]);
            fields.push(("password_repeat", "cobalt heron walks 1923"));
            let answer = browser.post("/console/users", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{choice} {status}");
        }
        assert_eq!(browser.get("/console/users?username=jbakker").await.usernames(), Vec::<&str>::new());
    });
}

#[test]
fn es_116_to_es_122_a_profile_follows_the_rules() {
    in_a_world(async |world| {
        let path = profile(world, "amy");
        let mut browser = Browser::of(world, "uma").await;
        browser.get(&path).await;
        let long = "x".repeat(129);
        let longest = "é".repeat(128);
        let send = [("version", "1"), ("last_name", "Adams"), ("username", "amy"), ("email", "amy@example.com")];
        let with = |first| [send.as_slice(), &[("first_name", first)]].concat();
        let answer = browser.post(&path, &with(&long)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("128") && answer.body.contains(&long));
        assert_eq!(browser.post(&path, &with(&longest)).await.location(), path);
        let taken = [
            ("version", "2"),
            ("first_name", "A"),
            ("last_name", "B"),
            ("username", "UMA"),
            ("email", "amy@example.com"),
        ];
        let answer = browser.post(&path, &taken).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("id=\"username-err\""));
    });
}

#[test]
fn es_126_saving_over_a_newer_version_shows_both() {
    in_a_world(async |world| {
        let path = profile(world, "amy");
        let (mut uma, mut sophia) = (Browser::of(world, "uma").await, Browser::of(world, "sophia").await);
        uma.get(&path).await;
        sophia.get(&path).await;
        let with = |last| {
            [
                ("version", "1"),
                ("first_name", "Amy"),
                ("last_name", last),
                ("username", "amy"),
                ("email", "amy@example.com"),
            ]
        };
        // Who saved last is told by the audit log, whose entries of one moment have no order.
        world.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(uma.post(&path, &with("Abbott")).await.status, StatusCode::SEE_OTHER);
        let answer = sophia.post(&path, &with("Archer")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(
            answer.body.contains("Archer") && answer.body.contains("Abbott") && answer.body.contains("Uma User saved")
        );
        let mut anyway = with("Archer");
        anyway[0] = ("version", "2");
        assert_eq!(sophia.post(&path, &anyway).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.account(world.cast.amy).await.last_name, "Archer");
    });
}

#[test]
fn es_138_and_es_139_disabling_takes_a_confirmation_and_keeps_the_note() {
    in_a_world(async |world| {
        let path = profile(world, "amy");
        let mut browser = Browser::of(world, "uma").await;
        browser.get(&format!("{path}/danger?open=disable")).await;
        let disable = format!("{path}/disable");
        let answer = browser.post(&disable, &[("note", "left the university")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("left the university"));
        let answer = browser.post(&disable, &[("note", "left the university"), ("disable_confirmed", "1")]).await;
        assert_eq!(answer.location(), path);
        let page = browser.get(&path).await;
        let words = "This account is disabled since 22 Nov 2026, 10:00 UTC by Uma User: left the university.";
        assert!(page.text().contains(words), "{}", page.text());
        let refused = Browser::new(world).sign_in("amy", testkit::PASSWORD).await;
        assert!(refused.body.contains("This account is disabled."));
        assert_eq!(browser.post(&format!("{path}/enable"), &[]).await.location(), path);
        assert_eq!(Browser::new(world).sign_in("amy", testkit::PASSWORD).await.status, StatusCode::SEE_OTHER);
        assert!(browser.get(&format!("{path}/activity")).await.text().contains("Account disabled by Uma User"));
    });
}

#[test]
fn es_148_and_es_149_deleting_takes_the_username() {
    in_a_world(async |world| {
        let path = profile(world, "amy");
        let mut browser = Browser::of(world, "uma").await;
        let question = browser.get(&format!("{path}/delete")).await;
        assert!(question.body.contains("Delete Amy Adams?") && question.body.contains("This cannot be undone."));
        let dialog = browser.get_fragment(&format!("{path}/delete")).await;
        assert!(dialog.body.contains("<dialog") && !dialog.body.contains("<html"));
        let delete = format!("{path}/delete");
        for wrong in [vec![("confirm_username", "amy")], vec![("confirm_username", "uma"), ("delete_confirmed", "1")]] {
            assert_eq!(browser.post(&delete, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let right = [("confirm_username", "Amy"), ("delete_confirmed", "1")];
        assert_eq!(browser.post(&delete, &right).await.location(), "/console/users");
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.post(&delete, &right).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_152_nobody_deletes_themselves() {
    in_a_world(async |world| {
        let path = format!("{}/delete", profile(world, "sophia"));
        let mut browser = Browser::of(world, "sophia").await;
        browser.get("/console/users").await;
        let answer = browser.post(&path, &[("confirm_username", "sophia"), ("delete_confirmed", "1")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("You cannot do this to your own account"));
    });
}

#[test]
fn a_program_reads_an_account_as_json() {
    in_a_world(async |world| {
        let path = profile(world, "amy");
        let mut browser = Browser::of(world, "uma").await;
        let by_name = browser.get(&format!("{path}.json")).await;
        assert_eq!(by_name.header("content-type"), "application/json");
        assert_eq!(by_name.header("etag"), "W/\"1\"");
        let by_accept = browser.send(Method::GET, &path, &[("accept", "application/json")], String::new()).await;
        assert_eq!(by_accept.body, by_name.body);
        assert!(by_name.body.contains("\"username\":\"amy\"") && by_name.body.contains("\"status\":\"enabled\""));
        assert!(!by_name.body.contains("argon2"));
        for unknown in ["/console/users/nobody", "/console/users/01939a5c-7b7e-7cc0-8000-000000000001.json"] {
            assert_eq!(browser.get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
        }
    });
}

fn profile(world: &World, username: &str) -> String {
    let cast = &world.cast;
    let id = match username {
        "amy" => cast.amy,
        "uma" => cast.uma,
        "sam" => cast.sam,
        _ => cast.sophia,
    };
    format!("/console/users/{id}")
}
