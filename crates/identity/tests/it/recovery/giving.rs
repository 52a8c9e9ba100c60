//! Setting a password and creating with one: the truth table on each database.

use std::time::Duration;

use identity::accounts::{self, FirstPassword, MustChange, PasswordChoice, PasswordState};
use identity::messages::Template;
use identity::sign_in::SignIn;
use serde_json::json;
use testkit::{PASSWORD, World, on_each_database};

use super::{NEW, choice, choose, codes, force_reset, is_let_in, lock, newcomer, sign_in, temporary, typed, wanted};
use identity::one_time_links::Way;

async fn give(world: &World, id: base::AccountId, choice: PasswordChoice) -> identity::Result<accounts::PasswordGiven> {
    accounts::give_password(&world.identity, &world.uma().await, id, choice).await
}

async fn create(world: &World, username: &str, choice: PasswordChoice) -> identity::Result<accounts::Created> {
    let first = FirstPassword::Given(choice);
    accounts::create_user(&world.identity, &world.uma().await, wanted(username), first).await
}

async fn is_temporary(world: &World, id: base::AccountId) -> bool {
    matches!(world.account(id).await.state.password, PasswordState::Temporary { .. })
}

on_each_database! {
    async fn es_57_to_es_63_and_t1_creating_by_the_truth_table(world: World) {
        // Random or not, temporary, send; then whether it is temporary, and the mail.
        let rows = [
            (choice(typed(NEW), false), false, None),
            (choice(typed(NEW), true), false, Some(false)),
            (choice(temporary("Abc1"), false), true, None),
            (choice(temporary("Abc1"), true), true, Some(true)),
            (PasswordChoice::Random, true, Some(true)),
        ];
        for (place, (choice, temporary, mail)) in rows.into_iter().enumerate() {
            let before = world.letters().await.len();
            let made = create(&world, &format!("nora{place}"), choice).await.unwrap();
            assert_eq!(is_temporary(&world, made.account.id).await, temporary, "{place}");
            let letters = world.letters().await.split_off(before);
            let told: Vec<_> = letters.iter().map(|letter| letter.template).collect();
            assert_eq!(told, if mail.is_some() { vec![Template::AccountSummary] } else { vec![] }, "{place}");
            if let Some(holds_password) = mail {
                assert_eq!(made.is_mailed, holds_password, "{place}");
                assert_eq!(letters[0].address, made.account.email.clone().unwrap());
                assert!(!letters[0].plain.contains(NEW), "a permanent password was mailed");
                assert_eq!(letters[0].plain.contains("Abc1"), place == 3, "{place}");
            }
        }
    }

    async fn es_127_to_es_133_t20_and_t21_setting_by_the_truth_table(world: World) {
        let amy = world.cast.amy;
        let rows = [
            (choice(typed(NEW), false), false, false, Template::PasswordChanged),
            (choice(typed(NEW), true), true, true, Template::PasswordSetTyped),
            (choice(temporary("Abc1"), false), true, false, Template::PasswordChanged),
            (choice(temporary("Abc1"), true), true, false, Template::PasswordSetTyped),
            (PasswordChoice::Random, true, false, Template::PasswordSetRandom),
        ];
        for (place, (choice, temporary, became_temporary, template)) in rows.into_iter().enumerate() {
            let before = world.letters().await.len();
            let given = give(&world, amy, choice).await.unwrap();
            assert_eq!((given.temporary, given.became_temporary), (temporary, became_temporary), "{place}");
            assert_eq!(is_temporary(&world, amy).await, temporary, "{place}");
            let letters = world.letters().await.split_off(before);
            assert_eq!(letters.iter().map(|letter| letter.template).collect::<Vec<_>>(), [template], "{place}");
        }
        // With the opt-in a typed password may be mailed and stay.
        choose(&world, "allow_mailing_permanent_passwords", json!(true)).await;
        let other = "orchid meadow 52 lantern fox";
        let given = give(&world, amy, choice(typed(other), true)).await.unwrap();
        assert!(!given.temporary && given.is_mailed && !is_temporary(&world, amy).await);
        assert!(world.last_letter().await.plain.contains(other));
        // What she had before can't be chosen again, whoever chooses.
        assert_eq!(codes(give(&world, amy, choice(typed(NEW), false)).await), ["PASSWORD_USED"]);
    }

    async fn es_127_and_es_128_a_typed_password_is_held_against_the_rules_unless_it_is_temporary(world: World) {
        let amy = world.cast.amy;
        let unlike = accounts::TypedPassword { repeated: base::Secret::new("other"), ..typed(NEW) };
        assert_eq!(codes(give(&world, amy, choice(unlike, false)).await), ["PASSWORD_REPEAT"]);
        let weak = codes(give(&world, amy, choice(typed("Abc1"), false)).await);
        assert_eq!(weak, ["PASSWORD_POLICY", "PASSWORD_POLICY"], "it is short, and one of those that everybody tries");
        assert_eq!(codes(give(&world, amy, choice(temporary(""), false)).await), ["REQUIRED_MISSING"]);
        assert!(is_let_in(&world, "amy", PASSWORD).await, "nothing was changed");
        // What is mailed becomes temporary, and the rules don't apply to it.
        assert!(give(&world, amy, choice(typed("Abc1"), true)).await.unwrap().became_temporary);
        choose(&world, "temporary_password_min_length", json!(8)).await;
        assert_eq!(codes(give(&world, amy, choice(temporary("Abc1"), false)).await), ["PASSWORD_POLICY"]);
        assert!(world.sent().await.len() == 1, "a refusal mails nothing");
    }

    async fn es_62_es_68_es_130_and_es_136_a_random_password_is_mailed_opens_the_change_form_and_ends(world: World) {
        give(&world, world.cast.amy, PasswordChoice::Random).await.unwrap();
        let letter = world.last_letter().await;
        assert_eq!((letter.template, letter.address.as_str()), (Template::PasswordSetRandom, "amy@example.com"));
        let secret = letter.secret();
        assert!(secret.expose().len() >= 20, "{}", letter.plain);
        let SignIn::Granted { session, .. } = sign_in(&world, "amy", secret.expose()).await else { panic!("it opens") };
        let resumed = identity::sign_in::resume(&world.identity, &world.stranger(), &session.token).await.unwrap();
        assert!(resumed.unwrap().must_change_password);
        // Nothing that is kept about it holds the secret.
        let everything = format!("{:?}", world.audited("password_set").await);
        assert!(everything.contains("temporary") && !everything.contains(secret.expose()));
        world.clock.advance(Duration::from_hours(73));
        assert!(matches!(sign_in(&world, "amy", secret.expose()).await, SignIn::Refused));
    }

    async fn es_134_t20_and_decision_4_a_set_password_ends_what_waits_for_one_and_leaves_what_keeps_out(world: World) {
        let amy = world.cast.amy;
        let SignIn::Granted { session, .. } = sign_in(&world, "amy", PASSWORD).await else { panic!("she signs in") };
        force_reset(&world, amy, Way::EmailLink).await.unwrap();
        let link = accounts::Proof::Link(world.last_letter().await.token());
        for reason in ["admin", "failed_attempts"] {
            lock(&world, amy, reason).await;
        }
        let account = give(&world, amy, choice(typed(NEW), false)).await.unwrap().account;
        assert_eq!(account.state.must_change, MustChange::No);
        let held: Vec<_> = account.state.locks.iter().map(|lock| lock.reason.code()).collect();
        assert_eq!(held, ["admin"], "an administrator's lock stays");
        assert_eq!(codes(super::redeem(&world, &link, PASSWORD).await), ["not_found"], "the link is dead");
        let resumed = identity::sign_in::resume(&world.identity, &world.stranger(), &session.token).await.unwrap();
        assert!(resumed.is_none(), "the session has ended");
        // Disabled stays as well.
        let uma = world.uma().await;
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        let account = give(&world, amy, choice(temporary("Abc1"), false)).await.unwrap().account;
        assert!(!account.state.enabled);
    }

    async fn es_134_somebody_without_a_password_gets_the_first_one(world: World) {
        let nina = newcomer(&world, "Nina").await;
        super::invite(&world, nina, Way::EmailLink).await.unwrap();
        let summary = world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap();
        assert_eq!(summary.pending_first_password, 1);
        give(&world, nina, choice(typed(NEW), false)).await.unwrap();
        assert!(is_let_in(&world, "nina", NEW).await);
        let summary = world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap();
        assert_eq!(summary.pending_first_password, 0);
    }

    async fn es_69_what_is_refused_creates_nothing_and_mails_nothing(world: World) {
        let total = async || world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap().total;
        let before = total().await;
        let both = accounts::create_user(
            &world.identity, &world.uma().await, accounts::NewAccount { email: "amy@example.com".into(), ..wanted("amy") },
            FirstPassword::Given(choice(typed("short"), true)),
        ).await;
        assert_eq!(codes(both), ["USERNAME_TAKEN", "EMAIL_TAKEN", "PASSWORD_POLICY"]);
        let nobody = accounts::NewAccount { email: String::new(), complete: false, ..wanted("nobody") };
        let unreachable = accounts::create_user(
            &world.identity, &world.uma().await, nobody, FirstPassword::Given(PasswordChoice::Random),
        ).await;
        assert_eq!(codes(unreachable), ["NO_ADDRESS"]);
        assert_eq!(total().await, before);
        assert!(world.letters().await.is_empty());
    }

    async fn g7_no_password_is_mailed_to_a_super_administrator(world: World) {
        let sophia = world.sophia().await;
        for choice in [PasswordChoice::Random, choice(typed(NEW), true)] {
            let answer = accounts::give_password(&world.identity, &sophia, world.cast.sophia, choice).await;
            assert_eq!(codes(answer), ["SUPER_ADMINISTRATOR"]);
        }
        assert!(world.letters().await.is_empty());
        accounts::give_password(&world.identity, &sophia, world.cast.sophia, choice(typed(NEW), false)).await.unwrap();
    }

    async fn cve_2026_1728_only_user_administrators_give_passwords_and_never_to_administrators(world: World) {
        for (caller, target, denial) in [
            (world.caller(world.cast.amy).await, world.cast.amy, "not_allowed"),
            (world.caller(world.cast.sylvia).await, world.cast.amy, "not_allowed"),
            (world.uma().await, world.cast.sam, "protected"),
            (world.uma().await, world.cast.sophia, "protected"),
            (world.stranger(), world.cast.amy, "sign_in_required"),
        ] {
            for choice in [PasswordChoice::Random, choice(typed(NEW), false)] {
                let answer = accounts::give_password(&world.identity, &caller, target, choice).await;
                assert_eq!(codes(answer), [denial]);
            }
            for way in Way::ALL {
                let asked = world.identity.write(&caller, async |op| accounts::force_reset(op, target, way).await).await;
                assert_eq!(codes(asked), [denial]);
                let invited = world.identity.write(&caller, async |op| accounts::invite(op, target, way).await).await;
                assert_eq!(codes(invited), [denial]);
            }
        }
        assert!(world.letters().await.is_empty());
    }

    async fn asvs_6_4_6_administrators_may_be_kept_from_choosing_passwords(world: World) {
        choose(&world, "admin_may_choose_passwords", json!(false)).await;
        let amy = world.cast.amy;
        assert_eq!(codes(give(&world, amy, choice(typed(NEW), false)).await), ["passwords_not_chosen"]);
        assert_eq!(codes(create(&world, "nora", choice(typed(NEW), false)).await), ["passwords_not_chosen"]);
        give(&world, amy, PasswordChoice::Random).await.unwrap();
        create(&world, "nora", PasswordChoice::Random).await.unwrap();
    }
}
