//! What strangers ask for themselves: the same pages whoever asks for whom.

use std::collections::HashSet;

use axum::http::{Method, StatusCode};
use identity::messages::Template;
use identity::settings::choose;
use serde_json::json;
use testkit::{PASSWORD, World};

use crate::browser::{Answer, Browser, between, in_a_world};

const NEW: &str = "velvet harbor saddle 31 moth";
const PAGES: [(&str, &str); 2] = [("/recover-username", "email"), ("/change-password", "identifier")];

/// Fills in one of the forms, and waits until what was asked for is done.
async fn ask(world: &World, path: &str, field: &str, typed: &str) -> Answer {
    let mut stranger = Browser::new(world);
    stranger.get(path).await;
    let answer = stranger.post(path, &[(field, typed)]).await;
    stranger.settle().await;
    answer
}

/// All that differs from answer to answer for reasons of their own is taken out: what was typed, and new cookies.
fn comparable(answer: &Answer, typed: &str) -> (StatusCode, Vec<(String, String)>, String) {
    // The length counts what was typed; the rest of the body is compared itself.
    let headers = answer.headers.iter().filter(|(name, _)| *name != "set-cookie" && *name != "content-length");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect();
    assert_eq!(answer.body.matches(typed).count(), 1, "what was typed is shown once");
    (answer.status, headers, answer.body.replace(typed, "…"))
}

async fn switch(world: &World, key: &str, value: bool) {
    let operator = world.operator();
    let write = world.identity.write(&operator, async |op| choose(op, key, json!(value)).await);
    write.await.expect("the operator may choose");
}

#[test]
fn es_171_and_es_177_the_answer_is_the_same_byte_for_byte_whoever_is_meant() {
    in_a_world(async |world| {
        let (wren, _) = world.registered("Wren").await;
        let rowan = world.confirmed("Rowan").await;
        world.alter(world.cast.uma, "enabled = false").await;
        world.lock_as_server(world.cast.sam, "failed_attempts").await;
        let nobody = "nobody@example.com".to_owned();
        let (wren, rowan) = (wren.email.expect("one"), rowan.email.expect("one"));
        let people = ["amy", "uma", "sam", "sophia"].map(|name| format!("{name}@example.com"));
        let before = world.letters().await.len();
        for (path, field) in PAGES {
            let expected = comparable(&ask(world, path, field, &nobody).await, &nobody);
            assert_eq!(expected.0, StatusCode::OK);
            for typed in people.iter().chain([&wren, &rowan]) {
                assert_eq!(comparable(&ask(world, path, field, typed).await, typed), expected, "{path} {typed}");
            }
        }
        let sent = world.letters().await.split_off(before);
        let addresses: HashSet<&str> = sent.iter().map(|letter| letter.address.as_str()).collect();
        assert_eq!(sent.len(), 11, "six usernames, five links");
        assert!(!addresses.contains("nobody@example.com"));
    });
}

#[test]
fn es_173_what_is_absorbed_looks_like_what_is_not() {
    in_a_world(async |world| {
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push(comparable(
                &ask(world, "/recover-username", "email", "amy@example.com").await,
                "amy@example.com",
            ));
        }
        assert!(seen.iter().all(|answer| *answer == seen[0]));
        assert_eq!(world.queued(Template::UsernameRecovery).await.len(), 3);
    });
}

#[test]
fn es_174_to_es_180_a_forgotten_password_is_replaced_by_the_mailed_link_and_opens_no_session() {
    in_a_world(async |world| {
        let before = Browser::of(world, "amy").await;
        let sent = ask(world, "/change-password", "identifier", "amy").await;
        assert!(sent.text().contains(
            "If there is an account for amy, a link to change the password is on its way. It works for 1 hour."
        ));
        let page = format!("/reset-password/{}", world.message(Template::ChangePassword).await.token().expose());
        let mut visitor = Browser::new(world);
        let form = visitor.get(&page).await;
        assert!(form.header("cache-control").contains("no-store"));
        assert!(matches!(form.header("referrer-policy"), "same-origin" | "no-referrer"));
        let set = visitor.post(&page, &[("password", NEW), ("password_repeat", NEW)]).await;
        assert!(set.text().contains("Your password is changed"), "{}", set.text());
        assert!(visitor.cookie("reeve-session").is_none());
        let mut before = before;
        assert_eq!(before.get("/").await.location(), "/sign-in", "old sessions are over");
        let mut visitor = Browser::new(world);
        assert_eq!(visitor.sign_in("amy", PASSWORD).await.status, StatusCode::OK);
        assert_eq!(visitor.sign_in("amy", NEW).await.status, StatusCode::SEE_OTHER);
        // Whoever opens the link again is told where there is another one.
        let over = Browser::new(world).get(&page).await;
        assert_eq!(over.status, StatusCode::GONE);
        assert!(over.body.contains("href=\"/change-password\""), "{}", over.text());
    });
}

