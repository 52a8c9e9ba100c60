//! The public pages.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use base::Secret;
use identity::access::Actor;
use identity::accounts::TypedPassword;
use identity::settings::choose;
use identity::{Door, accounts, setup};
use serde_json::json;
use testkit::{PASSWORD, World};

use crate::browser::{Browser, in_a_world};

#[test]
fn es_3_signing_in_leads_back_to_the_page_that_was_wanted() {
    in_a_world(async |world| {
        let mut browser = Browser::new(world);
        let answer = browser.get("/console/users?status=disabled").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), "/sign-in?return=%2Fconsole%2Fusers%3Fstatus%3Ddisabled");
        let form = browser.get(answer.location()).await;
        assert!(form.body.contains("name=\"return\" value=\"/console/users?status=disabled\""));
        let fields = [("identifier", "uma"), ("password", PASSWORD), ("return", "/console/users?status=disabled")];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!(answer.location(), "/console/users?status=disabled");
        assert_eq!(browser.get("/console/users?status=disabled").await.status, StatusCode::OK);
    });
}

/// Registering is not built yet, and a switch that is off looks just like that: the address answers 404 and the sign-in
/// page has no link to it.
#[test]
fn es_2_strangers_reach_no_page_whose_switch_is_off() {
    in_a_world(async |world| {
        let operator = world.operator();
        for key in ["recover_username", "change_password_request"] {
            let write = world.identity.write(&operator, async |op| choose(op, key, json!(false)).await);
            write.await.expect("the operator may choose");
        }
        let mut stranger = Browser::new(world);
        let page = stranger.get("/sign-in").await;
        for path in ["/register", "/recover-username", "/change-password"] {
            assert!(!page.body.contains(path), "{path}");
            assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
            stranger.get("/sign-in").await;
            let sent = stranger.post(path, &[("username", "amy"), ("email", "amy@example.com")]).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn a_session_that_is_over_is_told_once_and_leads_back() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        world.clock.advance(Duration::from_hours(24 * 60));
        let answer = browser.get("/console/users?status=disabled").await;
        let way = answer.location().to_owned();
        assert_eq!(way, "/sign-in?return=%2Fconsole%2Fusers%3Fstatus%3Ddisabled");
        let told = browser.get(&way).await;
        assert_eq!(told.status, StatusCode::OK);
        assert!(told.body.contains("You are signed out") && told.body.contains("Sign in again"));
        assert!(told.body.contains("href=\"/sign-in?return=%2Fconsole%2Fusers%3Fstatus%3Ddisabled\""));
        assert_eq!(browser.cookie("reeve-session"), None);
        assert!(browser.get(&way).await.body.contains("name=\"identifier\""), "and then asked to sign in");
    });
}

#[test]
fn nobody_is_led_to_another_site() {
    in_a_world(async |world| {
        for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
            let mut browser = Browser::new(world);
            browser.get("/sign-in").await;
            let fields = [("identifier", "uma"), ("password", PASSWORD), ("return", elsewhere)];
            assert_eq!(browser.post("/sign-in", &fields).await.location(), "/", "{elsewhere}");
        }
    });
}

#[test]
fn an_unknown_name_and_a_wrong_password_look_the_same() {
    in_a_world(async |world| {
        let mut browser = Browser::new(world);
        let wrong = browser.sign_in("uma", "not her password at all").await;
        assert_eq!(wrong.status, StatusCode::OK);
        assert!(wrong.body.contains("Username or password is wrong."));
        assert!(wrong.body.contains("<title>Error: Sign in"));
        assert!(!wrong.body.contains("not her password"));
        let unknown = browser.sign_in("nobody", "not her password at all").await;
        assert_eq!(unknown.status, StatusCode::OK);
        assert_eq!(wrong.text(), unknown.text());
    });
}

#[test]
fn signing_out_ends_the_session_itself() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users").await;
        let stolen = browser.cookie("reeve-session").expect("a session").to_owned();
        let answer = browser.post("/sign-out", &[]).await;
        assert_eq!(answer.location(), "/sign-in");
        assert_eq!(browser.cookie("reeve-session"), None);
        assert!(browser.get("/sign-in").await.body.contains("You are signed out"));
        assert!(!browser.get("/sign-in").await.body.contains("You are signed out"), "a notice is shown once");
        let cookie = format!("reeve-session={stolen}");
        let answer =
            Browser::new(world).send(Method::GET, "/console/users", &[("cookie", &cookie)], String::new()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn signing_in_again_ends_the_session_before() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/reauth").await;
        let before = format!("reeve-session={}", browser.cookie("reeve-session").expect("a session"));
        browser.post("/sign-in", &[("identifier", "amy"), ("password", PASSWORD)]).await;
        let answer = Browser::new(world).send(Method::GET, "/reauth", &[("cookie", &before)], String::new()).await;
        assert!(answer.location().starts_with("/sign-in"));
        assert_eq!(browser.get("/reauth").await.status, StatusCode::OK);
    });
}

