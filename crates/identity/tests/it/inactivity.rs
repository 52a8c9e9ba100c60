//! Accounts that nobody signs in to.

use std::time::Duration;

use base::{AccountId, Secret};
use identity::access::Role;
use identity::accounts::{self, LockReason, Proof, TypedPassword, Why};
use identity::sign_in::{self, Gate, SignIn};
use identity::{Operation, audit, housekeeping, settings};
use serde_json::{Value as Json, json};
use store::params;
use testkit::{PASSWORD, World, on_each_database};

async fn choose(world: &World, key: &str, value: Json) {
    world.identity.write(&world.operator(), async |op| settings::choose(op, key, value).await).await.unwrap();
}

async fn days_pass(world: &World, days: u64) {
    world.clock.advance(Duration::from_hours(24 * days));
    housekeeping::sweep(&world.identity).await.unwrap();
}

async fn is_idle(world: &World, id: AccountId) -> bool {
    world.account(id).await.state.lock(LockReason::Inactivity, world.clock.now()).is_some()
}

const NEW: &str = "quince harbor velvet 93 moss";

async fn try_wrong_password(world: &World, name: &str) {
    let wrong = Secret::new("wrong");
    sign_in::with_password(&world.identity, &world.stranger(), name, wrong, None).await.unwrap();
}

async fn try_password(world: &World, name: &str) -> SignIn {
    sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(PASSWORD), None).await.unwrap()
}

/// The templates of what was queued for an account, the oldest first.
async fn queued(world: &World, id: AccountId) -> Vec<String> {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    let sql = "select template from outbox where account_id = $1 order by id";
    tx.all(sql, params![id], |row| row.get(0)).await.unwrap()
}

