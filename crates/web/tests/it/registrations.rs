//! Registrations in the console: what is offered, decided, and refused.

use axum::http::StatusCode;
use identity::accounts::{self, Account, Status};
use testkit::{PASSWORD, World};

use crate::browser::{Answer, Browser, in_a_world};

fn path(account: &Account) -> String {
    format!("/console/users/{}", account.id)
}

async fn status(world: &World, account: &Account) -> Status {
    world.account(account.id).await.status()
}

#[test]
fn es_106_what_is_offered_follows_from_the_status_and_all_else_is_refused_with_the_reason() {
    in_a_world(async |world| {
        let disabled = world.person("Dora", "Disabled").await;
        let operator = world.operator();
        let write = world.identity.write(&operator, async |op| accounts::disable(op, disabled.id, None).await);
        write.await.expect("she is disabled");
        let people = [
            (world.registered("Wren").await.0, ["activate", "delete", "edit=1"].as_slice()),
            (world.confirmed("Ishita").await, &["approve", "reject", "delete", "edit=1"]),
            (world.account(world.cast.amy).await, &["disable", "delete", "version"]),
            (world.account(disabled.id).await, &["enable", "delete", "version"]),
        ];
        let mut uma = Browser::of(world, "uma").await;
        for (account, offered) in people {
            let href = path(&account);
            let page = uma.get(&href).await;
            let ways = [
                ("activate", format!("href=\"{href}/activate\"")),
                ("approve", format!("href=\"{href}/approve\"")),
                ("reject", format!("href=\"{href}/reject\"")),
                ("disable", format!("href=\"{href}/danger?open=disable\"")),
                ("enable", format!("action=\"{href}/enable\"")),
                ("delete", format!("href=\"{href}/delete\"")),
                ("edit=1", format!("href=\"{href}?edit=1\"")),
                ("version", "name=\"version\"".to_owned()),
            ];
            for (name, way) in ways {
                assert_eq!(page.body.contains(&way), offered.contains(&name), "{name}, {}", account.status());
            }
            for verb in ["activate", "approve", "reject"].iter().filter(|verb| !offered.contains(verb)) {
                let refused = [
                    uma.get(&format!("{href}/{verb}")).await,
                    uma.post(&format!("{href}/{verb}"), &[("reject_confirmed", "1")]).await,
                ];
                for answer in refused {
                    assert_eq!(answer.status, StatusCode::CONFLICT, "{verb}, {}", account.status());
                    assert!(says_why(&answer), "{}", answer.text());
                }
            }
            if account.state.lifecycle != accounts::Lifecycle::Active {
                for verb in ["enable", "disable"] {
                    let answer = uma.post(&format!("{href}/{verb}"), &[("disable_confirmed", "1")]).await;
                    assert_eq!(answer.status, StatusCode::CONFLICT, "{verb}");
                    assert!(says_why(&answer), "{}", answer.text());
                }
            }
            assert_eq!(status(world, &account).await, account.status());
        }
    });
}

fn says_why(answer: &Answer) -> bool {
    let reasons =
        ["waits for a decision", "is not confirmed", "was confirmed meanwhile", "does not wait for a decision"];
    reasons.iter().any(|reason| answer.body.contains(reason))
}

