//! Invitations and forced resets.

use identity::accounts::{self, FirstPassword, LinkFound, MustChange, PasswordState, Proof};
use identity::messages::Template;
use identity::one_time_links::{Purpose, Way};
use identity::sign_in::{Gate, SignIn};
use identity::{Error, access::Role};
use serde_json::json;
use testkit::{PASSWORD, on_each_database};

use super::{
    NEW, by_code, choose, codes, force_reset, invite, is_let_in, newcomer, redeem, set_number, sign_in, wanted,
};

on_each_database! {
    async fn es_65_and_t2_an_invited_user_has_no_password_until_the_link_is_used(world: World) {
        let first = FirstPassword::Invite(Way::EmailLink);
        let made = accounts::create_user(&world.identity, &world.uma().await, wanted("nora"), first).await.unwrap();
        assert_eq!(made.account.state.password, PasswordState::None);
        assert!(made.account.state.invited_at.is_some() && made.account.state.email.verified_at.is_none());
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::Invitation, "nora@partner.example"));
        assert!(letter.plain.contains("https://sso.example.com/invitation/"), "{}", letter.plain);
        assert!(matches!(sign_in(&world, "nora", NEW).await, SignIn::Refused));
        redeem(&world, &Proof::Link(letter.token()), NEW).await.unwrap();
        assert!(is_let_in(&world, "nora", NEW).await);
        // The password is told to nobody by mail, only that it was chosen.
        assert_eq!(world.sent().await, [Template::Invitation, Template::PasswordChanged]);
    }

    async fn es_65_an_invitation_goes_by_code_by_text_message_or_by_hand(world: World) {
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailCode).await.unwrap();
        let letter = world.last_letter().await;
        assert_eq!(letter.template, Template::InvitationCode);
        redeem(&world, &by_code("nina", letter.secret().expose()), NEW).await.unwrap();
        assert!(is_let_in(&world, "nina", NEW).await);

        let nils = newcomer(&world, "Nils").await;
        assert_eq!(codes(invite(&world, nils, Way::SmsCode).await), ["NO_WAY"]);
        set_number(&world, nils, "+31 20 555 0142").await;
        invite(&world, nils, Way::SmsCode).await.unwrap();
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::InvitationCode, "+31205550142"));
        let account = redeem(&world, &by_code("nils@example.com", letter.secret().expose()), NEW).await.unwrap();
        assert!(account.state.mobile.verified_at.is_some() && account.state.email.verified_at.is_none());

        let before = world.letters().await.len();
        let nana = newcomer(&world, "Nana").await;
        let token = invite(&world, nana, Way::HandOver).await.unwrap().token.expect("it is handed over");
        assert_eq!(world.letters().await.len(), before, "nothing is sent");
        let account = redeem(&world, &Proof::Link(token), NEW).await.unwrap();
        assert!(account.state.email.verified_at.is_none(), "what was handed over proves no address");
    }

    async fn t22_a_forced_reset_shuts_the_account_until_another_password_is_chosen(world: World) {
        let amy = world.cast.amy;
        let SignIn::Granted { session, .. } = sign_in(&world, "amy", PASSWORD).await else { panic!("she signs in") };
        force_reset(&world, amy, Way::EmailLink).await.unwrap();
        assert_eq!(world.account(amy).await.state.must_change, MustChange::Admin);
        let resumed = identity::sign_in::resume(&world.identity, &world.stranger(), &session.token).await.unwrap();
        assert!(resumed.is_none(), "sessions end");
        assert!(matches!(sign_in(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::ResetRequired, .. }));
        let letter = world.last_letter().await;
        assert_eq!(letter.template, Template::PasswordReset);
        redeem(&world, &Proof::Link(letter.token()), NEW).await.unwrap();
        assert!(is_let_in(&world, "amy", NEW).await && !is_let_in(&world, "amy", PASSWORD).await);
    }

    async fn t22_a_reset_by_code_works_with_the_username_or_the_address(world: World) {
        for (name, password) in [("amy", NEW), ("AMY@example.com", "orchid meadow 52 lantern fox")] {
            force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
            let code = world.last_letter().await.secret();
            assert!(code.expose().len() == 6, "{code:?}");
            redeem(&world, &by_code(name, code.expose()), password).await.unwrap();
            assert!(is_let_in(&world, "amy", password).await);
        }
    }

    async fn b_3_and_t22_the_old_password_ends_no_code_that_was_sent(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
        let (code, letters) = (world.last_letter().await.secret(), world.letters().await.len());
        assert!(matches!(sign_in(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::ResetRequired, .. }));
        assert_eq!(world.letters().await.len(), letters, "the code still works, so nothing else is sent");
        redeem(&world, &by_code("amy", code.expose()), NEW).await.unwrap();
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn b_3_and_t22_once_a_code_has_ended_another_goes_the_same_way(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
        world.clock.advance(std::time::Duration::from_hours(24));
        assert!(matches!(sign_in(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::ResetRequired, .. }));
        let code = world.last_letter().await.secret();
        redeem(&world, &by_code("amy", code.expose()), NEW).await.unwrap();
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn decision_13_a_reset_without_any_way_is_refused_with_the_reason(world: World) {
        let amy = world.cast.amy;
        for key in ["recovery_email_link", "recovery_email_code"] {
            choose(&world, key, json!(false)).await;
        }
        for way in [Way::EmailLink, Way::EmailCode, Way::SmsCode] {
            let Err(Error::Invalid(problems)) = force_reset(&world, amy, way).await else { panic!("it was sent") };
            assert_eq!(problems[0].code, "NO_WAY");
            assert!(problems[0].message.starts_with("There is no way to reach this user."), "{}", problems[0].message);
            assert!(problems[0].message.contains("Recovery by an email link is switched off"));
        }
        assert_eq!(codes(force_reset(&world, amy, Way::HandOver).await), ["NO_WAY"]);
        assert_eq!(world.account(amy).await.state.must_change, MustChange::No, "nothing was changed");
        assert!(is_let_in(&world, "amy", PASSWORD).await && world.letters().await.is_empty());
    }

    async fn g7_a_super_administrator_gets_no_link_and_no_code(world: World) {
        let sophia = world.sophia().await;
        let second = world.join("Sara", "Second", Some(Role::SuperAdministrator)).await;
        for way in [Way::EmailLink, Way::EmailCode, Way::SmsCode] {
            let answer = world.identity.write(&sophia, async |op| accounts::force_reset(op, second, way).await).await;
            assert_eq!(codes(answer), ["NO_WAY"]);
        }
        assert!(world.letters().await.is_empty());
    }

    async fn es_106_what_has_no_use_for_the_state_is_refused(world: World) {
        let nina = newcomer(&world, "Nina").await;
        assert_eq!(codes(force_reset(&world, nina, Way::EmailLink).await), ["no_password"]);
        assert_eq!(codes(invite(&world, world.cast.amy, Way::EmailLink).await), ["has_password"]);
        let waiting = world.confirmed("Ishita").await.id;
        assert_eq!(codes(force_reset(&world, waiting, Way::EmailLink).await), ["pending"]);
        assert_eq!(codes(invite(&world, waiting, Way::EmailLink).await), ["pending"]);
        let uma = world.uma().await;
        let amy = world.cast.amy;
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        assert_eq!(codes(force_reset(&world, amy, Way::EmailLink).await), ["disabled"]);
    }

    async fn an_invitation_welcomes_whom_it_is_for(world: World) {
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        let stranger = world.stranger();
        let look = async || {
            let read = world.identity.read(&stranger, async |op| accounts::look_at_link(op, &Purpose::PASSWORDS, &token).await);
            read.await.unwrap()
        };
        for _ in 0..10 {
            let LinkFound::Works { purpose, account } = look().await else { panic!("looking uses nothing up") };
            assert_eq!((purpose, account.id), (Purpose::SetFirstPassword, nina));
        }
    }
}
