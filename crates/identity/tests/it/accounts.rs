//! Accounts: making, changing, switching, deleting.

use base::{AccountId, Change};
use identity::access::{Denial, Role};
use identity::accounts::{self, AccountChange, NewAccount, Outcome};
use identity::{Error, Problem, settings};
use serde_json::json;
use testkit::{World, on_each_database};

fn wanted(username: &str, email: &str) -> NewAccount {
    NewAccount {
        username: username.into(),
        email: email.into(),
        first_name: "First".into(),
        last_name: "Last".into(),
        ..NewAccount::default()
    }
}

fn codes(answer: Result<accounts::Account, Error>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem: Problem| problem.code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

fn denial<T: std::fmt::Debug>(answer: Result<T, Error>) -> Denial {
    match answer {
        Err(Error::Denied(denial)) => denial,
        other => panic!("not denied: {other:?}"),
    }
}

async fn limit(world: &World, accounts: u64) {
    let caller = world.operator();
    let choose =
        async |op: &mut identity::Operation<'_>| settings::choose(op, "site_user_limit", json!(accounts)).await;
    world.identity.write(&caller, choose).await.unwrap();
}

async fn switch(world: &World, ids: &[AccountId], on: bool) -> Vec<Outcome> {
    let caller = world.uma().await;
    let report =
        world
            .identity
            .write(&caller, async |op| {
                if on { accounts::enable_many(op, ids).await } else { accounts::disable_many(op, ids).await }
            })
            .await;
    report.unwrap().into_iter().map(|(_, outcome)| outcome).collect()
}

on_each_database! {
    async fn es_66_a_made_account_is_enabled_at_once_and_its_address_unproved(world: World) {
        let made = world.create(wanted("newcomer", "new@example.com")).await.unwrap();
        assert_eq!(world.account(made.id).await, made);
        assert_eq!(made.status(), accounts::Status::Enabled);
        assert_eq!(made.state.email.verified_at, None);
    }

    async fn es_122_a_name_is_taken_whatever_its_case_and_width(world: World) {
        for name in ["amy", "AMY", "ａｍｙ"] {
            let answer = codes(world.create(wanted(name, "other@example.com")).await);
            assert!(answer == ["USERNAME_TAKEN"] || answer == ["BAD_USERNAME"], "{name}: {answer:?}");
        }
        assert_eq!(codes(world.create(wanted("other", "AMY@Example.com")).await), ["EMAIL_TAKEN"]);
    }

    async fn cve_2021_3754_es_123_a_username_can_not_be_another_accounts_address(world: World) {
        assert_eq!(codes(world.create(wanted("amy@example.com", "x@example.com")).await), ["USERNAME_TAKEN"]);
        let own = world.create(wanted("own@example.com", "own@example.com")).await.unwrap();
        let caller = world.uma().await;
        let change = AccountChange { email: Change::Set("amy@example.com".into()), ..AccountChange::default() };
        assert_eq!(codes(world.identity.write(&caller, async |op| accounts::update(op, own.id, None, change).await).await), ["EMAIL_TAKEN"]);
    }

    async fn es_122_of_fifty_at_once_one_gets_the_name(world: World) {
        let mut tasks = Vec::new();
        for n in 0..50 {
            let (identity, caller) = (world.identity.clone(), world.operator());
            tasks.push(tokio::spawn(async move {
                identity.write(&caller, async |op| accounts::create(op, wanted("same", &format!("s{n}@example.com"))).await).await
            }));
        }
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                Err(Error::Invalid(problems)) => assert_eq!(problems[0].code, "USERNAME_TAKEN"),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(made, 1);
        let figures = world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap();
        assert_eq!(figures.total, 6);
    }

    async fn es_55_of_twenty_at_once_only_as_many_are_made_as_the_license_has_room_for(world: World) {
        limit(&world, 6).await;
        let mut tasks = Vec::new();
        for n in 0..20 {
            let (identity, caller) = (world.identity.clone(), world.operator());
            tasks.push(tokio::spawn(async move {
                identity.write(&caller, async |op| accounts::create(op, wanted(&format!("new{n}"), &format!("n{n}@example.com"))).await).await
            }));
        }
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert_eq!(error.code(), "license_limit"),
            }
        }
        assert_eq!(made, 1);
        limit(&world, 0).await;
        world.create(wanted("late", "late@example.com")).await.unwrap();
    }

    async fn es_48_a_limit_stops_a_batch_where_the_room_ends(world: World) {
        limit(&world, 7).await;
        let new = (0..4).map(|n| wanted(&format!("new{n}"), &format!("n{n}@example.com"))).collect();
        let made = world.identity.write(&world.operator(), async |op| accounts::create_many(op, new).await).await.unwrap();
        let made: Vec<_> = made.iter().map(|answer| answer.as_ref().map_err(|problems| problems[0].code.clone()).err()).collect();
        assert_eq!(made, [None, None, Some("LICENSE_LIMIT".into()), Some("LICENSE_LIMIT".into())]);
    }

    async fn a_bad_account_in_a_batch_does_not_stop_the_others(world: World) {
        let new = vec![wanted("good1", "g1@example.com"), wanted("x", "nonsense"), wanted("GOOD1", "g2@example.com"), wanted("good2", "g3@example.com")];
        let made = world.identity.write(&world.operator(), async |op| accounts::create_many(op, new).await).await.unwrap();
        let problems = |n: usize| made[n].as_ref().unwrap_err().iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>();
        assert!(made[0].is_ok() && made[3].is_ok());
        assert_eq!(problems(1), ["BAD_USERNAME", "BAD_EMAIL"]);
        assert_eq!(problems(2), ["USERNAME_TAKEN"]);
    }

    async fn es_126_saving_over_someone_elses_newer_edit_is_refused(world: World) {
        let caller = world.uma().await;
        let change = |name: &str| AccountChange { last_name: Change::Set(name.into()), ..AccountChange::default() };
        let id = world.cast.amy;
        let first = world.identity.write(&caller, async |op| accounts::update(op, id, Some(1), change("One")).await).await;
        assert_eq!(first.unwrap().version, 2);
        let second = world.identity.write(&caller, async |op| accounts::update(op, id, Some(1), change("Two")).await).await;
        assert!(matches!(second, Err(Error::Stale)));
        assert_eq!(world.account(id).await.last_name, "One");
    }

    async fn es_105_saving_what_is_there_already_writes_nothing(world: World) {
        let before = world.account(world.cast.amy).await;
        world.clock.advance(std::time::Duration::from_mins(1));
        let change = AccountChange { first_name: Change::Set(" Amy ".into()), ..AccountChange::default() };
        let caller = world.uma().await;
        world.identity.write(&caller, async |op| accounts::update(op, before.id, None, change).await).await.unwrap();
        assert_eq!(world.account(before.id).await, before);
    }

    async fn cve_2023_0105_es_125_another_address_counts_as_unproved(world: World) {
        let made = world.create(NewAccount { email_verified: true, ..wanted("proved", "p@example.com") }).await.unwrap();
        assert!(made.state.email.verified_at.is_some());
        let caller = world.uma().await;
        let change = AccountChange { email: Change::Set("q@example.com".into()), ..AccountChange::default() };
        let changed = world.identity.write(&caller, async |op| accounts::update(op, made.id, None, change).await).await.unwrap();
        assert_eq!(changed.state.email.verified_at, None);
        // The old address is free again.
        world.create(wanted("next", "p@example.com")).await.unwrap();
    }

    async fn es_41_and_es_42_each_account_of_many_has_its_own_outcome(world: World) {
        let bob = world.person("Bob", "Ng").await;
        let gone = world.person("Gone", "Soon").await;
        world.identity.write(&world.operator(), async |op| accounts::delete(op, gone.id).await).await.unwrap();
        let some = [bob.id, world.cast.amy, world.cast.sam, world.cast.uma, gone.id, bob.id];
        let outcomes = switch(&world, &some, false).await;
        assert_eq!(outcomes, [
            Outcome::Done, Outcome::Done, Outcome::Denied(Denial::Protected), Outcome::Denied(Denial::Yourself), Outcome::Gone,
        ]);
        assert_eq!(switch(&world, &some[..2], false).await, [Outcome::Unchanged; 2]);
        assert_eq!(switch(&world, &some[..2], true).await, [Outcome::Done; 2]);
    }

    async fn g1_es_141_es_152_nobody_disables_or_deletes_themselves(world: World) {
        for id in [world.cast.uma, world.cast.sophia] {
            let caller = world.caller(id).await;
            assert_eq!(denial(world.identity.write(&caller, async |op| accounts::disable(op, id, None).await).await), Denial::Yourself);
            assert_eq!(denial(world.identity.write(&caller, async |op| accounts::delete(op, id).await).await), Denial::Yourself);
        }
    }

    async fn g2_two_super_administrators_can_not_remove_each_other(world: World) {
        let second = world.person("Second", "Super").await;
        let operator = world.operator();
        world.identity.write(&operator, async |op| accounts::grant_role(op, second.id, Role::SuperAdministrator).await).await.unwrap();
        accounts::set_password(&world.identity, &operator, second.id, accounts::TypedPassword {
            password: base::Secret::new("umbrella 88 violet canyon"), repeated: base::Secret::new("umbrella 88 violet canyon"), temporary: false,
        }).await.unwrap();
        let (sophia, second_caller) = (world.sophia().await, world.caller(second.id).await);
        let (one, two) = (world.identity.clone(), world.identity.clone());
        let (sophia_id, second_id) = (world.cast.sophia, second.id);
        let first = tokio::spawn(async move { one.write(&sophia, async |op| accounts::disable(op, second_id, None).await).await });
        let other = tokio::spawn(async move { two.write(&second_caller, async |op| accounts::delete(op, sophia_id).await).await });
        let done = usize::from(first.await.unwrap().is_ok()) + usize::from(other.await.unwrap().is_ok());
        assert_eq!(done, 1);
    }

    async fn g2_the_last_super_administrator_stays_even_for_the_command_line(world: World) {
        let sophia = world.cast.sophia;
        let caller = world.operator();
        assert_eq!(denial(world.identity.write(&caller, async |op| accounts::delete(op, sophia).await).await), Denial::LastSuperAdministrator);
        assert_eq!(denial(world.identity.write(&caller, async |op| accounts::disable(op, sophia, None).await).await), Denial::LastSuperAdministrator);
        let revoked = world.identity.write(&caller, async |op| accounts::revoke_role(op, sophia, Role::SuperAdministrator).await).await;
        assert_eq!(denial(revoked), Denial::LastSuperAdministrator);
    }

    async fn g3_g4_and_authentik_13376_a_user_administrator_can_not_touch_an_administrator(world: World) {
        let caller = world.uma().await;
        let sam = world.cast.sam;
        let change = AccountChange { email: Change::Set("mine@example.com".into()), ..AccountChange::default() };
        assert_eq!(denial(world.identity.write(&caller, async |op| accounts::update(op, sam, None, change).await).await), Denial::Protected);
        assert_eq!(denial(world.identity.write(&caller, async |op| accounts::delete(op, sam).await).await), Denial::Protected);
        assert_eq!(denial(world.identity.write(&caller, async |op| accounts::grant_role(op, world.cast.amy, Role::UserAdministrator).await).await), Denial::Role);
        assert_eq!(world.account(sam).await.email.as_deref(), Some("sam@example.com"));
    }

    async fn es_148_a_deleted_account_leaves_its_name_free_and_its_number_unused(world: World) {
        let amy = world.cast.amy;
        let caller = world.uma().await;
        world.identity.write(&caller, async |op| accounts::delete(op, amy).await).await.unwrap();
        assert!(matches!(world.find(amy).await, Err(Error::NotFound)));
        let again = world.create(wanted("amy", "amy@example.com")).await.unwrap();
        assert_ne!(again.id, amy, "es_151: whoever comes after is somebody else");
    }

    async fn deleting_ten_and_more_asks_for_the_password_again(world: World) {
        let mut some = Vec::new();
        for n in 0..10 {
            some.push(world.create(wanted(&format!("user{n}"), &format!("u{n}@example.com"))).await.unwrap().id);
        }
        let caller = world.uma().await;
        world.clock.advance(std::time::Duration::from_mins(11));
        let refused = world.identity.write(&caller, async |op| accounts::delete_many(op, &some).await).await;
        assert_eq!(denial(refused), Denial::StepUpRequired);
        world.identity.write(&caller, async |op| accounts::delete_many(op, &some[..9]).await).await.unwrap();
    }

    async fn disabling_can_be_switched_off_for_an_organization(world: World) {
        let caller = world.operator();
        world.identity.write(&caller, async |op| settings::choose(op, "account_disabling", json!(false)).await).await.unwrap();
        let refused = world.identity.write(&caller, async |op| accounts::disable(op, world.cast.amy, None).await).await;
        assert_eq!(refused.unwrap_err().code(), "account_disabling_off");
    }

    async fn a_read_changes_nothing_and_a_refusal_is_remembered(world: World) {
        // Reading can't change anything, and a refusal is remembered although nothing was done.
        let caller = world.caller(world.cast.amy).await;
        assert_eq!(denial(world.create_as(&caller, wanted("sneaky", "s@example.com")).await), Denial::Role);
        let sam = world.cast.sam;
        let by_uma = world.uma().await;
        assert_eq!(denial(world.identity.write(&by_uma, async |op| accounts::delete(op, sam).await).await), Denial::Protected);
        let history = world.identity.read(&world.operator(), async |op| identity::audit::history(op, sam, true, None, 50).await).await.unwrap();
        let refused = history.iter().find(|entry| entry.event == "refused").expect("the refusal is remembered");
        assert_eq!((refused.actor_name.as_str(), &refused.details["reason"]), ("Uma User", &json!("protected")));
        let read = world.identity.read(&world.operator(), async |op| accounts::create(op, wanted("reader", "r@example.com")).await).await;
        assert!(read.is_err());
        assert!(matches!(world.identity.read(&world.operator(), async |op| accounts::find_by_username(op, "reader").await).await, Err(Error::NotFound)));
    }
}
