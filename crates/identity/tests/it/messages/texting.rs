//! Text messages: from an operation through the outbox to a gateway.

use base::{Change, Secret};
use identity::accounts::{self, AccountChange};
use identity::messages::{self, Channel, Listed, SmsSettings, State};
use identity::one_time_links::Way;
use identity::settings;
use serde_json::json;
use testkit::{Answer, SmsSink, World, on_each_database};

use super::deliver;

/// A gateway that wants JSON and a key in a header.
fn any(sink: &SmsSink) -> SmsSettings {
    SmsSettings {
        url: format!("http://127.0.0.1:{}/send", sink.port),
        method: "POST".into(),
        headers: "Authorization: Bearer {secret}\nContent-Type: application/json".into(),
        body: "{\"to\":\"{to}\",\"from\":\"{from}\",\"text\":\"{text}\"}".into(),
        from: "Reeve".into(),
    }
}

async fn use_gateway(world: &World, settings: SmsSettings, secret: &str) {
    let operator = world.operator();
    let secret = Change::Set(Secret::new(secret));
    let chosen = world.identity.write(&operator, async |op| messages::choose_sms_gateway(op, settings, secret).await);
    chosen.await.unwrap();
}

/// Has Amy asked for a new password by a code on her telephone; answers the code.
async fn ask_by_sms(world: &World) -> String {
    let (uma, operator, amy) = (world.uma().await, world.operator(), world.cast.amy);
    let set = world.identity.write(&operator, async |op| settings::choose(op, "recovery_sms_code", json!(true)).await);
    set.await.unwrap();
    let number = AccountChange { mobile: Change::Set("+44 7700 900-123".into()), ..AccountChange::default() };
    world.identity.write(&uma, async |op| accounts::update(op, amy, None, number).await.map(drop)).await.unwrap();
    let asked = world.identity.write(&uma, async |op| accounts::force_reset(op, amy, Way::SmsCode).await.map(drop));
    asked.await.unwrap();
    let letter = world.last_letter().await;
    letter.secret().expose().to_owned()
}

/// The last text message to Amy.
async fn to_amy(world: &World) -> Listed {
    let all = world.messages_of(world.cast.amy).await;
    all.into_iter().find(|listed| listed.channel == Channel::Sms).unwrap()
}

on_each_database! {
    async fn a_code_goes_by_any_gateway_to_the_number_in_e_164(world: World) {
        let sink = SmsSink::start(Answer::Status(200)).await;
        use_gateway(&world, any(&sink), "k3y").await;
        let code = ask_by_sms(&world).await;
        deliver(&world).await;
        let requests = sink.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].line, "POST /send HTTP/1.1");
        assert_eq!(requests[0].header("authorization"), Some("Bearer k3y"));
        let body: serde_json::Value = serde_json::from_str(&requests[0].body).unwrap();
        assert_eq!((body["to"].as_str(), body["from"].as_str()), (Some("+447700900123"), Some("Reeve")));
        assert!(body["text"].as_str().unwrap().contains(&code), "{body}");
        let message = to_amy(&world).await;
        assert_eq!((message.state, message.has_text, message.address.as_str()), (State::Sent, false, "+447700900123"));
        // There is no mail server: what goes by mail waits.
        assert!(world.outbox().await.iter().all(|listed| (listed.state == State::Sent) == (listed.channel == Channel::Sms)));
    }

    async fn a_code_goes_by_twilio_as_twilio_wants_it(world: World) {
        let sink = SmsSink::start(Answer::Status(201)).await;
        let preset = SmsSettings::twilio("AC0123");
        let path = preset.url.strip_prefix("https://api.twilio.com").unwrap().to_owned();
        let url = format!("http://127.0.0.1:{}{path}", sink.port);
        use_gateway(&world, SmsSettings { url, from: "+1 555 010 0123".into(), ..preset }, "QUMwMTIzOnRva2Vu").await;
        let code = ask_by_sms(&world).await;
        deliver(&world).await;
        let requests = sink.requests();
        assert_eq!(requests[0].line, "POST /2010-04-01/Accounts/AC0123/Messages.json HTTP/1.1");
        assert_eq!(requests[0].header("authorization"), Some("Basic QUMwMTIzOnRva2Vu"));
        assert_eq!(requests[0].header("content-type"), Some("application/x-www-form-urlencoded"));
        let body = &requests[0].body;
        assert!(body.starts_with("To=%2B447700900123&From=%2B1%20555%20010%200123&Body="), "{body}");
        assert!(body.contains(&code), "{body}");
        assert_eq!(to_amy(&world).await.state, State::Sent);
    }

    async fn each_answer_of_a_gateway_ends_as_it_should(world: World) {
        let sink = SmsSink::start(Answer::Status(200)).await;
        use_gateway(&world, any(&sink), "k3y").await;
        for (answer, state) in [
            (Answer::Status(429), State::Queued),
            (Answer::Status(500), State::Queued),
            (Answer::Status(401), State::Queued),
            (Answer::HangsUp, State::Queued),
            (Answer::Status(400), State::Failed),
            // Whatever it says beside it: it took the message.
            (Answer::Nonsense, State::Sent),
            (Answer::Status(200), State::Sent),
        ] {
            world.execute("delete from outbox", &[]).await;
            // Codes are limited in number within an hour.
            world.clock.advance(std::time::Duration::from_hours(2));
            sink.answers(answer);
            ask_by_sms(&world).await;
            deliver(&world).await;
            let message = to_amy(&world).await;
            assert_eq!((message.state, message.has_text), (state, state != State::Sent), "{answer:?}: {}", message.answer);
            assert!(!message.answer.contains("k3y"), "{}", message.answer);
        }
        // What was put off comes later.
        sink.answers(Answer::Status(500));
        world.execute("delete from outbox", &[]).await;
        world.clock.advance(std::time::Duration::from_hours(2));
        let code = ask_by_sms(&world).await;
        deliver(&world).await;
        sink.answers(Answer::Status(200));
        world.clock.advance(to_amy(&world).await.due_at.since(world.clock.now()));
        deliver(&world).await;
        assert_eq!(to_amy(&world).await.state, State::Sent);
        let last = sink.requests().pop().unwrap();
        assert!(last.body.contains(&code), "{}", last.body);
    }
}
