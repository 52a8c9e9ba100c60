//! Message templates, the outbox, the mail server, and the buttons that send something.

use std::time::Duration;

use axum::http::{HeaderName, StatusCode};
use identity::access::{Role, STEP_UP_AGE};
use identity::messages::{Post, Template};
use testkit::{MailServer, Mood, World};

use crate::browser::{Answer, Browser, between, in_a_world};

const TEMPLATES: &str = "/console/templates";
const OUTBOX: &str = "/console/outbox";
const SENDING: &str = "/console/sending";

fn header<'a>(answer: &'a Answer, name: &'static str) -> &'a str {
    answer.headers.get(HeaderName::from_static(name)).expect(name).to_str().expect("text")
}

/// The address of the first message of the list.
fn first_message(page: &Answer) -> String {
    let rest = between(&page.body, "<a class=\"ltr\" href=\"", "\"").expect("a message");
    rest.to_owned()
}

fn mail_form(port: &str) -> Vec<(&'static str, String)> {
    vec![
        ("host", "127.0.0.1".into()),
        ("port", port.into()),
        ("protection", "none".into()),
        ("from", "accounts@aldermoor.example".into()),
        ("password", "s3cret-of-mail".into()),
    ]
}

async fn choose(browser: &mut Browser, fields: &[(&'static str, String)]) -> Answer {
    browser.get(SENDING).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/console/sending/mail", &fields).await
}

/// Somebody registers, so that a link waits.
async fn with_a_link(world: &World) -> String {
    let (_, link) = world.registered("Ishita").await;
    link.expose().to_owned()
}

#[test]
fn es_203_templates_are_listed_changed_and_restored() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let list = sylvia.get(TEMPLATES).await;
        for heading in ["Administrator initiated actions", "User self service", "User initiated registration"] {
            assert!(list.body.contains(&format!("<h2>{heading}</h2>")), "{heading}");
        }
        assert!(
            list.body.contains("Sent when an administrator uses “Send username”.") && !list.body.contains("Customized")
        );
        let form = sylvia.get("/console/templates/username").await;
        assert!(form.body.contains("value=\"Your {{ username_word }} at {{ app_name }}\""), "{}", form.body);
        let text =
            [("subject", "You are {{ username }}"), ("plain", "{{ username }}"), ("html", "<p>{{ username }}</p>")];
        let saved = sylvia.post("/console/templates/username", &text).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, TEMPLATES));
        let list = sylvia.get(TEMPLATES).await;
        assert!(list.body.contains("Customized") && list.body.contains("Template saved"));
        let form = sylvia.get("/console/templates/username").await;
        assert!(form.body.contains("by Sylvia System") && form.body.contains("Restore original"));
        let restored = sylvia.post("/console/templates/username/restore", &[]).await;
        assert_eq!(restored.status, StatusCode::SEE_OTHER);
        assert!(!sylvia.get(TEMPLATES).await.body.contains("Customized"));
    });
}

