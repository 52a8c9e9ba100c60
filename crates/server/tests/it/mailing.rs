//! Mail that leaves the real server, and what the command line says of it.

use std::time::{Duration, Instant};

use base::Random;
use identity::access::Actor;
use identity::accounts::{self, NewAccount};
use identity::{Door, Identity, Options};
use serde_json::Value as Json;
use store::Db;
use testkit::{MailServer, Mood, block_on};

use crate::outages::{own_postgres, place_on};
use crate::place::{Place, finish};
use crate::secure_mail::SecureMail;

const PEOPLE: usize = 1_000;

/// The database of a place without configuration.
fn own_database(place: &Place) -> String {
    format!("sqlite:{}", place.path("reeve-data/reeve.db").display())
}

/// Queues a message for each of very many people, as a command would, while no server runs.
async fn queue(place: &Place, url: &str) {
    let db = Db::open(url, store::Options::default()).expect("the database opens");
    let options = Options {
        random: Random::System,
        hashing_threads: Some(1),
        files: Some(place.path("reeve-data/files")),
        ..Options::default()
    };
    let identity = Identity::open(db, options).await.expect("the core opens");
    let operator = identity.caller(Actor::Operator, Door::CommandLine);
    let new = (0..PEOPLE).map(|n| NewAccount {
        username: format!("person{n}"),
        first_name: "Pat".into(),
        last_name: format!("Number {n}"),
        email: format!("person{n}@example.com"),
        ..NewAccount::default()
    });
    let made = identity.write(&operator, async |op| {
        for account in accounts::create_many(op, new.collect()).await? {
            accounts::send_username(op, account.expect("each is valid").id).await?;
        }
        Ok(())
    });
    made.await.expect("messages are queued");
}

