//! Administrator roles: who gives them, to whom, and what stays true.

use std::time::Duration;

use base::AccountId;
use identity::access::{Denial, Role, Roles};
use identity::accounts::{self, Account, PageRequest};
use identity::{Caller, Error, Result, audit};
use testkit::{World, on_each_database};

async fn set(world: &World, caller: &Caller, id: AccountId, wanted: Roles) -> Result<Account> {
    world.identity.write(caller, async |op| accounts::set_roles(op, id, None, wanted).await).await
}

async fn change_super(world: &World, caller: &Caller, id: AccountId, grants: bool) -> Result<Account> {
    let role = Role::SuperAdministrator;
    let change = async |op: &mut identity::Operation<'_>| {
        if grants { accounts::grant_role(op, id, role).await } else { accounts::revoke_role(op, id, role).await }
    };
    world.identity.write(caller, change).await
}

async fn administrators(world: &World, caller: &Caller) -> Result<Vec<String>> {
    let identity = &world.identity;
    let list = async |op: &mut identity::Operation<'_>| {
        accounts::administrators(op, identity.anchors(), 500, PageRequest::default()).await
    };
    let page = identity.read(caller, list).await?;
    Ok(page.accounts.into_iter().map(|account| account.username).collect())
}

/// How often a role was given to or taken from an account.
async fn role_events(world: &World, id: AccountId) -> usize {
    let read = async |op: &mut identity::Operation<'_>| audit::history(op, id, true, None, 500).await;
    let entries = world.identity.read(&world.operator(), read).await.unwrap();
    entries.iter().filter(|entry| entry.event.starts_with("role_")).count()
}

fn denial<T: std::fmt::Debug>(answer: Result<T>) -> Denial {
    match answer {
        Err(Error::Denied(denial)) => denial,
        other => panic!("not denied: {other:?}"),
    }
}

fn one(role: Role) -> Roles {
    Roles::NONE.with(role)
}