#[test]
fn es_207_a_template_is_written_in_another_language_and_that_is_removed_again() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let dutch = "/console/templates/username?lang=nl";
        let form = sylvia.get(dutch).await;
        assert!(form.body.contains("There is no Dutch text yet."), "{}", form.body);
        assert!(form.body.contains("<option value=\"nl\" selected>Dutch · Nederlands</option>"));
        assert!(!form.body.contains("Remove this language"));
        let text = [("subject", "Dag {{ username }}"), ("plain", "{{ username }}"), ("html", "")];
        let saved = sylvia.post(dutch, &text).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, TEMPLATES));
        let list = sylvia.get(TEMPLATES).await;
        assert!(list.body.contains("<a class=\"tag\" href=\"/console/templates/username?lang=nl\">Dutch</a>"));
        assert!(!list.body.contains("Customized"), "the English text is as it was");
        let form = sylvia.get(dutch).await;
        assert!(form.body.contains("value=\"Dag {{ username }}\"") && form.body.contains("Remove this language"));
        let preview = sylvia.get("/console/templates/username/preview?lang=nl").await;
        assert!(preview.body.contains("machterberg"), "{}", preview.body);
        let original = sylvia.get("/console/templates/username").await;
        assert!(original.body.contains("value=\"Your {{ username_word }} at {{ app_name }}\""));

        let removed = sylvia.post("/console/templates/username/restore?lang=nl", &[]).await;
        assert_eq!((removed.status, removed.location()), (StatusCode::SEE_OTHER, "/console/templates/username"));
        assert!(sylvia.get(dutch).await.body.contains("There is no Dutch text yet."));
        for path in ["/console/templates/username?lang=xx", "/console/templates/username?lang=EN"] {
            assert_eq!(sylvia.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn es_204_templates_about_privileges_are_hidden_from_system_administrators() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        assert!(!sylvia.get(TEMPLATES).await.body.contains("User administrative privileges"));
        for path in ["/console/templates/privileges_changed", "/console/templates/security_alert/preview"] {
            assert_eq!(sylvia.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for path in ["", "/preview", "/test", "/restore"] {
            let path = format!("/console/templates/security_alert{path}");
            sylvia.get("/console/templates/username").await;
            let text = [("subject", "x"), ("plain", "y")];
            assert_eq!(sylvia.post(&path, &text).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let mut sophia = Browser::of(world, "sophia").await;
        assert!(sophia.get(TEMPLATES).await.body.contains("User administrative privileges"));
        assert_eq!(sophia.get("/console/templates/security_alert").await.status, StatusCode::OK);
        assert_eq!(sophia.get("/console/templates/no_such_one").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_205_what_is_wrong_is_named_and_what_was_typed_stays() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        sylvia.get("/console/templates/invitation").await;
        let text = [("subject", "{{ set_password_url }}"), ("plain", "Typed {{ nmae }}"), ("html", "")];
        let refused = sylvia.post("/console/templates/invitation", &text).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in [
            "There is a problem",
            "There is no variable {{ nmae }}",
            "{{ set_password_url }} is missing",
            "stand in a subject",
            "Typed {{ nmae }}",
        ] {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert!(world.audited("template_changed").await.is_empty());
    });
}

#[test]
fn es_207_a_preview_stands_in_a_frame_that_can_do_nothing() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let form = sylvia.get("/console/templates/invitation").await;
        assert!(form.body.contains("src=\"/console/templates/invitation/preview\" sandbox title="));
        let policy = header(&form, "content-security-policy").to_owned();
        assert!(policy.contains("frame-src 'self'") && policy.contains("frame-ancestors 'none'"));
        let preview = sylvia.get("/console/templates/invitation/preview").await;
        assert_eq!(preview.status, StatusCode::OK);
        let policy = header(&preview, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'self'; sandbox"),
            "{policy}"
        );
        assert!(!policy.contains("script-src") && !policy.contains("img-src"));
        assert_eq!(header(&preview, "x-frame-options"), "SAMEORIGIN");
        assert!(
            preview.body.contains("Marijke") && preview.body.contains("invitation&#x2f;SAMPLE"),
            "{}",
            preview.body
        );
        sylvia.get("/console/templates/invitation").await;
        let text = [
            ("subject", "x"),
            ("plain", "{{ set_password_url }}"),
            ("html", "<h1>{{ last_name }}</h1>{{ set_password_url }}"),
        ];
        let typed = sylvia.post("/console/templates/invitation/preview", &text).await;
        assert!(typed.body.contains("<h1>Achterberg</h1>"), "{}", typed.body);
        let loops = [("subject", "x"), ("plain", "{{ nothing }}"), ("html", "")];
        let refused = sylvia.post("/console/templates/invitation/preview", &loops).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(header(&refused, "x-frame-options"), "SAMEORIGIN");
    });
}

#[test]
fn es_207_a_test_goes_to_whoever_asks_for_it() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        sylvia.get("/console/templates/invitation").await;
        let text = [("subject", "Try {{ first_name }}"), ("plain", "{{ set_password_url }}"), ("html", "")];
        let sent = sylvia.post("/console/templates/invitation/test", &text).await;
        assert_eq!(sent.status, StatusCode::OK);
        assert!(
            sent.body.contains("A test is on its way to you") && sent.body.contains("value=\"Try {{ first_name }}\"")
        );
        assert_eq!(world.queued(Template::Invitation).await, ["sylvia@example.com"]);
    });
}