#[test]
fn es_178_a_forged_host_does_not_change_the_link() {
    in_a_world(async |world| {
        let mut stranger = Browser::new(world);
        stranger.get("/change-password").await;
        let page = stranger.get("/change-password").await;
        let token = between(&page.body, "name=\"csrf\" value=\"", "\"").expect("a token").to_owned();
        let forged = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example"),
            ("sec-fetch-site", "same-origin"),
        ];
        let body = format!("csrf={token}&identifier=amy");
        let answer = stranger.send(Method::POST, "/change-password", &forged, body).await;
        assert_eq!(answer.status, StatusCode::OK);
        stranger.settle().await;
        let letter = world.message(Template::ChangePassword).await;
        assert!(letter.plain.contains("https://sso.example.com/reset-password/"), "{}", letter.plain);
        assert!(!letter.plain.contains("evil") && !letter.html.contains("evil"));
    });
}

#[test]
fn what_no_account_can_be_called_is_refused_at_the_field() {
    in_a_world(async |world| {
        let long = format!("{}@example.com", "a".repeat(300));
        for (path, field) in PAGES {
            for wrong in ["", "   ", "a\0b@example.com", long.as_str()] {
                let answer = ask(world, path, field, wrong).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {wrong:?}");
                assert!(answer.body.contains("<title>Error: ") && answer.body.contains(&format!("id=\"{field}-err\"")));
                assert!(answer.body.contains(&format!("href=\"#{field}\"")), "the summary leads to the field");
            }
        }
        let no_address = ask(world, "/recover-username", "email", "amy").await;
        assert!(no_address.text().contains("Enter an email address like name@example.com"), "{}", no_address.text());
        assert!(no_address.body.contains("value=\"amy\""), "what was typed stays");
        let odd = ask(world, "/change-password", "identifier", "<b>amy</b>'; --").await;
        assert!(odd.status == StatusCode::OK && !odd.body.contains("<b>amy"), "{}", odd.body);
        assert_eq!(world.audited("recovery_requested").await.len(), 1, "only the last one was a request");
    });
}

#[test]
fn the_sign_in_page_leads_to_what_is_switched_on_and_to_nothing_else() {
    in_a_world(async |world| {
        let mut stranger = Browser::new(world);
        let page = stranger.get("/sign-in").await;
        for (path, _) in PAGES {
            assert!(page.body.contains(&format!("href=\"{path}\"")), "{path}");
            let shown = stranger.get(path).await;
            assert_eq!((shown.status, shown.header("cache-control")), (StatusCode::OK, "no-store"));
        }
        assert!(stranger.get("/recover-username").await.body.contains("href=\"/change-password\""));
        switch(world, "change_password_request", false).await;
        let page = stranger.get("/sign-in").await;
        assert!(!page.body.contains("/change-password") && page.body.contains("/recover-username"));
        assert!(!stranger.get("/recover-username").await.body.contains("/change-password"));
        let refused = stranger.sign_in("amy", "wrong").await;
        assert!(!refused.body.contains("/change-password"));
        stranger.get("/recover-username").await;
        assert_eq!(stranger.post("/change-password", &[("identifier", "amy")]).await.status, StatusCode::NOT_FOUND);
        stranger.settle().await;
        assert!(world.letters().await.is_empty());
    });
}

/// What must look like a wrong password does, and all of it offers a link (B.3).
#[test]
fn whoever_is_locked_out_or_has_an_old_temporary_password_is_offered_a_link_like_everybody_who_is_wrong() {
    in_a_world(async |world| {
        let mut stranger = Browser::new(world);
        let page = |answer: Answer, name: &str| {
            let token = between(&answer.body, "name=\"csrf\" value=\"", "\"").expect("a token").to_owned();
            answer.body.replace(&token, "").replace(name, "…")
        };
        let wrong = page(stranger.sign_in("bob", "wrong").await, "bob");
        assert!(wrong.contains("href=\"/change-password\">Ask for a link"), "{wrong}");
        world.lock_as_server(world.cast.sam, "failed_attempts").await;
        assert_eq!(page(stranger.sign_in("sam", PASSWORD).await, "sam"), wrong);
        world.alter(world.cast.amy, "password_state = 'temporary', temporary_until = 1").await;
        assert_eq!(page(stranger.sign_in("amy", PASSWORD).await, "amy"), wrong);
        for _ in 0..9 {
            stranger.sign_in("bob", "wrong").await;
        }
        let blocked = stranger.sign_in("bob", "wrong").await;
        assert!(blocked.text().contains("or set a new password now"), "{}", blocked.text());
        assert!(blocked.body.contains("href=\"/change-password\""));
    });
}

#[test]
fn what_was_asked_for_stands_in_the_activity_of_the_user() {
    in_a_world(async |world| {
        ask(world, "/change-password", "identifier", "amy").await;
        world.alter(world.cast.amy, "enabled = false").await;
        ask(world, "/change-password", "identifier", "amy").await;
        ask(world, "/recover-username", "email", "amy@example.com").await;
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get(&format!("/console/users/{}/activity", world.cast.amy)).await.words();
        for told in [
            "Asked for a link to change the password : sent",
            "Asked for a link to change the password : no link, the account is disabled",
            "Asked for the username by email : sent",
        ] {
            assert!(page.replace(" :", ":").contains(&told.replace(" :", ":")), "{told} in {page}");
        }
    });
}
