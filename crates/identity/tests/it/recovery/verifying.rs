//! Proving an address or a number.

use base::{Change, Secret};
use identity::accounts::{self, AccountChange, Scenario};
use identity::messages::Template;
use testkit::{World, on_each_database};

use super::{codes, set_number};

async fn send(world: &World, scenario: &str) -> identity::Result<accounts::Sent> {
    let (uma, amy) = (world.uma().await, world.cast.amy);
    let scenario = Scenario::from_code(scenario).expect(scenario);
    world.identity.write(&uma, async |op| accounts::resend(op, amy, scenario).await).await
}

async fn change(world: &World, change: AccountChange) {
    let (uma, amy) = (world.uma().await, world.cast.amy);
    world.identity.write(&uma, async |op| accounts::update(op, amy, None, change).await).await.unwrap();
}

on_each_database! {
    async fn t31_an_address_is_proved_by_the_link_that_was_sent_there(world: World) {
        send(&world, "EMAIL_VERIFICATION").await.unwrap();
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::VerifyEmail, "amy@example.com"));
        let (token, stranger) = (letter.token(), world.stranger());
        let verify = async || world.identity.write(&stranger, async |op| accounts::verify_email(op, &token).await).await;
        assert!(verify().await.unwrap().state.email.verified_at.is_some());
        assert_eq!(codes(verify().await), ["not_found"], "it works once");
        assert_eq!(codes(send(&world, "EMAIL_VERIFICATION").await), ["not_waiting"]);
    }

    async fn cve_2023_0105_another_address_or_number_is_not_proved_by_the_old_one(world: World) {
        send(&world, "EMAIL_VERIFICATION").await.unwrap();
        let token = world.last_letter().await.token();
        change(&world, AccountChange { email: Change::Set("new@partner.example".into()), ..AccountChange::default() }).await;
        let stranger = world.stranger();
        let verified = world.identity.write(&stranger, async |op| accounts::verify_email(op, &token).await).await;
        assert_eq!(codes(verified), ["not_found"]);

        set_number(&world, world.cast.amy, "+31205550142").await;
        send(&world, "MOBILE_VERIFICATION").await.unwrap();
        let code = world.last_letter().await.secret();
        accounts::verify_mobile(&world.identity, &stranger, "amy", &code).await.unwrap();
        change(&world, AccountChange { mobile: Change::Set("+31205550199".into()), ..AccountChange::default() }).await;
        assert!(world.account(world.cast.amy).await.state.mobile.verified_at.is_none(), "another number is not proved");
    }

    async fn t31_a_number_is_proved_by_the_code_that_was_sent_there(world: World) {
        set_number(&world, world.cast.amy, "+31 20 555 0142").await;
        send(&world, "MOBILE_VERIFICATION").await.unwrap();
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::VerifyMobile, "+31205550142"));
        let stranger = world.stranger();
        for (name, code) in [("amy", "1"), ("nobody", letter.secret().expose()), ("uma", letter.secret().expose())] {
            let answer = accounts::verify_mobile(&world.identity, &stranger, name, &Secret::new(code)).await;
            assert_eq!(codes(answer), ["WRONG_CODE"], "{name}");
        }
        let account = accounts::verify_mobile(&world.identity, &stranger, "amy", &letter.secret()).await.unwrap();
        assert!(account.state.mobile.verified_at.is_some());
        let again = accounts::verify_mobile(&world.identity, &stranger, "amy", &letter.secret()).await;
        assert_eq!(codes(again), ["WRONG_CODE"], "it works once");
    }

    async fn a_network_that_guesses_codes_of_many_names_is_slowed_down(world: World) {
        let caller = identity::Caller { address: Some("192.0.2.9".parse().unwrap()), ..world.stranger() };
        let mut last = String::new();
        for n in 0..61 {
            let answer = accounts::verify_mobile(&world.identity, &caller, &format!("name{n}"), &Secret::new("000000")).await;
            last = codes(answer).remove(0);
        }
        assert_eq!(last, "throttled");
    }
}