#[test]
fn es_208_the_outbox_shows_states_and_hides_links() {
    in_a_world(async |world| {
        let token = with_a_link(world).await;
        let mut sylvia = Browser::of(world, "sylvia").await;
        let list = sylvia.get("/console/outbox?template=confirm_registration").await;
        assert!(list.body.contains("No mail server is configured.") && list.body.contains("href=\"/console/sending\""));
        assert!(list.body.contains("ishita@partner.example") && list.body.contains("Queued"));
        let message = first_message(&list);
        let page = sylvia.get(&message).await;
        assert!(page.body.contains("/confirm/••••••") && !page.body.contains(&token), "{}", page.body);
        assert!(!page.body.contains("Show links and secrets"));
        let frame = sylvia.get(&format!("{message}/preview")).await;
        assert!(frame.status == StatusCode::OK && !frame.body.contains(&token));
        assert_eq!(sylvia.post(&format!("{message}/reveal"), &[]).await.status, StatusCode::FORBIDDEN);
        let mut sophia = Browser::of(world, "sophia").await;
        assert!(sophia.get(&message).await.body.contains("Show links and secrets"));
        let shown = sophia.post(&format!("{message}/reveal"), &[]).await;
        assert!(shown.body.contains(&token) && shown.body.contains("recorded in the audit log"));
        world.clock.advance(STEP_UP_AGE + Duration::from_secs(1));
        let asked = sophia.post(&format!("{message}/reveal"), &[]).await;
        assert!(asked.location().starts_with("/reauth?return="), "{}", asked.location());
    });
}

#[test]
fn messages_are_taken_back_and_tried_again_from_the_list() {
    in_a_world(async |world| {
        with_a_link(world).await;
        let mut sylvia = Browser::of(world, "sylvia").await;
        let list = sylvia.get("/console/outbox?template=confirm_registration").await;
        let id = first_message(&list).rsplit('/').next().expect("an identifier").to_owned();
        let retried = sylvia.post(OUTBOX, &[("id", &id), ("do", "retry")]).await;
        assert_eq!(retried.location(), OUTBOX);
        assert!(sylvia.get(OUTBOX).await.body.contains("1 message tried again"));
        sylvia.post(OUTBOX, &[("id", &id), ("do", "cancel")]).await;
        assert!(sylvia.get(OUTBOX).await.body.contains("1 message taken back"));
        let narrowed = sylvia.get("/console/outbox?state=cancelled&q=ISHITA@partner.example").await;
        assert!(narrowed.body.contains("Taken back") && narrowed.body.contains("ishita@partner.example"));
        assert!(sylvia.get("/console/outbox?state=failed").await.body.contains("No messages match"));
    });
}

#[test]
fn g11_what_super_administrators_are_told_is_taken_back_by_nobody_else() {
    in_a_world(async |world| {
        world.join("Nora", "New", Some(Role::UserAdministrator)).await;
        let alerts = "/console/outbox?template=security_alert";
        let mut sylvia = Browser::of(world, "sylvia").await;
        let list = sylvia.get(alerts).await;
        assert!(!list.body.contains("class=\"rowcheck\""), "nothing to be selected");
        let message = first_message(&list);
        let page = sylvia.get(&message).await.text();
        assert!(page.contains("Try again now") && !page.contains("Take back"), "{page}");
        let id = message.rsplit('/').next().expect("an identifier");
        assert_eq!(sylvia.post(OUTBOX, &[("id", id), ("do", "cancel")]).await.status, StatusCode::FORBIDDEN);
        let mut sophia = Browser::of(world, "sophia").await;
        assert!(sophia.get(alerts).await.body.contains("class=\"rowcheck\""));
        assert!(sophia.get(&message).await.text().contains("Take back"));
        assert_eq!(sophia.post(OUTBOX, &[("id", id), ("do", "cancel")]).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn g7_the_mail_server_asks_for_the_password_and_never_shows_its_own() {
    in_a_world(async |world| {
        let server = MailServer::start(Mood::Well).await;
        let mut sylvia = Browser::of(world, "sylvia").await;
        let before = world.queued(Template::SecurityAlert).await.len();
        let chosen = choose(&mut sylvia, &mail_form(&server.port.to_string())).await;
        assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, SENDING));
        let page = sylvia.get(SENDING).await;
        assert!(
            page.body.contains("value=\"127.0.0.1\"") && page.body.contains("Leave blank to keep the present one.")
        );
        assert!(!page.body.contains("s3cret-of-mail"));
        assert_eq!(world.queued(Template::SecurityAlert).await.len(), before + 1);
        assert!(!sylvia.get(OUTBOX).await.body.contains("No mail server is configured."));
        let refused = choose(&mut sylvia, &mail_form("0")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Enter a port from 1 to 65535") && !refused.body.contains("s3cret-of-mail"));
        // Without its password it stays where it is.
        let mut elsewhere = mail_form("2525");
        elsewhere.retain(|(name, _)| *name != "password");
        let refused = choose(&mut sylvia, &elsewhere).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Enter the password again: the server"), "{}", refused.body);
        world.clock.advance(STEP_UP_AGE + Duration::from_secs(1));
        assert_eq!(sylvia.get(SENDING).await.location(), "/reauth?return=%2Fconsole%2Fsending");
        let late = choose(&mut sylvia, &mail_form("25")).await;
        assert!(late.location().starts_with("/reauth"), "{}", late.location());
    });
}

#[test]
fn es_144_a_change_of_roles_is_told_when_the_box_is_ticked() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let mut sophia = Browser::of(world, "sophia").await;
        let path = format!("/console/users/{amy}/roles");
        for (fields, mails) in [(vec![("role", "user_administrator")], 0), (vec![("notify", "1")], 1)] {
            let page = sophia.get(&path).await;
            assert!(page.body.contains("Tell Amy Adams by email what changes"));
            let version = between(&page.body, "name=\"version\" value=\"", "\"").expect("a form").to_owned();
            let all: Vec<(&str, &str)> = fields.into_iter().chain([("version", version.as_str())]).collect();
            assert_eq!(sophia.post(&path, &all).await.status, StatusCode::SEE_OTHER);
            assert_eq!(world.queued(Template::PrivilegesChanged).await.len(), mails);
        }
    });
}