#[test]
fn a_session_that_nobody_uses_ends() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        world.clock.advance(Duration::from_mins(29));
        assert_eq!(browser.get("/console/users").await.status, StatusCode::OK);
        world.clock.advance(Duration::from_mins(29));
        assert_eq!(browser.get("/console/users").await.status, StatusCode::OK);
        world.clock.advance(Duration::from_mins(31));
        let answer = browser.get_fragment("/console/users?q=a").await;
        assert!(answer.header("hx-redirect").starts_with("/sign-in"), "htmx is led to the form");
    });
}

#[test]
fn es_57_a_temporary_password_opens_nothing_but_the_form_that_changes_it() {
    in_a_world(async |world| {
        give_temporary_password(world, "tess", "temporary one").await;
        let mut browser = Browser::new(world);
        assert_eq!(browser.sign_in("tess", "temporary one").await.location(), "/");
        for path in ["/", "/console/users", "/reauth"] {
            assert!(browser.get(path).await.location().starts_with("/set-password"), "{path}");
        }
        let form = browser.get("/set-password?return=%2F").await;
        assert_eq!(form.status, StatusCode::OK);
        let same = [("password", "temporary one"), ("password_repeat", "temporary one")];
        assert_eq!(browser.post("/set-password", &same).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let own = [("password", "cobalt heron walks 1923"), ("password_repeat", "cobalt heron walks 1923")];
        assert_eq!(browser.post("/set-password", &own).await.location(), "/");
        assert_eq!(browser.get("/").await.location(), "/account");
    });
}

#[test]
fn entering_the_password_again_leads_back() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/reauth?return=%2Fconsole%2Fusers").await;
        let wrong = browser.post("/reauth", &[("password", "wrong"), ("return", "/console/users")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let before = browser.cookie("reeve-session").map(str::to_owned);
        let right = browser.post("/reauth", &[("password", PASSWORD), ("return", "/console/users")]).await;
        assert_eq!(right.location(), "/console/users");
        assert_ne!(browser.cookie("reeve-session").map(str::to_owned), before, "the token is a new one");
        assert_eq!(browser.get("/console/users").await.status, StatusCode::OK);
    });
}

#[test]
fn a_set_up_link_of_a_server_that_is_set_up_does_not_work() {
    in_a_world(async |world| {
        let server = world.identity.caller(Actor::System, Door::Worker);
        let link = world.identity.write(&server, async |op| setup::issue_link(op).await).await;
        assert!(link.expect("asking is allowed").is_none());
        let answer = Browser::new(world).get("/setup/anything").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains("This set-up link does not work"));
    });
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users").await;
        let from = |name, value| [(name, value)];
        for header in
            [from("sec-fetch-site", "cross-site"), from("origin", "https://evil.example"), from("origin", "null")]
        {
            let answer = browser.send(Method::POST, "/sign-out", &header, "csrf=x".into()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{header:?}");
        }
        let answer = browser.send(Method::POST, "/sign-out", &[], "csrf=0000".into()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("This form is out of date"));
        assert_eq!(browser.get("/console/users").await.status, StatusCode::OK);
    });
}

#[test]
fn the_theme_is_kept_in_the_browser() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        assert!(browser.get("/console/users").await.body.contains("data-theme=\"auto\""));
        let answer = browser.post("/prefs/theme", &[("theme", "dark"), ("return", "/console/users?q=a")]).await;
        assert_eq!(answer.location(), "/console/users?q=a");
        assert!(browser.get("/console/users").await.body.contains("data-theme=\"dark\""));
    });
}

#[test]
fn what_is_not_there_gets_a_page_of_its_own() {
    in_a_world(async |world| {
        let stranger = Browser::new(world).get("/nowhere").await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
        assert!(stranger.body.contains("class=\"pub\"") && stranger.body.contains("Page not found"));
        let mut browser = Browser::of(world, "uma").await;
        let console = browser.get("/console/nowhere").await;
        assert_eq!(console.status, StatusCode::NOT_FOUND);
        assert!(console.body.contains("class=\"shell\"") && console.body.contains("Reference"));
        let json =
            browser.send(Method::GET, "/console/nowhere", &[("accept", "application/json")], String::new()).await;
        assert!(json.body.contains("\"code\":\"not_found\""));
    });
}

/// Makes an account with a temporary password.
async fn give_temporary_password(world: &World, username: &str, password: &str) {
    let new = accounts::NewAccount {
        username: username.into(),
        first_name: "Tess".into(),
        last_name: "Temp".into(),
        email: format!("{username}@example.com"),
        ..accounts::NewAccount::default()
    };
    let typed = TypedPassword { password: Secret::new(password), repeated: Secret::new(password), temporary: true };
    accounts::create_with_password(&world.identity, &world.operator(), new, typed).await.expect("an account");
}
