//! Rows of the table of transitions that have no better place: switches, roles, deletion, the forced change of a password.
//! Locks are in `locks` and `inactivity`, registrations in `registrations`, passwords and links in `passwords`, what people do
//! with their own account in `own_account`.

use std::time::Duration;

use base::{AccountId, Secret};
use identity::access::{Role, Roles};
use identity::accounts::{self, LockTerms, MustChange, PasswordState, Status, TypedPassword};
use identity::sign_in::{self, Resumed, SignIn};
use identity::{Error, Operation, audit, settings};
use serde_json::json;
use store::params;
use testkit::{PASSWORD, World, on_each_database};

async fn signed_in(world: &World, name: &str, password: &str) -> Secret {
    let answer = sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await;
    match answer.unwrap() {
        SignIn::Granted { session, .. } => session.token,
        other => panic!("{name} is not signed in: {other:?}"),
    }
}

async fn resumed(world: &World, token: &Secret) -> Option<Resumed> {
    sign_in::resume(&world.identity, &world.stranger(), token).await.unwrap()
}

/// How many messages of a template went to this address, whatever became of the account.
async fn sent(world: &World, address: &str, template: &str) -> i64 {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    let sql = "select count(*) from outbox where address = $1 and template = $2";
    tx.one(sql, params![address, template], |row| row.get(0)).await.unwrap()
}

async fn entries(world: &World, id: AccountId, event: &str) -> usize {
    let read = async |op: &mut Operation<'_>| audit::history(op, id, true, None, 500).await;
    let all = world.identity.read(&world.operator(), read).await.unwrap();
    all.iter().filter(|entry| entry.event == event).count()
}

async fn choose(world: &World, key: &str) {
    world.identity.write(&world.operator(), async |op| settings::choose(op, key, json!(true)).await).await.unwrap();
}

on_each_database! {
    async fn t12_disabling_takes_an_enabled_account_out_with_all_that_is_open(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        choose(&world, "mail_account_disabled").await;
        let token = signed_in(&world, "amy", PASSWORD).await;
        for _ in 0..2 {
            let account = world.identity.write(&uma, async |op| accounts::disable(op, amy, Some("left")).await).await.unwrap();
            assert_eq!(account.status(), Status::Disabled);
        }
        assert!(resumed(&world, &token).await.is_none());
        assert_eq!(entries(&world, amy, "account_disabled").await, 1, "one entry, and none for what changes nothing");
        assert_eq!(sent(&world, "amy@example.com", "account_disabled").await, 1, "M5");
        let waiting = world.confirmed("Wanda").await.id;
        let early = world.identity.write(&uma, async |op| accounts::disable(op, waiting, None).await).await;
        assert_eq!(early.unwrap_err().code(), "pending");
    }

    async fn t13_enabling_leaves_locks_and_flags(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        choose(&world, "mail_account_enabled").await;
        world.identity.write(&uma, async |op| accounts::lock(op, amy, &LockTerms::default()).await).await.unwrap();
        world.alter(amy, "must_change = 'expired'").await;
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        let account = world.identity.write(&uma, async |op| accounts::enable(op, amy).await).await.unwrap();
        assert_eq!(account.status(), Status::Enabled);
        assert!(account.state.is_locked(world.clock.now()));
        assert_eq!(account.state.must_change, MustChange::Expired);
        assert_eq!(entries(&world, amy, "account_enabled").await, 1);
        assert_eq!(sent(&world, "amy@example.com", "account_enabled").await, 1, "M6");
    }

    async fn t26_who_must_choose_a_password_does_and_other_sessions_end(world: World) {
        let amy = world.cast.amy;
        let far = world.clock.now().plus(Duration::from_hours(24)).as_millis();
        let temporary = format!("password_state = 'temporary', temporary_until = {far}");
        let states = [temporary.as_str(), "must_change = 'expired'", "must_change = 'compromised'"];
        let passwords = [PASSWORD, "quince harbor velvet 93 moss", "umbrella 88 violet canyon", "orchard 51 marble tundra"];
        let typed = |text: &str| TypedPassword { password: Secret::new(text), repeated: Secret::new(text), temporary: false };
        for (round, state) in states.into_iter().enumerate() {
            let (present, next) = (passwords[round], passwords[round + 1]);
            let earlier = signed_in(&world, "amy", present).await;
            world.alter(amy, state).await;
            let token = signed_in(&world, "amy", present).await;
            let session = resumed(&world, &token).await.unwrap();
            assert!(session.must_change_password && session.actor().person().is_none());
            let change = async |text: &str| {
                sign_in::change_required_password(&world.identity, &world.stranger(), &session, typed(text)).await
            };
            assert!(matches!(change(present).await, Err(Error::Invalid(_))), "ES-137");
            change(next).await.unwrap();
            let account = world.account(amy).await;
            assert_eq!((account.state.password, account.state.must_change), (PasswordState::Permanent, MustChange::No));
            assert!(resumed(&world, &earlier).await.is_none());
            assert_eq!(sent(&world, "amy@example.com", "password_changed").await, i64::try_from(round).unwrap() + 1, "S4");
        }
    }

    async fn t32_privileges_are_set_by_a_super_administrator_at_once(world: World) {
        let (sophia, amy) = (world.sophia().await, world.cast.amy);
        let token = signed_in(&world, "amy", PASSWORD).await;
        let wanted = Roles::NONE.with(Role::SystemAdministrator);
        world.identity.write(&sophia, async |op| accounts::set_roles(op, amy, None, wanted).await).await.unwrap();
        assert!(resumed(&world, &token).await.unwrap().actor().has(Role::SystemAdministrator), "at the next request");
        assert_eq!(entries(&world, amy, "role_granted").await, 1);
        assert!(sent(&world, "sophia@example.com", "security_alert").await >= 1, "P2, G11");
    }

    async fn t33_deleting_leaves_nothing_but_the_name_in_the_log(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        choose(&world, "mail_account_deleted").await;
        let token = signed_in(&world, "amy", PASSWORD).await;
        world.identity.write(&uma, async |op| accounts::delete(op, amy).await).await.unwrap();
        assert!(matches!(world.find(amy).await, Err(Error::NotFound)));
        assert!(resumed(&world, &token).await.is_none());
        assert_eq!(entries(&world, amy, "account_deleted").await, 1);
        assert_eq!(sent(&world, "amy@example.com", "account_deleted").await, 1, "M11");
        let again = world.identity.write(&uma, async |op| accounts::delete(op, amy).await).await;
        assert_eq!(again.unwrap_err().code(), "not_found");
    }
}
