//! The mail server and the SMS gateway.

use base::{Change, Secret};
use identity::Error;
use identity::access::{Denial, STEP_UP_AGE};
use identity::messages::{self, Channel, MailSettings, Protection, SmsSettings, Template};
use std::time::Duration;
use store::params;
use testkit::{MailServer, Mood, on_each_database};

use super::{choose, codes, deliver, send_username, settings, use_server};

on_each_database! {
    async fn g7_g10_and_g11_the_mail_server_is_changed_by_few_who_entered_their_password_and_all_super_administrators_hear(world: World) {
        let server = MailServer::start(Mood::Well).await;
        let sylvia = world.caller(world.cast.sylvia).await;
        for caller in [world.uma().await, world.caller(world.cast.amy).await, world.caller(world.cast.sam).await] {
            let chosen = choose(&world, &caller, settings(&server), Change::Keep).await;
            assert!(matches!(chosen, Err(Error::Denied(Denial::Role))));
        }
        let before = world.queued(Template::SecurityAlert).await.len();
        choose(&world, &sylvia, settings(&server), Change::Set(Secret::new("mailpw"))).await.unwrap();
        assert_eq!(world.queued(Template::SecurityAlert).await[before..], ["sophia@example.com"]);
        let alert = world.message(Template::SecurityAlert).await;
        assert!(alert.plain.contains("Sylvia System") && alert.plain.contains("The mail server"), "{}", alert.plain);
        world.clock.advance(STEP_UP_AGE + Duration::from_secs(1));
        let chosen = choose(&world, &sylvia, settings(&server), Change::Keep).await;
        assert!(matches!(chosen, Err(Error::Denied(Denial::StepUpRequired))));
    }

    async fn g11_the_alert_about_a_change_of_the_mail_server_leaves_by_the_server_before_as_well(world: World) {
        let [before, between, after] =
            [MailServer::start(Mood::AsksWho).await, MailServer::start(Mood::Well).await, MailServer::start(Mood::Well).await];
        let sylvia = world.caller(world.cast.sylvia).await;
        let with_user = MailSettings { user: "mailer".into(), ..settings(&before) };
        choose(&world, &sylvia, with_user, Change::Set(Secret::new("mailpw"))).await.unwrap();
        deliver(&world).await;
        let first = before.received().len();
        // Whoever chooses another server, and yet another at once, does not keep the alert back.
        choose(&world, &sylvia, settings(&between), Change::Clear).await.unwrap();
        choose(&world, &sylvia, settings(&after), Change::Clear).await.unwrap();
        deliver(&world).await;
        let alerts = |server: &MailServer| {
            let all = server.received().into_iter();
            all.filter(|mail| mail.to == "sophia@example.com" && mail.text.contains("The mail server")).count()
        };
        assert_eq!(before.received().len() - first, 1);
        // The first of its two came when it was chosen itself.
        assert_eq!((alerts(&before), alerts(&between), alerts(&after)), (2, 1, 2));
        // Removed altogether, the last one tells of it.
        world.identity.write(&sylvia, async |op| messages::forget_server(op, Channel::Mail).await).await.unwrap();
        send_username(&world).await;
        deliver(&world).await;
        assert_eq!(alerts(&after), 3);
        assert_eq!(world.message(Template::Username).await.address, "amy@example.com");
    }

    async fn the_password_of_a_server_rests_sealed_and_is_never_shown(world: World) {
        let server = MailServer::start(Mood::AsksWho).await;
        let sylvia = world.caller(world.cast.sylvia).await;
        let with_user = MailSettings { user: "mailer".into(), ..settings(&server) };
        choose(&world, &sylvia, with_user.clone(), Change::Set(Secret::new("mailpw"))).await.unwrap();
        let chosen = world.identity.read(&sylvia, async |op| messages::mail_server(op).await).await.unwrap().unwrap();
        assert!(chosen.has_secret);
        assert_eq!(chosen.settings, with_user);
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let sealed: Vec<u8> = tx.one("select secret from message_servers", &[], |row| row.get(0)).await.unwrap();
        assert!(!sealed.windows(6).any(|six| six == b"mailpw"));
        drop(tx);
        let details = format!("{:?}", world.audited("message_server_changed").await);
        assert!(details.contains("127.0.0.1") && !details.contains("mailpw"), "{details}");
        // Kept with another change, it still opens the door.
        choose(&world, &sylvia, MailSettings { from_name: "Other".into(), ..with_user }, Change::Keep).await.unwrap();
        send_username(&world).await;
        deliver(&world).await;
        assert!(server.received().iter().any(|mail| mail.to == "amy@example.com"));
    }

    async fn g7_a_kept_password_is_told_to_no_other_mail_server(world: World) {
        let (known, foreign) = (MailServer::start(Mood::AsksWho).await, MailServer::start(Mood::AsksWho).await);
        let (sylvia, sophia) = (world.caller(world.cast.sylvia).await, world.sophia().await);
        let with_user = MailSettings { user: "mailer".into(), ..settings(&known) };
        choose(&world, &sophia, with_user.clone(), Change::Set(Secret::new("mailpw"))).await.unwrap();
        for elsewhere in [
            MailSettings { port: foreign.port, ..with_user.clone() },
            MailSettings { host: "localhost".into(), ..with_user.clone() },
            MailSettings { user: "other".into(), ..with_user.clone() },
            MailSettings { protection: Protection::StartTls, ..with_user.clone() },
            MailSettings { certificate: "-----BEGIN CERTIFICATE-----".into(), ..with_user.clone() },
        ] {
            let chosen = choose(&world, &sylvia, elsewhere, Change::Keep).await;
            assert_eq!(codes(chosen), ["password REQUIRED_MISSING"]);
        }
        deliver(&world).await;
        assert_eq!((known.received().is_empty(), foreign.visits()), (false, 0));
        // Who knows the password, or wants none, may.
        let elsewhere = MailSettings { port: foreign.port, ..with_user };
        choose(&world, &sylvia, elsewhere.clone(), Change::Set(Secret::new("mailpw"))).await.unwrap();
        choose(&world, &sylvia, MailSettings { user: String::new(), ..elsewhere.clone() }, Change::Clear).await.unwrap();
        choose(&world, &sylvia, elsewhere, Change::Keep).await.unwrap();
    }

    async fn g7_a_kept_secret_is_told_to_no_other_gateway(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let choose = async |settings: SmsSettings, secret: Change<Secret>| {
            world.identity.write(&sylvia, async |op| messages::choose_sms_gateway(op, settings, secret).await).await
        };
        let known = SmsSettings::twilio("AC0123");
        choose(known.clone(), Change::Set(Secret::new("k3y"))).await.unwrap();
        for elsewhere in [
            SmsSettings { url: "https://evil.example/".into(), ..known.clone() },
            SmsSettings { method: "PUT".into(), ..known.clone() },
            SmsSettings { headers: "X-Key: {secret}".into(), ..known.clone() },
            SmsSettings { body: "{to} {text} {secret}".into(), ..known.clone() },
        ] {
            assert_eq!(codes(choose(elsewhere, Change::Keep).await), ["secret REQUIRED_MISSING"]);
        }
        choose(SmsSettings { from: "Reeve".into(), ..known }, Change::Keep).await.unwrap();
    }

    async fn what_is_typed_in_the_clear_for_a_gateway_is_not_kept_in_the_audit_log(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let typed = SmsSettings {
            url: "https://gate.example/k3y-of-gate/send?key=k3y-of-gate".into(),
            method: "POST".into(),
            headers: "Authorization: Bearer k3y-of-gate".into(),
            body: "{to} {text} k3y-of-gate".into(),
            from: "Reeve".into(),
        };
        let chosen = world.identity.write(&sylvia, async |op| messages::choose_sms_gateway(op, typed, Change::Keep).await);
        chosen.await.unwrap();
        let forgotten = world.identity.write(&sylvia, async |op| messages::forget_server(op, Channel::Sms).await);
        forgotten.await.unwrap();
        let details = format!("{:?}", world.audited("message_server_changed").await);
        assert!(details.contains("gate.example") && !details.contains("k3y-of-gate"), "{details}");
    }

    async fn a_server_that_can_not_be_meant_is_refused_field_by_field(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let bad = MailSettings {
            host: "mail server".into(),
            port: 0,
            from: "nobody".into(),
            from_name: "A\r\nBcc: x".into(),
            certificate: "x".into(),
            ..MailSettings::default()
        };
        let mut problems = codes(choose(&world, &sylvia, bad, Change::Keep).await);
        problems.sort();
        assert_eq!(problems, ["certificate BAD_VALUE", "from BAD_EMAIL", "from_name BAD_VALUE", "host BAD_VALUE", "port BAD_VALUE"]);
        let bad = SmsSettings { url: "ftp://x".into(), method: "EAT".into(), headers: "x".into(), ..SmsSettings::default() };
        let chosen = world.identity.write(&sylvia, async |op| messages::choose_sms_gateway(op, bad, Change::Keep).await);
        let mut problems = codes(chosen.await);
        problems.sort();
        assert_eq!(problems, ["body BAD_VALUE", "headers BAD_VALUE", "method BAD_VALUE", "url BAD_VALUE"]);
    }

    async fn without_a_server_nobody_who_writes_waits_for_the_outbox(world: World) {
        send_username(&world).await;
        // Somebody writes all the while: who wanted to write as well would wait.
        let mut tx = world.identity.db().begin_write().await.unwrap();
        tx.execute("update outbox set tries = 0", &[]).await.unwrap();
        let delivered = tokio::time::timeout(Duration::from_mins(1), deliver(&world)).await;
        assert_eq!(delivered.expect("only looked at"), 0);
        drop(tx);
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        assert!(deliver(&world).await > 0);
    }

    async fn without_a_server_messages_stay_and_can_be_read(world: World) {
        send_username(&world).await;
        assert_eq!(deliver(&world).await, 0);
        assert_eq!(world.queued(Template::Username).await, ["amy@example.com"]);
        assert!(world.message(Template::Username).await.plain.contains("Username: amy"));
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        let operator = world.operator();
        world.identity.write(&operator, async |op| messages::forget_server(op, Channel::Mail).await).await.unwrap();
        // The server that was removed carries the alert about that, and nothing else.
        assert_eq!(deliver(&world).await, 1);
        assert_eq!(server.received().len(), 1);
        assert_eq!(deliver(&world).await, 0);
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let waiting: i64 = tx.one("select count(*) from outbox where state = $1", params!["queued"], |row| row.get(0)).await.unwrap();
        assert!(waiting > 0);
    }
}
