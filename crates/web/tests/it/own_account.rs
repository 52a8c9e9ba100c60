//! My account: what people do with their own password and address.

use axum::http::{Method, StatusCode};
use identity::messages::Template;
use testkit::{PASSWORD, World};

use crate::browser::{Browser, in_a_world};

const NEW: &str = "velvet harbor saddle 31 moth";
const OTHER: &str = "amy@elsewhere.example";

fn password<'a>(current: &'a str, new: &'a str) -> [(&'a str, &'a str); 4] {
    [("current_password", current), ("password", new), ("password_repeat", new), ("end_others", "1")]
}

fn email<'a>(current: &'a str, email: &'a str) -> [(&'a str, &'a str); 3] {
    [("email", email), ("email_repeat", email), ("current_password", current)]
}

async fn asks_for(browser: &mut Browser, address: &str) {
    browser.get("/account/email").await;
    let sent = browser.post("/account/email", &email(PASSWORD, address)).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/account"), "{}", sent.text());
}

async fn link(world: &World) -> String {
    format!("/confirm-email/{}", world.message(Template::ConfirmEmail).await.token().expose())
}

#[test]
fn everybody_reaches_their_own_account_and_administrators_the_console_from_there() {
    in_a_world(async |world| {
        let mut amy = Browser::of(world, "amy").await;
        assert_eq!(amy.get("/").await.location(), "/account");
        let shown = amy.get("/account").await;
        assert!(shown.text().contains("Hello, Amy") && shown.text().contains("amy@example.com"), "{}", shown.text());
        assert!(!shown.body.contains("href=\"/console\""));
        let mut uma = Browser::of(world, "uma").await;
        assert_eq!(uma.get("/").await.location(), "/console");
        assert!(uma.get("/console/users").await.body.contains("href=\"/account\""), "the menu of the person");
        assert!(uma.get("/account").await.body.contains("href=\"/console\""));
        assert!(Browser::new(world).get("/account").await.location().starts_with("/sign-in?return=%2Faccount"));
    });
}