on_each_database! {
    async fn es_142_only_a_super_administrator_sees_administrators_and_sets_roles(world: World) {
        let cast = &world.cast;
        for id in [cast.uma, cast.sam, cast.sylvia, cast.amy] {
            let caller = world.caller(id).await;
            let before = world.account(cast.amy).await;
            assert_eq!(denial(set(&world, &caller, cast.amy, one(Role::UserAdministrator)).await), Denial::Role);
            assert_eq!(denial(set(&world, &caller, cast.amy, Roles::NONE).await), Denial::Role, "even to change nothing");
            assert_eq!(denial(change_super(&world, &caller, cast.amy, true).await), Denial::Role);
            assert_eq!(denial(administrators(&world, &caller).await), Denial::Role);
            assert_eq!(world.account(cast.amy).await, before);
        }
        let names = administrators(&world, &world.sophia().await).await.unwrap();
        assert_eq!(names, ["sam", "sophia", "sylvia", "uma"], "by last name: Sso, Super, System, User");
    }

    async fn es_143_the_three_kinds_are_set_in_any_combination_with_an_event_for_each_change(world: World) {
        let (sophia, amy) = (world.sophia().await, world.cast.amy);
        let mut events = 0;
        let mut before = Roles::NONE;
        for subset in 0..8 {
            let chosen = Role::KINDS.into_iter().enumerate().filter(|(index, _)| subset >> index & 1 == 1);
            let wanted: Roles = chosen.map(|(_, role)| role).collect();
            assert_eq!(set(&world, &sophia, amy, wanted).await.unwrap().roles, wanted);
            assert_eq!(world.account(amy).await.roles, wanted);
            events += (wanted.bits() ^ before.bits()).count_ones() as usize;
            assert_eq!(role_events(&world, amy).await, events);
            before = wanted;
        }
        let version = world.account(amy).await.version;
        set(&world, &sophia, amy, before).await.unwrap();
        assert_eq!(world.account(amy).await.version, version, "what is so already is not written again");
    }

    async fn es_147_setting_the_three_kinds_neither_makes_nor_unmakes_a_super_administrator(world: World) {
        let (sophia, amy) = (world.sophia().await, world.cast.amy);
        let everything: Roles = Role::ALL.into_iter().collect();
        let roles = set(&world, &sophia, amy, everything).await.unwrap().roles;
        assert_eq!(roles, everything.without(Role::SuperAdministrator));
        let roles = set(&world, &sophia, world.cast.sophia, Roles::NONE).await.unwrap().roles;
        assert_eq!(roles, one(Role::SuperAdministrator));
    }

    async fn roles_are_not_set_over_what_somebody_else_set_meanwhile(world: World) {
        let (sophia, amy) = (world.sophia().await, world.cast.amy);
        let seen = world.account(amy).await.version;
        set(&world, &sophia, amy, one(Role::SystemAdministrator)).await.unwrap();
        let late = async |op: &mut identity::Operation<'_>| {
            accounts::set_roles(op, amy, Some(seen), one(Role::UserAdministrator)).await
        };
        assert!(matches!(world.identity.write(&sophia, late).await, Err(Error::Stale)));
        assert_eq!(world.account(amy).await.roles, one(Role::SystemAdministrator));
    }

    async fn es_146_only_an_active_account_enabled_or_not_is_given_a_role(world: World) {
        let (sophia, waiting) = (world.sophia().await, world.confirmed("Wanda").await.id);
        for role in Role::ALL {
            let wanted = async |op: &mut identity::Operation<'_>| accounts::grant_role(op, waiting, role).await;
            assert_eq!(world.identity.write(&sophia, wanted).await.unwrap_err().code(), "pending");
        }
        let refused = set(&world, &sophia, waiting, one(Role::SsoAdministrator)).await;
        assert_eq!(refused.unwrap_err().code(), "pending");
        assert!(world.account(waiting).await.roles.is_empty());
        let bob = world.person("Bob", "Ng").await.id;
        world.identity.write(&sophia, async |op| accounts::disable(op, bob, None).await).await.unwrap();
        assert_eq!(set(&world, &sophia, bob, one(Role::SsoAdministrator)).await.unwrap().roles, one(Role::SsoAdministrator));
    }

    async fn es_146_giving_and_taking_ask_for_a_password_entered_lately(world: World) {
        let sophia = world.sophia().await;
        let (amy, uma) = (world.cast.amy, world.cast.uma);
        world.clock.advance(Duration::from_mins(11));
        assert_eq!(denial(set(&world, &sophia, amy, one(Role::UserAdministrator)).await), Denial::StepUpRequired);
        assert_eq!(denial(set(&world, &sophia, uma, Roles::NONE).await), Denial::StepUpRequired);
        assert_eq!(denial(change_super(&world, &sophia, amy, true).await), Denial::StepUpRequired);
        assert_eq!(administrators(&world, &sophia).await.unwrap().len(), 4, "looking needs none");
        set(&world, &world.sophia().await, amy, one(Role::UserAdministrator)).await.unwrap();
    }

    async fn es_146_a_deleted_administrator_leaves_no_role_behind(world: World) {
        let (sophia, uma) = (world.sophia().await, world.cast.uma);
        world.identity.write(&sophia, async |op| accounts::delete(op, uma).await).await.unwrap();
        assert_eq!(administrators(&world, &sophia).await.unwrap(), ["sam", "sophia", "sylvia"]);
        let again = world.join("Uma", "User", None).await;
        assert!(world.account(again).await.roles.is_empty());
    }

    async fn es_147_the_last_super_administrator_who_can_sign_in_is_not_demoted(world: World) {
        let (sophia, me) = (world.sophia().await, world.cast.sophia);
        assert_eq!(denial(change_super(&world, &sophia, me, false).await), Denial::LastSuperAdministrator);
        // Somebody who can't sign in doesn't count.
        let sleeper = world.person("Sleepy", "Super").await.id;
        change_super(&world, &sophia, sleeper, true).await.unwrap();
        assert_eq!(denial(change_super(&world, &sophia, me, false).await), Denial::LastSuperAdministrator);
        change_super(&world, &sophia, sleeper, false).await.unwrap();
        world.join("Second", "Super", Some(Role::SuperAdministrator)).await;
        assert!(!change_super(&world, &sophia, me, false).await.unwrap().roles.has(Role::SuperAdministrator));
    }

    async fn es_147_g2_of_two_super_administrators_who_demote_each_other_at_once_one_is_left(world: World) {
        let first = world.cast.sophia;
        let second = world.join("Second", "Super", Some(Role::SuperAdministrator)).await;
        for _ in 0..5 {
            let mut tasks = Vec::new();
            let callers = [(world.caller(first).await, second), (world.caller(second).await, first)];
            for (caller, whom) in callers {
                let identity = world.identity.clone();
                tasks.push(tokio::spawn(async move {
                    let role = Role::SuperAdministrator;
                    identity.write(&caller, async |op| accounts::revoke_role(op, whom, role).await).await
                }));
            }
            let mut refused = Vec::new();
            for task in tasks {
                refused.extend(task.await.unwrap().err());
            }
            assert!(
                matches!(refused.as_slice(), [Error::Denied(Denial::LastSuperAdministrator)]),
                "one is refused, for this reason: {refused:?}"
            );
            let mut left = 0;
            for id in [first, second] {
                left += usize::from(world.account(id).await.roles.has(Role::SuperAdministrator));
                change_super(&world, &world.operator(), id, true).await.unwrap();
            }
            assert_eq!(left, 1);
        }
    }
}
