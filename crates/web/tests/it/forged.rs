//! Fields that no form has: what other products took from them, ours leave.

use axum::http::{Method, StatusCode};
use identity::access::Role;
use identity::accounts;
use testkit::{PASSWORD, World};
use web::routes::TABLE;

use crate::browser::{Browser, in_a_world};

/// What an account could become by a field that a form doesn't have.
const EXTRAS: [(&str, &str); 18] = [
    ("role", "super_administrator"),
    ("roles", "super_administrator"),
    ("roles[]", "super_administrator"),
    ("account[roles]", "super_administrator"),
    ("account.roles", "super_administrator"),
    ("super_administrator", "1"),
    ("is_admin", "1"),
    ("administrator_roles", "super_administrator"),
    ("user_group", "1"),
    ("lifecycle", "active"),
    ("state[lifecycle]", "active"),
    ("email_verified_at", "1"),
    ("email_verified", "true"),
    ("password_hash", "$2y$04$abcdefghijklmnopqrstuu1Zb1cS4rMY3Xy9J8Zu0m7V5m9m1W8e6"),
    ("reset_secret", "1"),
    ("organization_id", "00000000-0000-0000-0000-000000000000"),
    ("in_protected_group", "0"),
    ("id", "00000000-0000-0000-0000-000000000000"),
];

async fn by_name(world: &World, username: &str) -> accounts::Account {
    let found = world.identity.read(&world.operator(), async |op| accounts::find_by_username(op, username).await).await;
    found.expect("the account is there")
}

#[test]
fn cuppacms_12_and_userswp_cve_2026_4977_an_extra_field_makes_nobody_more_than_they_are() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        uma.get("/console/users/new").await;
        let mut fields = vec![
            ("first_name", "Zed"),
            ("last_name", "Zero"),
            ("username", "zed1"),
            ("email", "zed@example.com"),
            ("status", "enabled"),
            ("password_choice", "invite"),
            ("way", "email_link"),
        ];
        fields.extend(EXTRAS);
        uma.post("/console/users", &fields).await;
        let made = by_name(world, "zed1").await;
        assert!(made.roles.is_empty() && made.state.email.verified_at.is_none(), "{made:?}");
        assert_eq!(made.organization, world.account(world.cast.amy).await.organization);
        assert_eq!(made.state.password, accounts::PasswordState::None, "a hash that was typed is no password");
        let amys = [("identifier", "amy"), ("password", PASSWORD)];
        let mut amy = Browser::new(world);
        amy.get("/sign-in").await;
        amy.post("/sign-in", &[&amys[..], &EXTRAS[..]].concat()).await;
        assert!(world.account(world.cast.amy).await.roles.is_empty());
        assert_eq!(amy.get("/console").await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn cve_services_1757_a_nested_field_passes_no_guard() {
    in_a_world(async |world| {
        let before = world.account(world.cast.amy).await;
        let profile = format!("/console/users/{}", before.id);
        let mut uma = Browser::of(world, "uma").await;
        uma.get(&profile).await;
        let seen = before.version.to_string();
        let email = before.email.clone().unwrap_or_default();
        let mut fields = vec![
            ("version", seen.as_str()),
            ("first_name", "Amelia"),
            ("last_name", before.last_name.as_str()),
            ("username", before.username.as_str()),
            ("email", email.as_str()),
        ];
        fields.extend(EXTRAS);
        let saved = uma.post(&profile, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let after = world.account(before.id).await;
        assert_eq!(after.first_name, "Amelia");
        assert_eq!((after.roles, &after.state), (before.roles, &before.state));
        // Nor is an attribute that there isn't.
        let version = after.version.to_string();
        fields[0] = ("version", version.as_str());
        fields.push(("custom.roles", "super_administrator"));
        assert_eq!(uma.post(&profile, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // A body of another kind is no form, and bears no token of ours.
        let json = r#"{"first_name":"X","roles":["super_administrator"],"account":{"roles":["super_administrator"]}}"#;
        let headers = [("sec-fetch-site", "same-origin")];
        let refused = uma.send(Method::POST, &profile, &headers, json.into()).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert_eq!(world.account(before.id).await.first_name, "Amelia");
        // Nor is the guard of a higher account.
        let sam = world.account(world.cast.sam).await;
        let answer = uma.post(&format!("/console/users/{}", sam.id), &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(world.account(sam.id).await, sam);
        assert!(sam.roles.has(Role::SsoAdministrator));
    });
}

#[test]
fn g8_no_list_and_no_export_reads_a_secret() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        for name in ["password_hash", "password", "token_hash", "code_hash", "passwords.hash", "custom.password_hash"] {
            uma.get("/console/users/export").await;
            let fields =
                [("answer", "1"), ("whom", "everybody"), ("format", "csv"), ("column", "username"), ("column", name)];
            let refused = uma.post("/console/users/export", &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", refused.body);
            let plain = uma.get("/console/users").await.usernames().join(" ");
            let sorted = uma.get(&format!("/console/users?sort={name}&dir=down")).await;
            assert_eq!((sorted.status, sorted.usernames().join(" ")), (StatusCode::OK, plain), "{name}");
        }
    });
}

#[test]
fn g8_the_console_takes_no_assertion_for_a_sign_in() {
    in_a_world(async |world| {
        let headers = [
            ("authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJzb3BoaWEifQ."),
            ("authorization", "Basic c29waGlhOng="),
            ("x-remote-user", "sophia"),
            ("remote-user", "sophia"),
            ("x-forwarded-user", "sophia"),
            ("x-auth-request-email", "sophia@example.com"),
            ("x-ssl-client-s-dn", "CN=sophia"),
        ];
        for header in headers {
            let answer = Browser::new(world).send(Method::GET, "/console/users", &[header], String::new()).await;
            assert!(answer.location().starts_with("/sign-in"), "{header:?}: {}", answer.status);
        }
        for field in ["SAMLResponse", "id_token", "assertion", "access_token", "code"] {
            let mut stranger = Browser::new(world);
            stranger.get("/sign-in").await;
            let refused = stranger.post("/sign-in", &[(field, "sophia"), ("identifier", "sophia")]).await;
            assert!(refused.status == StatusCode::OK && stranger.cookie("reeve-session").is_none(), "{field}");
            let path = format!("/console/users?{field}=sophia");
            assert!(stranger.get(&path).await.location().starts_with("/sign-in"), "{field}");
        }
    });
}

#[test]
fn keycloak_27669_and_cve_2026_17526_no_door_leads_into_somebody_elses_session() {
    for route in TABLE {
        for word in ["impersonat", "act-as", "become", "login-as", "sign-in-as", "switch-user"] {
            assert!(!route.path.contains(word), "{}", route.path);
        }
    }
}