#[test]
fn es_190_a_password_of_ones_own_is_changed_and_other_devices_are_signed_out() {
    in_a_world(async |world| {
        let (mut amy, mut phone) = (Browser::of(world, "amy").await, Browser::of(world, "amy").await);
        let form = amy.get("/account/password").await;
        assert!(
            form.text().contains("Use at least 15 characters.")
                && form.body.contains("name=\"end_others\" value=\"1\" checked")
        );
        let wrong = amy.post("/account/password", &password("not this one", NEW)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.body.contains("id=\"current_password-err\"") && wrong.text().contains("This is not your password")
        );
        assert!(!wrong.body.contains(NEW) && wrong.body.contains("<title>Error: "));
        let short = amy.post("/account/password", &password(PASSWORD, "short")).await;
        assert!(short.status == StatusCode::UNPROCESSABLE_ENTITY && short.body.contains("id=\"password-err\""));
        let before = amy.cookie("reeve-session").map(str::to_owned);
        let saved = amy.post("/account/password", &password(PASSWORD, NEW)).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, "/account"), "{}", saved.text());
        assert_ne!(amy.cookie("reeve-session").map(str::to_owned), before, "the session has another token");
        assert!(amy.get("/account").await.text().contains("Use the new one from now on"));
        assert!(phone.get("/account").await.location().starts_with("/sign-in"));
        assert_eq!(Browser::new(world).sign_in("amy", PASSWORD).await.status, StatusCode::OK, "refused");
        assert_eq!(Browser::new(world).sign_in("amy", NEW).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn es_190_without_the_tick_other_devices_stay_signed_in() {
    in_a_world(async |world| {
        let (mut amy, mut phone) = (Browser::of(world, "amy").await, Browser::of(world, "amy").await);
        amy.get("/account/password").await;
        amy.post("/account/password", &password(PASSWORD, NEW)[..3]).await;
        assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    });
}

#[test]
fn es_190_too_many_wrong_passwords_are_told_to_wait() {
    in_a_world(async |world| {
        let mut amy = Browser::of(world, "amy").await;
        amy.get("/account/password").await;
        for _ in 0..10 {
            amy.post("/account/password", &password("not this one", NEW)).await;
        }
        let answer = amy.post("/account/password", &password(PASSWORD, NEW)).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!answer.header("retry-after").is_empty());
    });
}

#[test]
fn es_191_another_address_waits_until_its_link_is_confirmed_by_a_post() {
    in_a_world(async |world| {
        let mut amy = Browser::of(world, "amy").await;
        asks_for(&mut amy, OTHER).await;
        let waiting = amy.get("/account").await.text();
        assert!(waiting.contains("Confirm your new email address.") && waiting.contains(OTHER), "{waiting}");
        assert!(waiting.contains("amy@example.com"));
        let mut uma = Browser::of(world, "uma").await;
        let profile = uma.get(&format!("/console/users/{}", world.cast.amy)).await.text();
        assert!(profile.contains(&format!("Waits for confirmation of {OTHER}")), "{profile}");
        let page = link(world).await;
        let mut anyone = Browser::new(world);
        for _ in 0..5 {
            assert_eq!(anyone.send(Method::HEAD, &page, &[], String::new()).await.status, StatusCode::OK);
            let asked = anyone.get(&page).await;
            assert!(asked.status == StatusCode::OK && asked.text().contains(OTHER));
        }
        assert_eq!(world.account(world.cast.amy).await.email.as_deref(), Some("amy@example.com"), "a scanner's GET");
        let done = anyone.post(&page, &[]).await;
        assert!(
            done.status == StatusCode::OK && done.text().contains("Your new email is confirmed"),
            "{}",
            done.text()
        );
        assert!(anyone.cookie("reeve-session").is_none(), "nobody is signed in by it");
        let shown = amy.get("/account").await.text();
        assert!(shown.contains(OTHER) && !shown.contains("amy@example.com") && !shown.contains("Confirm your new"));
        let again = anyone.get(&page).await;
        assert!(again.status == StatusCode::GONE && again.text().contains("It was used already."));
        assert!(again.body.contains("href=\"/account\""), "where another one is to be had");
        assert_eq!(anyone.post(&page, &[]).await.status, StatusCode::GONE);
    });
}

#[test]
fn es_191_what_is_wrong_with_an_address_is_said_beside_its_field() {
    in_a_world(async |world| {
        let mut amy = Browser::of(world, "amy").await;
        amy.get("/account/email").await;
        let cases: [(&[(&str, &str)], &str); 3] = [
            (&email("not this one", OTHER), "current_password"),
            (&email(PASSWORD, "amy"), "email"),
            (&[("email", OTHER), ("email_repeat", "amy@else.example"), ("current_password", PASSWORD)], "email_repeat"),
        ];
        for (fields, field) in cases {
            let answer = amy.post("/account/email", fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            assert!(answer.body.contains(&format!("id=\"{field}-err\"")), "{field}: {}", answer.text());
            assert!(!answer.body.contains(PASSWORD));
        }
        assert!(world.letters().await.is_empty());
    });
}

#[test]
fn es_191_and_es_167_an_address_of_somebody_else_looks_the_same() {
    in_a_world(async |world| {
        let mut pages = Vec::new();
        for (name, address) in [("amy", "uma@example.com"), ("sam", "xyz@example.com")] {
            let mut browser = Browser::of(world, name).await;
            asks_for(&mut browser, address).await;
            browser.get("/account").await;
            let page = browser.get("/account").await.text();
            pages.push(
                page[page.find("Confirm your new").expect("the note")..page.find("Your details").expect("the card")]
                    .replace(address, "ADDRESS"),
            );
        }
        assert_eq!(pages[0], pages[1]);
        assert_eq!(world.queued(Template::ConfirmEmail).await, ["xyz@example.com"]);
    });
}

#[test]
fn es_191_an_address_that_is_taken_by_now_is_a_conflict_that_says_what_to_do() {
    in_a_world(async |world| {
        let (mut amy, mut sam) = (Browser::of(world, "amy").await, Browser::of(world, "sam").await);
        asks_for(&mut amy, OTHER).await;
        let first = link(world).await;
        asks_for(&mut sam, OTHER).await;
        let second = link(world).await;
        let mut anyone = Browser::new(world);
        anyone.get(&first).await;
        assert_eq!(anyone.post(&first, &[]).await.status, StatusCode::OK);
        anyone.get(&second).await;
        let late = anyone.post(&second, &[]).await;
        assert!(
            late.status == StatusCode::CONFLICT && late.text().contains("Another account has this address by now.")
        );
    });
}

#[test]
fn es_191_the_link_is_sent_again_or_the_old_address_kept() {
    in_a_world(async |world| {
        let mut amy = Browser::of(world, "amy").await;
        asks_for(&mut amy, OTHER).await;
        let first = link(world).await;
        amy.get("/account").await;
        assert_eq!(amy.post("/account/email/send", &[]).await.location(), "/account");
        let old = Browser::new(world).get(&first).await;
        assert!(old.status == StatusCode::GONE && old.text().contains("A newer message was sent since."));
        amy.get("/account").await;
        assert_eq!(amy.post("/account/email/keep", &[]).await.location(), "/account");
        assert!(!amy.get("/account").await.text().contains(OTHER));
        let ended = Browser::new(world).get(&link(world).await).await;
        assert_eq!(ended.status, StatusCode::GONE);
        amy.get("/account").await;
        assert_eq!(amy.post("/account/email/send", &[]).await.status, StatusCode::CONFLICT);
    });
}