#[test]
fn es_115_a_button_sends_the_username() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let profile = format!("/console/users/{}", world.cast.amy);
        assert!(uma.get(&profile).await.body.contains(&format!("action=\"{profile}/send-username\"")));
        let sent = uma.post(&format!("{profile}/send-username"), &[]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, profile.as_str()));
        assert!(uma.get(&profile).await.body.contains("Sent by email"));
        assert_eq!(world.queued(Template::Username).await, ["amy@example.com"]);
    });
}

#[test]
fn es_70_a_profile_shows_what_was_sent_and_tries_it_again() {
    in_a_world(async |world| {
        let amy = format!("/console/users/{}", world.cast.amy);
        let path = format!("{amy}/messages");
        let mut uma = Browser::of(world, "uma").await;
        let empty = uma.get(&path).await;
        assert!(empty.status == StatusCode::OK && empty.body.contains("No messages yet"), "{}", empty.body);
        uma.post(&format!("{amy}/send-username"), &[]).await;
        assert!(uma.get(&amy).await.body.contains("Messages <span class=\"count\">1<span class=\"vh\"> queued</span>"));
        let server = MailServer::start(Mood::KnowsNobody).await;
        choose(&mut Browser::of(world, "sylvia").await, &mail_form(&server.port.to_string())).await;
        Post::new(world.identity.clone()).deliver().await.expect("the outbox is emptied");
        assert!(uma.get(&amy).await.body.contains("1<span class=\"vh\"> failed</span>"));
        let list = uma.get(&path).await;
        assert!(
            list.body.contains("Your username") && list.body.contains("550") && !list.body.contains("/console/outbox/")
        );
        let id =
            between(&list.body, "name=\"id\" value=\"", "\"").expect("a message that can be tried again").to_owned();
        let retried = uma.post(&path, &[("id", &id)]).await;
        assert_eq!((retried.status, retried.location()), (StatusCode::SEE_OTHER, path.as_str()));
        let list = uma.get(&path).await;
        assert!(list.body.contains("1 message tried again") && list.body.contains("Queued"), "{}", list.body);
        assert_eq!(uma.post(&path, &[("id", "nothing")]).await.status, StatusCode::NOT_FOUND);
        let sophia = format!("/console/users/{}/messages", world.cast.sophia);
        assert_eq!(uma.get(&sophia).await.status, StatusCode::FORBIDDEN);
        // Who sees the outbox is led to the message.
        let list = Browser::of(world, "sophia").await.get(&path).await;
        assert!(list.body.contains(&format!("<a href=\"/console/outbox/{id}\">Your username</a>")), "{}", list.body);
    });
}
