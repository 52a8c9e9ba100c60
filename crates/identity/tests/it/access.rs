//! Who may do what: the whole matrix, compared with a text file that a reviewer can read.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use base::{AccountId, Random, Timestamp};
use identity::access::{Actor, Denial, Permission, Person, Role, Roles, STEP_UP_AGE, Target, decide};

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

fn person(id: AccountId, role: Option<Role>, signed_in: Timestamp) -> Actor {
    Actor::Person(Arc::new(Person {
        account: id,
        username: "someone".into(),
        name: "Someone".into(),
        roles: role.into_iter().collect::<Roles>(),
        session: Random::seeded(9).id(now()),
        authenticated_at: signed_in,
    }))
}

/// `yes`, or the reason why not.
fn cell(actor: &Actor, permission: Permission, target: Target) -> &'static str {
    match decide(actor, permission, target, now()) {
        Ok(_) => "yes",
        Err(Denial::SignInRequired) => "sign-in",
        Err(Denial::Role) => "-",
        Err(Denial::Yourself) => "not-self",
        Err(Denial::Protected | Denial::ProtectedGroup) => "protected",
        Err(Denial::StepUpRequired) => "step-up",
        Err(Denial::LastSuperAdministrator) => "last",
    }
}

fn matrix() -> String {
    let me: AccountId = Random::seeded(1).id(now());
    let other: AccountId = Random::seeded(2).id(now());
    let long_ago = now().minus(STEP_UP_AGE + Duration::from_secs(1));
    let actors = [
        ("stranger", Actor::Anonymous),
        ("user", person(me, None, now())),
        ("sso", person(me, Some(Role::SsoAdministrator), now())),
        ("system", person(me, Some(Role::SystemAdministrator), now())),
        ("people", person(me, Some(Role::UserAdministrator), now())),
        ("super", person(me, Some(Role::SuperAdministrator), now())),
        ("super-old", person(me, Some(Role::SuperAdministrator), long_ago)),
        ("operator", Actor::Operator),
    ];
    let targets = [
        ("organization", Target::Organization),
        ("account", Target::Account { id: other, protected: false }),
        ("administrator", Target::Account { id: other, protected: true }),
        ("oneself", Target::Account { id: me, protected: false }),
        ("oneself, an administrator", Target::Account { id: me, protected: true }),
        ("a group", Target::Group { protected: false }),
        ("a protected group", Target::Group { protected: true }),
    ];
    let mut text = String::from("Who may do what. Made by the test `access::the_matrix_is_as_agreed`.\n");
    for (name, target) in targets {
        write!(text, "\nto {name}\n{:28}", "").unwrap();
        for (actor, _) in &actors {
            write!(text, "{actor:>11}").unwrap();
        }
        for permission in Permission::ALL {
            write!(text, "\n{:28}", permission.code()).unwrap();
            for (_, actor) in &actors {
                write!(text, "{:>11}", cell(actor, *permission, target)).unwrap();
            }
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_matrix_is_as_agreed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/access_matrix.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, matrix()).unwrap();
    }
    let agreed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(matrix(), agreed, "rights have changed; if that is meant, run again with UPDATE_EXPECT=1");
}

#[test]
fn g6_a_user_administrator_can_neither_give_nor_take_a_role() {
    let uma = person(Random::seeded(1).id(now()), Some(Role::UserAdministrator), now());
    for permission in [Permission::GrantRole, Permission::GrantSuperAdministrator] {
        assert_eq!(decide(&uma, permission, Target::Organization, now()).err(), Some(Denial::Role));
    }
}
