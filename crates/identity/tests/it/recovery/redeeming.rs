//! What choosing a password by a link changes, and what keeps it from being chosen.

use identity::accounts::{self, LockReason, MustChange, PasswordState, Proof};
use identity::messages::Template;
use identity::one_time_links::Way;
use testkit::{PASSWORD, on_each_database};

use super::{NEW, codes, force_reset, invite, is_let_in, lock, newcomer, redeem, sign_in, typed};

on_each_database! {
    async fn t25_choosing_a_password_by_a_link_has_these_effects_and_no_others(world: World) {
        let amy = world.cast.amy;
        force_reset(&world, amy, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        for reason in ["failed_attempts", "inactivity"] {
            lock(&world, amy, reason).await;
        }
        let before = world.account(amy).await;
        let after = redeem(&world, &Proof::Link(token), NEW).await.unwrap();
        assert_eq!(after.state.password, PasswordState::Permanent);
        assert_eq!(after.state.must_change, MustChange::No);
        assert!(after.state.locks.is_empty(), "{:?}", after.state.locks);
        assert!(before.state.email.verified_at.is_none() && after.state.email.verified_at.is_some());
        assert_eq!((after.state.lifecycle, after.state.enabled, after.roles), (before.state.lifecycle, true, before.roles));
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::PasswordChanged, "amy@example.com"));
        assert!(!letter.plain.contains(NEW) && !letter.plain.contains("by an administrator"), "{}", letter.plain);
        assert_eq!(world.audited("password_chosen").await.len(), 1);
        assert_eq!(world.audited("signed_in").await.len(), 0, "nobody is signed in by it");
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn t25_a_lock_for_failed_attempts_does_not_keep_the_owner_out(world: World) {
        for _ in 0..10 {
            sign_in(&world, "amy", "wrong").await;
        }
        assert!(!is_let_in(&world, "amy", PASSWORD).await);
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        redeem(&world, &Proof::Link(world.last_letter().await.token()), NEW).await.unwrap();
        assert_eq!(world.account(world.cast.amy).await.state.lock(LockReason::FailedAttempts, world.identity.clock().now()), None);
    }

    async fn cve_2026_1609_no_link_opens_an_account_that_is_shut(world: World) {
        let nina = newcomer(&world, "Nina").await;
        let uma = world.uma().await;
        // Invited while it is disabled, or locked after it was invited.
        world.identity.write(&uma, async |op| accounts::disable(op, nina, None).await).await.unwrap();
        invite(&world, nina, Way::EmailLink).await.unwrap();
        let proof = Proof::Link(world.last_letter().await.token());
        assert_eq!(codes(redeem(&world, &proof, NEW).await), ["account_shut"]);
        assert_eq!(world.account(nina).await.state.password, PasswordState::None);
        world.identity.write(&uma, async |op| accounts::enable(op, nina).await).await.unwrap();
        lock(&world, nina, "admin").await;
        assert_eq!(codes(redeem(&world, &proof, NEW).await), ["account_shut"]);
        world.execute("delete from account_locks", &[]).await;
        redeem(&world, &proof, NEW).await.unwrap();
    }

    async fn es_179_an_earlier_password_cannot_be_chosen_by_a_link(world: World) {
        let proof = async || {
            force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
            Proof::Link(world.last_letter().await.token())
        };
        redeem(&world, &proof().await, NEW).await.unwrap();
        let later = proof().await;
        for earlier in [PASSWORD, NEW] {
            assert_eq!(codes(redeem(&world, &later, earlier).await), ["PASSWORD_USED"]);
        }
        redeem(&world, &later, "orchid meadow 52 lantern fox").await.unwrap();
    }

    async fn es_176_the_new_password_must_follow_the_rules_and_the_link_is_kept_until_it_does(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        let proof = Proof::Link(world.last_letter().await.token());
        assert_eq!(codes(redeem(&world, &proof, "short").await), ["PASSWORD_POLICY"]);
        let unlike = accounts::TypedPassword { repeated: base::Secret::new("other"), ..typed(NEW) };
        let answer = accounts::choose_password(&world.identity, &world.stranger(), &proof, unlike).await;
        assert_eq!(codes(answer), ["PASSWORD_REPEAT"]);
        // What would be temporary for an administrator is not for its owner.
        let sly = accounts::TypedPassword { temporary: true, ..typed("short") };
        let answer = accounts::choose_password(&world.identity, &world.stranger(), &proof, sly).await;
        assert_eq!(codes(answer), ["PASSWORD_POLICY"]);
        redeem(&world, &proof, NEW).await.unwrap();
    }
}