#[test]
fn es_108_approving_asks_first() {
    in_a_world(async |world| {
        let account = world.confirmed("Ishita").await;
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get(&path(&account)).await;
        assert!(page.body.contains("Registration waiting for a decision") && page.text().contains("What they entered"));
        assert!(page.text().contains("Email confirmed22 Nov 2026, 10:00 UTC"), "{}", page.text());
        let approve = format!("{}/approve", path(&account));
        let question = uma.get(&approve).await;
        assert!(question.body.contains("Approve Ishita Banerjee?"));
        assert!(question.body.contains(&format!("href=\"{}\">Cancel</a>", path(&account))));
        assert_eq!(status(world, &account).await, Status::PendingApproval);
        assert_eq!(uma.post(&approve, &[]).await.location(), path(&account));
        let page = uma.get(&path(&account)).await;
        assert!(page.body.contains("Registration approved") && !page.body.contains("waiting for a decision"));
        assert_eq!(status(world, &account).await, Status::Enabled);
        assert_eq!(Browser::new(world).sign_in("ishita", PASSWORD).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn es_109_activating_says_that_the_address_was_not_confirmed() {
    in_a_world(async |world| {
        let (account, _) = world.registered("Wren").await;
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get(&path(&account)).await;
        assert!(page.text().contains("Wren Banerjee has not confirmed this registration of 22 Nov 2026, 10:00 UTC."));
        assert!(page.body.contains("Not confirmed"));
        let activate = format!("{}/activate", path(&account));
        let question = uma.get(&activate).await;
        assert!(question.body.contains("Activate Wren Banerjee without confirmation?"));
        assert!(question.body.contains("The email address was never confirmed"));
        assert_eq!(status(world, &account).await, Status::PendingActivation);
        assert_eq!(uma.post(&activate, &[]).await.location(), path(&account));
        let page = uma.get(&path(&account)).await;
        assert!(page.body.contains("User activated") && page.body.contains("Not verified"));
    });
}

#[test]
fn es_110_rejecting_takes_a_tick_and_keeps_the_reason() {
    in_a_world(async |world| {
        let account = world.confirmed("Ishita").await;
        let reject = format!("{}/reject", path(&account));
        let mut uma = Browser::of(world, "uma").await;
        assert!(uma.get(&reject).await.body.contains("Reject the registration of Ishita Banerjee?"));
        let unticked = uma.post(&reject, &[("reason", "Not one of ours")]).await;
        assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unticked.body.contains("Tick the box") && unticked.body.contains("Not one of ours</textarea>"));
        let long = "x".repeat(501);
        let too_long = uma.post(&reject, &[("reason", long.as_str()), ("reject_confirmed", "1")]).await;
        assert_eq!(too_long.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(too_long.body.contains("Enter at most 500 characters"));
        assert_eq!(status(world, &account).await, Status::PendingApproval);
        let ticked = uma.post(&reject, &[("reason", "Not one of ours"), ("reject_confirmed", "1")]).await;
        assert_eq!(ticked.location(), "/console/users");
        let list = uma.get("/console/users").await;
        assert!(list.body.contains("Registration rejected and account deleted") && !list.body.contains("ishita"));
        assert_eq!(uma.get(&path(&account)).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_112_who_decides_second_is_told_who_was_first() {
    in_a_world(async |world| {
        let (approved, rejected) = (world.confirmed("Ishita").await, world.confirmed("Wren").await);
        let (mut uma, mut sophia) = (Browser::of(world, "uma").await, Browser::of(world, "sophia").await);
        let ticked = [("reject_confirmed", "1")];
        for account in [&approved, &rejected] {
            sophia.get(&format!("{}/reject", path(account))).await;
            uma.get(&format!("{}/approve", path(account))).await;
        }
        uma.post(&format!("{}/approve", path(&approved)), &[]).await;
        let late = sophia.post(&format!("{}/reject", path(&approved)), &ticked).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Uma User has approved this registration already."));
        assert_eq!(status(world, &approved).await, Status::Enabled);
        sophia.post(&format!("{}/reject", path(&rejected)), &ticked).await;
        let late = uma.post(&format!("{}/approve", path(&rejected)), &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Sophia Super has rejected this registration already"));
        assert!(world.find(rejected.id).await.is_err());
    });
}

#[test]
fn htmx_gets_the_question_as_a_dialog_and_is_led_to_the_page_that_refuses() {
    in_a_world(async |world| {
        let account = world.confirmed("Ishita").await;
        let mut uma = Browser::of(world, "uma").await;
        let dialog = uma.get_fragment(&format!("{}/approve", path(&account))).await;
        assert!(dialog.body.trim_start().starts_with("<dialog") && dialog.body.contains("name=\"csrf\""));
        let activate = format!("{}/activate", path(&account));
        assert_eq!(uma.get_fragment(&activate).await.header("hx-redirect"), activate);
        assert_eq!(uma.get(&activate).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn es_107_what_an_applicant_enters_is_text_in_every_question() {
    in_a_world(async |world| {
        let name = "<img src=x onerror=alert(1)>";
        let account = world.confirmed(name).await;
        let mut uma = Browser::of(world, "uma").await;
        for place in ["", "/approve", "/reject", "?edit=1"] {
            let page = uma.get(&format!("{}{place}", path(&account))).await;
            assert_eq!(page.status, StatusCode::OK, "{place}");
            assert!(!page.body.contains("<img src=x") && page.body.contains("onerror=alert(1)"), "{place}");
        }
    });
}

#[test]
fn es_116_an_applicant_can_be_updated_and_is_shown_as_saved() {
    in_a_world(async |world| {
        let account = world.confirmed("Ishita").await;
        let mut uma = Browser::of(world, "uma").await;
        let form = uma.get(&format!("{}?edit=1", path(&account))).await;
        assert!(form.body.contains("name=\"first_name\"") && !form.body.contains("What they entered"));
        let mut fields = vec![
            ("version", "2"),
            ("first_name", "Ishi"),
            ("last_name", ""),
            ("username", "ishita"),
            ("email", "ishita@partner.example"),
        ];
        let wrong = uma.post(&path(&account), &fields).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Enter a last name") && wrong.body.contains("value=\"Ishi\""));
        fields[2] = ("last_name", "Banerjee");
        assert_eq!(uma.post(&path(&account), &fields).await.location(), path(&account));
        let page = uma.get(&path(&account)).await;
        assert!(page.body.contains("<dd>Ishi</dd>") && page.body.contains("Confirmed"));
    });
}

#[test]
fn es_161_and_es_163_who_waits_is_told_so_once_the_password_is_right() {
    in_a_world(async |world| {
        world.registered("Wren").await;
        world.confirmed("Ishita").await;
        for (username, why) in
            [("wren", "Confirm your email first."), ("ishita", "This registration waits for approval.")]
        {
            let mut browser = Browser::new(world);
            let wrong = browser.sign_in(username, "not the password at all").await;
            assert_eq!(wrong.status, StatusCode::OK);
            assert!(wrong.body.contains("Username or password is wrong.") && !wrong.body.contains("registration"));
            let right = browser.sign_in(username, PASSWORD).await;
            assert_eq!(right.status, StatusCode::OK);
            assert!(right.body.contains(why), "{}", right.text());
            assert!(browser.cookie("reeve-session").is_none());
        }
    });
}

#[test]
fn the_activity_tells_a_registration_in_words() {
    in_a_world(async |world| {
        let (account, approved) = (world.registered("Wren").await.0, world.confirmed("Ishita").await);
        let mut uma = Browser::of(world, "uma").await;
        let waiting = uma.get(&format!("{}/activity", path(&approved))).await;
        assert!(waiting.body.contains("This registration waits for a decision."));
        uma.post(&format!("{}/activate", path(&account)), &[]).await;
        uma.post(&format!("{}/approve", path(&approved)), &[]).await;
        let page = uma.get(&format!("{}/activity", path(&account))).await;
        assert!(page.text().contains("Account activated without confirmation by Uma User"), "{}", page.text());
        let page = uma.get(&format!("{}/activity", path(&approved))).await;
        for words in ["Registration approved by Uma User", "Registration confirmed", "Registered"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        assert!(!page.body.contains("Anonymous"));
    });
}

#[test]
fn es_52_and_es_53_the_figures_lead_to_those_who_wait() {
    in_a_world(async |world| {
        world.registered("Wren").await;
        world.confirmed("Ishita").await;
        let mut uma = Browser::of(world, "uma").await;
        let list = uma.get("/console/users").await;
        assert!(list.text().contains("1Pending activation") && list.text().contains("1Pending approval"));
        assert_eq!(uma.get("/console/users?status=activation").await.usernames(), ["wren"]);
        assert_eq!(uma.get("/console/users?status=approval").await.usernames(), ["ishita"]);
    });
}