on_each_database! {
    async fn t18_nobody_is_locked_for_inactivity_until_it_is_switched_on(world: World) {
        days_pass(&world, 4_000).await;
        assert!(!is_idle(&world, world.cast.amy).await);
        assert!(queued(&world, world.cast.amy).await.is_empty());
    }

    async fn t18_who_does_not_come_is_warned_twice_and_then_locked(world: World) {
        let (amy, sophia, uma) = (world.cast.amy, world.cast.sophia, world.cast.uma);
        choose(&world, "inactivity_lock_days", json!(90)).await;
        days_pass(&world, 75).await;
        assert!(queued(&world, amy).await.is_empty());
        days_pass(&world, 1).await;
        assert_eq!(queued(&world, amy).await, ["inactivity_warning"], "14 days before");
        days_pass(&world, 1).await;
        assert_eq!(queued(&world, amy).await.len(), 1, "once");
        assert!(matches!(try_password(&world, "uma").await, SignIn::Granted { .. }));
        days_pass(&world, 10).await;
        assert_eq!(queued(&world, amy).await.len(), 2, "3 days before");
        days_pass(&world, 2).await;
        assert!(!is_idle(&world, amy).await);
        days_pass(&world, 1).await;
        assert!(is_idle(&world, amy).await);
        assert!(queued(&world, amy).await.contains(&"account_locked".to_owned()), "M9");
        assert!(!is_idle(&world, uma).await, "she came");
        assert!(!is_idle(&world, sophia).await, "a super administrator is never locked for that");
        assert!(matches!(try_password(&world, "amy").await, SignIn::Shut { gate: Gate::LockedByInactivity, .. }));
        let read = async |op: &mut Operation<'_>| audit::history(op, amy, true, None, 500).await;
        let entries = world.identity.read(&world.operator(), read).await.unwrap();
        let told: Vec<_> = entries.iter().filter(|entry| entry.event == "account_locked").collect();
        assert_eq!(told.len(), 1, "one entry, and a second sweep adds none");
        assert_eq!((told[0].actor_kind.as_str(), &told[0].details["reason"]), ("system", &json!("inactivity")));
        let account = world.account(amy).await;
        let why = world.identity.read(&world.operator(), async |op| accounts::obstacles_of(op, &account).await).await.unwrap();
        assert_eq!(why[0].why, Why::LockedByInactivity);
    }

    async fn t18_nobody_is_locked_without_the_last_warning_when_the_days_change(world: World) {
        let amy = world.cast.amy;
        choose(&world, "inactivity_lock_days", json!(90)).await;
        days_pass(&world, 76).await;
        assert_eq!(queued(&world, amy).await.len(), 1, "14 days before");
        days_pass(&world, 3).await;
        choose(&world, "inactivity_lock_days", json!(79)).await;
        days_pass(&world, 0).await;
        assert!(!is_idle(&world, amy).await, "only the first warning was sent");
        assert_eq!(queued(&world, amy).await, ["inactivity_warning", "inactivity_warning"]);
        // A longer time than the one that the warning was about brings a warning of its own.
        choose(&world, "inactivity_lock_days", json!(200)).await;
        days_pass(&world, 118).await;
        assert_eq!(queued(&world, amy).await.len(), 3);
        days_pass(&world, 2).await;
        assert!(!is_idle(&world, amy).await);
        days_pass(&world, 1).await;
        assert!(is_idle(&world, amy).await);
    }

    async fn t18_switched_on_over_old_accounts_it_warns_before_it_locks(world: World) {
        let amy = world.cast.amy;
        days_pass(&world, 400).await;
        choose(&world, "inactivity_lock_days", json!(90)).await;
        days_pass(&world, 0).await;
        assert_eq!(queued(&world, amy).await, ["inactivity_warning"], "the last warning, and only that");
        assert!(!is_idle(&world, amy).await);
        days_pass(&world, 2).await;
        assert!(!is_idle(&world, amy).await);
        days_pass(&world, 1).await;
        assert!(is_idle(&world, amy).await);
    }

    async fn t18_who_cannot_sign_in_anyway_is_left_alone(world: World) {
        let (uma, off) = (world.uma().await, world.join("Off", "Line", None).await);
        world.identity.write(&uma, async |op| accounts::disable(op, off, None).await).await.unwrap();
        let waiting = world.confirmed("Wanda").await.id;
        let invited = world.person("Nobody", "Yet").await.id;
        choose(&world, "inactivity_lock_days", json!(30)).await;
        choose(&world, "inactivity_warning_days", json!([])).await;
        days_pass(&world, 31).await;
        for id in [off, waiting, invited] {
            assert!(!is_idle(&world, id).await);
        }
        assert!(is_idle(&world, world.cast.amy).await, "without a warning, when none is wanted");
        let second = world.join("Second", "Super", Some(Role::SuperAdministrator)).await;
        days_pass(&world, 31).await;
        assert!(!is_idle(&world, second).await);
    }

    async fn an_unlocked_account_is_given_the_whole_time_anew(world: World) {
        let amy = world.cast.amy;
        choose(&world, "inactivity_lock_days", json!(30)).await;
        days_pass(&world, 27).await;
        days_pass(&world, 3).await;
        assert!(is_idle(&world, amy).await);
        world.identity.write(&world.operator(), async |op| accounts::unlock(op, amy).await).await.unwrap();
        days_pass(&world, 15).await;
        assert!(!is_idle(&world, amy).await, "neither at once");
        days_pass(&world, 12).await;
        days_pass(&world, 2).await;
        assert!(!is_idle(&world, amy).await);
        days_pass(&world, 1).await;
        assert!(is_idle(&world, amy).await, "nor never");
    }

    async fn t18_very_many_are_dealt_with_in_small_batches(world: World) {
        let names: Vec<String> = (0..230).map(|number| format!("person{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
        let ids: Vec<_> = world.people(&rows).await.into_iter().map(|account| account.id).collect();
        world.execute("update accounts set password_state = 'permanent'", &[]).await;
        choose(&world, "inactivity_lock_days", json!(30)).await;
        days_pass(&world, 28).await;
        days_pass(&world, 3).await;
        for id in &ids {
            assert!(is_idle(&world, *id).await);
        }
        days_pass(&world, 0).await;
        assert_eq!(queued(&world, ids[0]).await, ["inactivity_warning", "account_locked"], "and that is all");
    }

    async fn t19_the_right_password_mails_a_link_and_the_link_lets_in_again(world: World) {
        let amy = world.cast.amy;
        world.lock_as_server(amy, "inactivity").await;
        try_wrong_password(&world, "amy").await;
        assert!(queued(&world, amy).await.is_empty(), "a stranger has nothing sent");
        assert!(matches!(try_password(&world, "amy").await, SignIn::Shut { gate: Gate::LockedByInactivity, .. }));
        assert_eq!(queued(&world, amy).await, ["change_password"]);
        try_password(&world, "amy").await;
        assert_eq!(queued(&world, amy).await.len(), 1, "once an hour: the first link still works");
        let token = world.last_letter().await.token();
        let typed = TypedPassword { password: Secret::new(NEW), repeated: Secret::new(NEW), temporary: false };
        let chosen = accounts::choose_password(&world.identity, &world.stranger(), &Proof::Link(token), typed).await;
        assert!(chosen.unwrap().state.locks.is_empty());
        let entered = sign_in::with_password(&world.identity, &world.stranger(), "amy", Secret::new(NEW), None).await;
        assert!(matches!(entered.unwrap(), SignIn::Granted { .. }));
        assert!(queued(&world, amy).await.contains(&"password_changed".to_owned()), "S4");
    }

    async fn b_3_who_proves_the_password_is_mailed_what_helps_and_nobody_else_is(world: World) {
        choose(&world, "require_verified_email", json!(true)).await;
        choose(&world, "require_verified_mobile", json!(true)).await;
        for (set, gate, template) in [
            ("must_change = 'admin'", Gate::ResetRequired, "password_reset"),
            ("lifecycle = 'pending_activation'", Gate::PendingActivation, "confirm_registration"),
            ("email_verified_at = null", Gate::EmailNotVerified, "verify_email"),
            ("email_verified_at = 1, mobile = '+31205550142'", Gate::MobileNotVerified, "verify_mobile"),
        ] {
            let id = world.join(&format!("Person{}", template.len()), "Test", None).await;
            let name = world.account(id).await.username;
            world.alter(id, set).await;
            try_wrong_password(&world, &name).await;
            assert!(queued(&world, id).await.is_empty(), "{template}");
            for _ in 0..3 {
                let shut = try_password(&world, &name).await;
                assert!(matches!(shut, SignIn::Shut { gate: found, .. } if found == gate), "{shut:?}");
            }
            assert_eq!(queued(&world, id).await, [template]);
        }
    }

    async fn b_3_a_number_that_nothing_can_be_sent_to_gets_no_code(world: World) {
        choose(&world, "require_verified_mobile", json!(true)).await;
        let amy = world.cast.amy;
        world.alter(amy, "mobile = '020 555 0142'").await;
        let shut = try_password(&world, "amy").await;
        assert!(matches!(shut, SignIn::Shut { gate: Gate::MobileNotVerified, .. }), "{shut:?}");
        assert!(queued(&world, amy).await.is_empty());
        // No code counts as sent, so that the right number gets one.
        world.alter(amy, "mobile = '+31205550142'").await;
        world.clock.advance(Duration::from_hours(1));
        try_password(&world, "amy").await;
        assert_eq!(queued(&world, amy).await, ["verify_mobile"]);
    }
}
