//! Registering and confirming it.

use std::time::Duration;

use base::{Change, Secret};
use identity::accounts::{self, AccountChange, Applicant, Decision, Registered, Status};
use identity::sign_in::{self, Gate, SignIn};
use identity::{Error, audit, housekeeping};
use serde_json::json;
use testkit::{PASSWORD, World, on_each_database};

use super::{applicant, choose, code, confirm, confirmed, decide, figures, open, registered, try_to_register};

async fn try_password(world: &World, name: &str, password: &str) -> SignIn {
    sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await.unwrap()
}

fn problems(answer: Result<Registered, Error>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

on_each_database! {
    async fn nobody_registers_while_it_is_switched_off(world: World) {
        let refused = try_to_register(&world, &applicant("ishita")).await;
        assert_eq!(code(&refused), "registration_unavailable");
        assert_eq!(figures(&world).await.total, 5);
    }

    async fn es_161_who_registers_waits_for_the_confirmation_and_is_kept_out(world: World) {
        open(&world).await;
        let (account, _) = registered(&world, "ishita").await;
        assert_eq!(world.account(account.id).await, account);
        assert_eq!((account.status(), account.state.email.verified_at), (Status::PendingActivation, None));
        assert_eq!((account.origin.as_str(), account.roles.is_empty()), ("registration", true));
        // B.3: only who knows the password is told why.
        assert!(matches!(try_password(&world, "ishita", "wrong").await, SignIn::Refused));
        assert!(matches!(try_password(&world, "ishita", PASSWORD).await, SignIn::Shut { gate: Gate::PendingActivation, .. }));
    }

    async fn es_163_who_confirmed_waits_for_approval_and_is_kept_out(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        assert_eq!(account.status(), Status::PendingApproval);
        assert_eq!(account.state.email.verified_at, Some(world.clock.now()));
        assert!(matches!(try_password(&world, "ishita", "wrong").await, SignIn::Refused));
        assert!(matches!(try_password(&world, "ishita", PASSWORD).await, SignIn::Shut { gate: Gate::PendingApproval, .. }));
    }

    async fn es_162_without_approval_who_confirmed_signs_in(world: World) {
        open(&world).await;
        choose(&world, "registration_approval", json!(false)).await;
        assert_eq!(confirmed(&world, "ishita").await.status(), Status::Enabled);
        assert!(matches!(try_password(&world, "ishita", PASSWORD).await, SignIn::Granted { .. }));
    }

    async fn without_confirmation_there_is_no_link(world: World) {
        open(&world).await;
        choose(&world, "registration_confirmation", json!(false)).await;
        for (approval, status) in [(true, Status::PendingApproval), (false, Status::Enabled)] {
            choose(&world, "registration_approval", json!(approval)).await;
            let made = try_to_register(&world, &applicant(&format!("ishita{approval}"))).await.unwrap();
            let Registered::Made { account, link: None } = made else { panic!("{made:?}") };
            assert_eq!((account.status(), account.state.email.verified_at), (status, None));
        }
    }

    async fn es_168_another_choice_holds_for_later_confirmations_only(world: World) {
        open(&world).await;
        let waiting = confirmed(&world, "first").await;
        let (_, link) = registered(&world, "second").await;
        choose(&world, "registration_approval", json!(false)).await;
        choose(&world, "registration", json!(false)).await;
        assert_eq!(world.account(waiting.id).await.status(), Status::PendingApproval);
        assert_eq!(confirm(&world, &link).await.unwrap().status(), Status::Enabled);
    }

    async fn es_166_a_link_works_once_and_for_a_day(world: World) {
        open(&world).await;
        let (_, link) = registered(&world, "early").await;
        confirm(&world, &link).await.unwrap();
        assert_eq!(code(&confirm(&world, &link).await), "not_found");
        let (late, link) = registered(&world, "late").await;
        world.clock.advance(Duration::from_hours(24));
        assert_eq!(code(&confirm(&world, &link).await), "not_found");
        assert_eq!(world.account(late.id).await.status(), Status::PendingActivation);
        assert_eq!(code(&confirm(&world, &Secret::new("made up")).await), "not_found");
        // It is kept for a while, so that its holder is told what became of it.
        world.clock.advance(Duration::from_hours(30 * 24));
        assert!(housekeeping::sweep(&world.identity).await.unwrap() >= 2, "the links that have ended");
    }

    async fn es_166_and_t11_who_does_not_confirm_in_time_is_forgotten_and_the_names_are_free_again(world: World) {
        open(&world).await;
        let (late, link) = registered(&world, "late").await;
        let waiting = confirmed(&world, "waiting").await;
        world.clock.advance(Duration::from_hours(7 * 24) - Duration::from_secs(1));
        let (early, _) = registered(&world, "early").await;
        housekeeping::sweep(&world.identity).await.unwrap();
        assert_eq!(world.account(late.id).await.status(), Status::PendingActivation);
        world.clock.advance(Duration::from_secs(1));
        housekeeping::sweep(&world.identity).await.unwrap();
        let sophia = world.sophia().await;
        let gone = world.identity.read(&sophia, async |op| accounts::find(op, late.id).await).await;
        assert_eq!(code(&gone), "not_found");
        assert_eq!(world.account(waiting.id).await.status(), Status::PendingApproval, "that is for others to decide");
        assert_eq!(world.account(early.id).await.status(), Status::PendingActivation);
        assert_eq!(world.audited("registration_purged").await.len(), 1);
        assert_eq!(code(&confirm(&world, &link).await), "not_found");
        let figures = world.identity.read(&sophia, async |op| accounts::summary(op).await).await.unwrap();
        assert_eq!(figures.pending_activation, 1);
        registered(&world, "late").await;
        choose(&world, "registration_purge_days", json!(0)).await;
        world.clock.advance(Duration::from_hours(365 * 24));
        housekeeping::sweep(&world.identity).await.unwrap();
        assert_eq!(world.account(early.id).await.status(), Status::PendingActivation, "for as long as one likes");
    }

    async fn es_166_very_many_that_nobody_confirmed_are_forgotten_and_nobody_else(world: World) {
        let names: Vec<String> = (0..230).map(|number| format!("person{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
        let ids: Vec<_> = world.people(&rows).await.into_iter().map(|account| account.id).collect();
        for id in &ids[..220] {
            world.alter(*id, "lifecycle = 'pending_activation', status = 2").await;
        }
        world.clock.advance(Duration::from_hours(7 * 24));
        assert!(housekeeping::sweep(&world.identity).await.unwrap() >= 220);
        let sophia = world.sophia().await;
        let left = world.identity.read(&sophia, async |op| accounts::find_many(op, &ids).await).await.unwrap();
        assert_eq!(left.iter().map(|account| account.id).collect::<Vec<_>>(), ids[220..]);
        assert_eq!(world.audited("registration_purged").await.len(), 220);
    }

    async fn es_125_a_link_does_not_prove_an_address_that_an_administrator_entered_since(world: World) {
        open(&world).await;
        let caller = world.uma().await;
        for many in [false, true] {
            let (account, link) = registered(&world, &format!("ishita{many}")).await;
            let change = AccountChange { email: Change::Set(format!("other{many}@partner.example")), ..AccountChange::default() };
            world.identity.write(&caller, async |op| {
                if many {
                    accounts::update_many(op, vec![(account.id, change)]).await?.remove(0)
                } else {
                    accounts::update(op, account.id, None, change).await
                }
            }).await.unwrap();
            assert_eq!(code(&confirm(&world, &link).await), "not_found");
            assert_eq!(world.account(account.id).await.state.email.verified_at, None);
        }
    }

    async fn es_158_a_username_that_is_taken_is_told(world: World) {
        open(&world).await;
        registered(&world, "ishita").await;
        for name in ["amy", "AMY", "ishita"] {
            let taken = Applicant { email: "new@partner.example".into(), ..applicant(name) };
            assert_eq!(problems(try_to_register(&world, &taken).await), ["USERNAME_TAKEN"], "{name}");
        }
        assert_eq!(figures(&world).await.total, 6);
    }

    async fn es_167_an_address_that_is_taken_makes_nothing_and_is_not_told(world: World) {
        open(&world).await;
        let known = "Amy@Example.com";
        for username in ["newcomer", known] {
            let taken = Applicant { username: username.into(), email: known.into(), ..applicant("x") };
            assert!(matches!(try_to_register(&world, &taken).await, Ok(Registered::AddressTaken)), "{username}");
        }
        // An address as a username tells nothing either, whether it is known or not.
        for username in ["amy@example.com", "nobody@example.com"] {
            let probing = Applicant { username: username.into(), ..applicant("x") };
            assert_eq!(problems(try_to_register(&world, &probing).await), ["BAD_USERNAME"], "{username}");
        }
        // Nor does the license limit, which is reached for everyone.
        choose(&world, "site_user_limit", json!(5)).await;
        for email in [known, "nobody@example.com"] {
            let full = Applicant { email: email.into(), ..applicant("newcomer") };
            assert_eq!(code(&try_to_register(&world, &full).await), "registration_unavailable", "{email}");
        }
        assert_eq!(figures(&world).await.total, 5);
    }

    async fn es_156_and_es_157_every_field_that_breaks_a_rule_is_named(world: World) {
        open(&world).await;
        let empty = accounts::register_with_password(
            &world.identity, &world.stranger(), &Applicant::default(), super::typed("short"),
        ).await;
        let Err(Error::Invalid(problems)) = empty else { panic!("{empty:?}") };
        let mut fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        fields.dedup();
        assert_eq!(fields, ["first_name", "last_name", "username", "email", "password"]);
        assert_eq!(figures(&world).await.total, 5);
    }

    async fn es_55_of_twenty_who_register_at_once_the_last_place_goes_to_one(world: World) {
        open(&world).await;
        choose(&world, "site_user_limit", json!(6)).await;
        let mut tasks = Vec::new();
        for n in 0..20 {
            let (identity, stranger) = (world.identity.clone(), world.stranger());
            tasks.push(tokio::spawn(async move {
                let hash = identity::credentials::PasswordHash::of_nobody([1; 16], [2; 32]);
                identity.write(&stranger, async |op| accounts::register(op, &applicant(&format!("new{n}")), &hash).await).await
            }));
        }
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(Registered::Made { .. }) => made += 1,
                Ok(other) => panic!("{other:?}"),
                Err(error) => assert_eq!((error.code(), error.to_string().as_str()), ("registration_unavailable", "Registration is not available.")),
            }
        }
        assert_eq!((made, figures(&world).await.total), (1, 6));
    }

    async fn es_122_of_ten_who_register_one_name_at_once_one_gets_it(world: World) {
        open(&world).await;
        let mut tasks = Vec::new();
        for n in 0..10 {
            let (identity, stranger) = (world.identity.clone(), world.stranger());
            tasks.push(tokio::spawn(async move {
                let wanted = Applicant { email: format!("s{n}@partner.example"), ..applicant("same") };
                accounts::register_with_password(&identity, &stranger, &wanted, super::typed(PASSWORD)).await
            }));
        }
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(Registered::Made { .. }) => made += 1,
                refused => assert_eq!(problems(refused), ["USERNAME_TAKEN"]),
            }
        }
        assert_eq!((made, figures(&world).await.pending_activation), (1, 1));
    }

    async fn what_became_of_a_registration_is_told_by_whom_and_holds_no_secret(world: World) {
        open(&world).await;
        let (account, link) = registered(&world, "ishita").await;
        world.clock.advance(Duration::from_mins(13));
        confirm(&world, &link).await.unwrap();
        world.clock.advance(Duration::from_hours(1));
        decide(&world.identity, &world.uma().await, Decision::Approve, account.id).await.unwrap();
        let caller = world.uma().await;
        let entries = world.identity.read(&caller, async |op| audit::history(op, account.id, false, None, 50).await).await.unwrap();
        let told: Vec<_> = entries.iter().map(|entry| (entry.event.as_str(), entry.actor_name.as_str(), entry.door.as_str())).collect();
        assert_eq!(told, [
            ("registration_approved", "Uma User", "console"),
            ("registration_confirmed", "Anonymous", "portal"),
            ("account_registered", "Anonymous", "portal"),
        ]);
        assert_eq!(entries[2].details, json!({ "status": "pending_activation" }));
        let everything = format!("{entries:?}");
        assert!(!everything.contains(link.expose()) && !everything.contains(PASSWORD) && !everything.contains("argon2"));
    }
}