fn smtp(server: &MailServer) -> [(&'static str, String); 3] {
    [("SMTP_HOST", "127.0.0.1".into()), ("SMTP_PORT", server.port.to_string()), ("SMTP_TLS", "none".into())]
}

/// Waits until `holds`; fails when that takes longer than anything does.
async fn until(mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_mins(2), "it was waited for in vain");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn es_209_a_killed_server_loses_no_message_and_sends_hardly_one_twice() {
    let place = Place::new();
    kill_while_it_delivers(&place, &own_database(&place));
}

#[test]
fn es_209_a_killed_server_loses_no_message_on_postgresql() {
    let Some(postgres) = own_postgres(&[], &[]) else { return };
    let place = place_on(&postgres.url());
    kill_while_it_delivers(&place, &postgres.url());
}

fn kill_while_it_delivers(place: &Place, url: &str) {
    block_on(async {
        assert_eq!(place.appoint("sophia").code, Some(0));
        queue(place, url).await;
        let mail_server = MailServer::start(Mood::Well).await;
        let variables = smtp(&mail_server);
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let server = place.serve_with(&["serve"], &variables);
        until(|| mail_server.received().len() > 100).await;
        server.signal("KILL");
        drop(server);
        let before = mail_server.received().len();
        assert!(before < PEOPLE, "it was done before it could be killed");
        let server = place.serve_with(&["serve"], &variables);
        let people = || {
            let mut to: Vec<String> = mail_server.received().into_iter().map(|mail| mail.to).collect();
            let all = to.len();
            to.sort();
            to.dedup();
            (to.len(), all)
        };
        until(|| people().0 == PEOPLE).await;
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");
        // What was on its way over eight connections may have been taken, and nobody told.
        let (_, all) = people();
        assert!(all <= PEOPLE + 8, "{} came twice", all - PEOPLE);
        let list = place.run(&["outbox", "list", "--json", "--limit", "5000"]);
        let list: Json = serde_json::from_str(&list.out).expect("it is JSON");
        let messages = list.as_array().expect("a list");
        assert_eq!(messages.len(), PEOPLE);
        assert!(messages.iter().all(|message| message["state"] == "sent"), "{list}");
    });
}

#[test]
fn a_test_mail_succeeds_only_when_the_mail_server_takes_it() {
    block_on(async {
        let place = Place::new();
        let server = MailServer::start(Mood::Well).await;
        let send = |extra: &[(&str, &str)]| {
            let mut command = place.command(&["mail", "send-test", "--to", "user@example.org"]);
            command.envs(smtp(&server)).envs(extra.iter().copied());
            finish(&mut command)
        };
        let sent = send(&[]);
        assert_eq!(sent.code, Some(0), "{sent:?}");
        assert!(sent.out.contains("took the mail: 250"), "{sent:?}");
        assert_eq!(server.received().len(), 1);
        for mood in [Mood::Away, Mood::Busy, Mood::KnowsNobody, Mood::Full, Mood::HangsUp, Mood::AsksWho] {
            server.is_now(mood);
            let refused = send(&[]);
            assert_eq!(refused.code, Some(1), "{mood:?}: {refused:?}");
            assert!(refused.err.contains("did not take the mail"), "{mood:?}: {refused:?}");
        }
        assert_eq!(server.received().len(), 1);
        assert_eq!(send(&[("SMTP_USER", "mailer"), ("SMTP_PASS", "wrong")]).code, Some(1));
        assert_eq!(send(&[("SMTP_USER", "mailer"), ("SMTP_PASS", "mailpw")]).code, Some(0));
        assert_eq!(send(&[("SMTP_TLS", "maybe")]).code, Some(2));
        // A server that offers no encryption gets nothing from who wants it.
        server.is_now(Mood::Well);
        let before = server.received().len();
        assert_eq!(send(&[("SMTP_TLS", "starttls")]).code, Some(1));
        assert_eq!(server.received().len(), before);
    });
}

#[test]
fn a_mail_server_is_believed_for_the_very_certificate_that_it_was_said_to_have_and_no_other() {
    let place = Place::new();
    let server = SecureMail::start("127.0.0.1");
    let stranger = SecureMail::start("127.0.0.1");
    place.write("its.pem", &server.certificate);
    place.write("another.pem", &stranger.certificate);
    place.write("elsewhere.pem", &SecureMail::start("mail.example.com").certificate);
    let send = |server: &SecureMail, certificate: &str| {
        let mut command = place.command(&["mail", "send-test", "--to", "user@example.org"]);
        command.env("SMTP_HOST", "127.0.0.1").env("SMTP_PORT", server.port.to_string()).env("SMTP_TLS", "tls");
        command.env("SMTP_USER", "mailer").env("SMTP_PASS", "mailpw");
        if !certificate.is_empty() {
            command.env("SMTP_CA", certificate);
        }
        finish(&mut command)
    };
    let sent = send(&server, "its.pem");
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(server.heard().iter().any(|line| line.starts_with("AUTH")), "{:?}", server.heard());
    // One that nobody vouches for, and one that another vouches for, learn neither password nor mail.
    for certificate in ["", "another.pem", "elsewhere.pem"] {
        let before = server.heard().len();
        let refused = send(&server, certificate);
        assert_eq!(refused.code, Some(1), "{certificate}: {refused:?}");
        let heard = server.heard().split_off(before);
        assert!(!heard.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{heard:?}");
    }
    // A certificate for another name is believed when it is the very one.
    let elsewhere = SecureMail::start("mail.example.com");
    place.write("very.pem", &elsewhere.certificate);
    assert_eq!(send(&elsewhere, "very.pem").code, Some(0));
}

#[test]
fn without_a_mail_server_the_outbox_shows_what_waits() {
    block_on(async {
        let place = Place::new();
        assert_eq!(place.appoint("sophia").code, Some(0));
        queue(&place, &own_database(&place)).await;
        let none = place.run(&["mail", "send-test", "--to", "user@example.org"]);
        assert!(none.code == Some(1) && none.err.contains("no mail server is configured"), "{none:?}");
        let list = place.run(&["outbox", "list", "--json", "--to", "person7@example.com"]);
        let list: Json = serde_json::from_str(&list.out).expect("it is JSON");
        let id = list[0]["id"].as_str().expect("an identifier");
        let shown = place.run(&["outbox", "show", id]);
        assert!(shown.out.contains("To: person7@example.com") && shown.out.contains("Username: person7"), "{shown:?}");
        let cancelled = place.run(&["outbox", "cancel", id, "--json"]);
        assert_eq!(cancelled.out.trim(), "{\"cancelled\":1}");
        assert_eq!(place.run(&["outbox", "retry", id]).out.trim(), "0 messages are to be tried again.");
        assert_eq!(place.run(&["outbox", "list", "--state", "lost"]).code, Some(2));
    });
}
