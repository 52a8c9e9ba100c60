//! Sending once more, with its limits.

use std::time::Duration;

use base::AccountId;
use identity::accounts::{self, LinkFound, Proof, Scenario, Sent, Status, look_at_link};
use identity::messages::Template;
use identity::one_time_links::{Purpose, Standing, Way};
use identity::{Error, Result};
use testkit::{World, on_each_database};

use super::{NEW, codes, force_reset, invite, newcomer, redeem};

async fn resend(world: &World, id: AccountId, scenario: &str) -> Result<Sent> {
    let uma = world.uma().await;
    let scenario = Scenario::from_code(scenario).expect(scenario);
    world.identity.write(&uma, async |op| accounts::resend(op, id, scenario).await).await
}

async fn ask_anew(world: &World, token: &base::Secret) {
    let stranger = world.stranger();
    world.identity.write(&stranger, async |op| accounts::resend_for(op, token).await).await.unwrap();
}

on_each_database! {
    async fn es_113_es_114_t7_and_t23_a_confirmation_sent_again_works_and_the_old_one_says_that_a_newer_was_sent(world: World) {
        let (account, old) = world.registered("Wren").await;
        resend(&world, account.id, "SELF_SIGN_UP").await.unwrap();
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::ConfirmRegistration, "wren@partner.example"));
        let stranger = world.stranger();
        let look = world.identity.read(&stranger, async |op| look_at_link(op, &[Purpose::ConfirmRegistration], &old).await);
        assert!(matches!(look.await.unwrap(), LinkFound::Over { standing: Standing::Newer, .. }));
        let refused = world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &old).await).await;
        assert_eq!(codes(refused), ["not_found"]);
        let new = letter.token();
        let confirmed = world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &new).await).await;
        assert_eq!(confirmed.unwrap().status(), Status::PendingApproval);
    }

    async fn es_114_five_in_an_hour_are_enough(world: World) {
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailLink).await.unwrap();
        for minutes in 0..5 {
            resend(&world, nina, "ASK_PASSWORD").await.unwrap();
            world.clock.advance(Duration::from_mins(minutes));
        }
        let Err(Error::Throttled { retry_after }) = resend(&world, nina, "ASK_PASSWORD").await else { panic!("a sixth") };
        assert_eq!(retry_after, Duration::from_mins(50));
        // Nobody gets around it by asking otherwise.
        assert_eq!(codes(invite(&world, nina, Way::EmailLink).await), ["throttled"]);
        let sent = world.letters().await;
        assert_eq!(sent.len(), 6);
        redeem(&world, &Proof::Link(sent[5].token()), NEW).await.unwrap();
        let nils = newcomer(&world, "Nils").await;
        invite(&world, nils, Way::EmailLink).await.unwrap();
        for _ in 0..5 {
            resend(&world, nils, "ASK_PASSWORD").await.unwrap();
        }
        world.clock.advance(Duration::from_hours(1));
        resend(&world, nils, "ASK_PASSWORD").await.unwrap();
    }

    async fn wso2_1_2_and_t23_each_scenario_sends_what_the_account_waits_for_and_nothing_else(world: World) {
        let nina = newcomer(&world, "Nina").await;
        assert_eq!(codes(resend(&world, nina, "ASK_PASSWORD").await), ["not_waiting"], "she was not invited");
        invite(&world, nina, Way::EmailLink).await.unwrap();
        let wren = world.registered("Wren").await.0.id;
        let amy = world.cast.amy;
        force_reset(&world, amy, Way::EmailLink).await.unwrap();
        let waiting = |id, scenario: &str| match scenario {
            "ASK_PASSWORD" | "ASK_PASSWORD_VIA_EMAIL_OTP" => id == nina,
            "ADMIN_FORCED_PASSWORD_RESET_VIA_EMAIL_LINK" | "ADMIN_FORCED_PASSWORD_RESET_VIA_OTP" => id == amy,
            "EMAIL_VERIFICATION" => id == nina || id == amy,
            "SELF_SIGN_UP" => id == wren,
            _ => false,
        };
        let template = |scenario: &str| match scenario {
            "ASK_PASSWORD" => Template::Invitation,
            "ASK_PASSWORD_VIA_EMAIL_OTP" => Template::InvitationCode,
            "ADMIN_FORCED_PASSWORD_RESET_VIA_EMAIL_LINK" => Template::PasswordReset,
            "ADMIN_FORCED_PASSWORD_RESET_VIA_OTP" => Template::PasswordResetCode,
            "EMAIL_VERIFICATION" => Template::VerifyEmail,
            _ => Template::ConfirmRegistration,
        };
        for id in [nina, amy, wren] {
            for scenario in Scenario::all() {
                let before = world.letters().await.len();
                let answer = resend(&world, id, scenario.code()).await;
                if waiting(id, scenario.code()) {
                    answer.unwrap();
                    let letters = world.sent().await.split_off(before);
                    assert_eq!(letters, [template(scenario.code())], "{}", scenario.code());
                } else {
                    let code = codes(answer).remove(0);
                    // By text message nobody can be reached here.
                    assert!(matches!(code.as_str(), "not_waiting" | "NO_WAY"), "{}: {code}", scenario.code());
                    assert_eq!(world.letters().await.len(), before);
                }
            }
        }
    }

    async fn es_106_a_reset_is_sent_again_even_while_the_account_is_disabled(world: World) {
        let amy = world.cast.amy;
        force_reset(&world, amy, Way::EmailLink).await.unwrap();
        let uma = world.uma().await;
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        resend(&world, amy, "ADMIN_FORCED_PASSWORD_RESET_VIA_EMAIL_LINK").await.unwrap();
    }

    async fn es_166_the_holder_of_a_link_that_ended_gets_another_one_and_learns_nothing(world: World) {
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        ask_anew(&world, &token).await;
        assert_eq!(world.letters().await.len(), 1, "the link still works");
        world.clock.advance(Duration::from_hours(72));
        ask_anew(&world, &token).await;
        let letter = world.last_letter().await;
        assert_eq!((world.letters().await.len(), letter.address.as_str()), (2, "nina@example.com"));
        redeem(&world, &Proof::Link(letter.token()), NEW).await.unwrap();
        // Who waits for nothing any more gets nothing; nor does a token that was made up.
        let before = world.letters().await.len();
        ask_anew(&world, &token).await;
        ask_anew(&world, &base::Secret::new("made up")).await;
        assert_eq!(world.letters().await.len(), before);
    }

    async fn an_old_link_moves_nothing_to_another_address(world: World) {
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        let change = accounts::AccountChange { email: base::Change::Set("other@partner.example".into()), ..accounts::AccountChange::default() };
        let uma = world.uma().await;
        world.identity.write(&uma, async |op| accounts::update(op, nina, None, change).await).await.unwrap();
        world.clock.advance(Duration::from_hours(72));
        let before = world.letters().await.len();
        ask_anew(&world, &token).await;
        assert_eq!(world.letters().await.len(), before, "the new address is not written to because of the old one");
        for _ in 0..10 {
            ask_anew(&world, &token).await;
        }
        assert_eq!(world.letters().await.len(), before);
    }
}
