//! What administrators decide about registrations.

use base::Secret;
use identity::access::Denial;
use identity::accounts::{self, Decision, Status};
use identity::sign_in::{self, SignIn};
use identity::{Error, audit};
use testkit::{PASSWORD, World, on_each_database};

use super::{applicant, code, confirm, confirmed, decide, figures, open, registered, try_to_register};

async fn signs_in(world: &World, name: &str) -> bool {
    let answer = sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(PASSWORD), None).await;
    matches!(answer.unwrap(), SignIn::Granted { .. })
}

async fn events(world: &World, id: base::AccountId) -> Vec<(String, String, serde_json::Value)> {
    let operator = world.operator();
    let read = world.identity.read(&operator, async |op| audit::history(op, id, false, None, 50).await);
    read.await.unwrap().into_iter().map(|entry| (entry.event, entry.target_name, entry.details)).collect()
}

on_each_database! {
    async fn es_108_who_is_approved_is_enabled_and_signs_in(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        let uma = world.uma().await;
        let approved = world.identity.write(&uma, async |op| accounts::approve(op, account.id).await).await.unwrap();
        assert_eq!(approved, world.account(account.id).await);
        assert_eq!((approved.status(), approved.version), (Status::Enabled, account.version + 1));
        assert_eq!(approved.state.email.verified_at, account.state.email.verified_at);
        assert!(signs_in(&world, "ishita").await);
    }

    async fn es_109_who_is_activated_is_enabled_the_address_stays_unproved_and_the_link_is_dead(world: World) {
        open(&world).await;
        let (account, link) = registered(&world, "wren").await;
        let uma = world.uma().await;
        let activated = world.identity.write(&uma, async |op| accounts::activate(op, account.id).await).await.unwrap();
        assert_eq!((activated.status(), activated.state.email.verified_at), (Status::Enabled, None));
        assert!(signs_in(&world, "wren").await);
        let before = (world.account(account.id).await, events(&world, account.id).await);
        for _ in 0..2 {
            assert_eq!(code(&confirm(&world, &link).await), "already_active");
        }
        assert_eq!((world.account(account.id).await, events(&world, account.id).await), before);
    }

    async fn es_110_who_is_rejected_is_gone_their_names_are_free_and_the_audit_log_knows_them(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        let (uma, id) = (world.uma().await, account.id);
        world.identity.write(&uma, async |op| accounts::reject(op, id, " Not one of ours \r\nat all ").await).await.unwrap();
        assert_eq!(code(&world.find(id).await), "not_found");
        let recorded = events(&world, id).await;
        let (_, username, details) = recorded.iter().find(|(event, _, _)| event == "registration_rejected").unwrap();
        assert_eq!(username, "ishita");
        assert_eq!(*details, serde_json::json!({ "name": "Ishita Banerjee", "reason": "Not one of ours \nat all" }));
        assert!(!signs_in(&world, "ishita").await);
        try_to_register(&world, &applicant("ishita")).await.unwrap();
        assert_eq!(figures(&world).await.total, 6);
    }

    async fn es_111_when_the_transaction_of_a_rejection_fails_the_account_is_still_there(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        let (uma, before) = (world.uma().await, figures(&world).await);
        let recorded = events(&world, account.id).await;
        let failed = world.identity.write(&uma, async |op| {
            accounts::reject(op, account.id, "").await?;
            Err::<(), _>(Error::Unavailable("the disk is full".into()))
        }).await;
        assert_eq!(code(&failed), "unavailable");
        assert_eq!(world.account(account.id).await, account);
        assert_eq!((figures(&world).await, events(&world, account.id).await), (before, recorded));
    }

    async fn a_decision_that_does_not_fit_says_why(world: World) {
        open(&world).await;
        let uma = world.uma().await;
        let (unconfirmed, _) = registered(&world, "wren").await;
        for decision in [Decision::Approve, Decision::Reject] {
            assert_eq!(code(&decide(&world.identity, &uma, decision, unconfirmed.id).await), "not_confirmed");
        }
        let waiting = confirmed(&world, "ishita").await;
        assert_eq!(code(&decide(&world.identity, &uma, Decision::Activate, waiting.id).await), "already_confirmed");
        decide(&world.identity, &uma, Decision::Activate, unconfirmed.id).await.unwrap();
        decide(&world.identity, &uma, Decision::Reject, waiting.id).await.unwrap();
        for decision in [Decision::Approve, Decision::Activate, Decision::Reject] {
            assert_eq!(code(&decide(&world.identity, &uma, decision, unconfirmed.id).await), "already_activated");
            assert_eq!(code(&decide(&world.identity, &uma, decision, waiting.id).await), "already_rejected");
            assert_eq!(code(&decide(&world.identity, &uma, decision, world.cast.amy).await), "not_pending");
            let nobody = world.identity.random().id(world.clock.now());
            assert_eq!(code(&decide(&world.identity, &uma, decision, nobody).await), "not_found");
        }
        let too_long = confirmed(&world, "late").await;
        let refused = world.identity.write(&uma, async |op| accounts::reject(op, too_long.id, &"x".repeat(501)).await).await;
        assert_eq!(code(&refused), "invalid");
        assert_eq!(world.account(too_long.id).await, too_long);
    }

    async fn es_1_only_administrators_of_users_decide(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        let nobody = world.identity.random().id(world.clock.now());
        let cast = &world.cast;
        let mut callers = vec![(world.stranger(), Denial::SignInRequired)];
        for id in [cast.amy, cast.sam, cast.sylvia] {
            callers.push((world.caller(id).await, Denial::Role));
        }
        for (caller, expected) in callers {
            for decision in [Decision::Approve, Decision::Activate, Decision::Reject] {
                // Whether there is such an account is not told either.
                for id in [account.id, nobody] {
                    let denied = decide(&world.identity, &caller, decision, id).await;
                    assert!(matches!(denied, Err(Error::Denied(denial)) if denial == expected), "{denied:?}");
                }
            }
        }
        assert_eq!(world.account(account.id).await, account);
        let refusals = events(&world, account.id).await.into_iter().filter(|(event, _, _)| event == "refused").count();
        assert_eq!(refusals, 12);
    }
}
