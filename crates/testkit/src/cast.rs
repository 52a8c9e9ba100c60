//! The people of every test, with fixed roles.

use std::sync::Arc;

use base::AccountId;
use identity::access::{Actor, Person, Role};
use identity::accounts::{Account, NewAccount, NewPassword, Origin, TypedPassword};
use identity::{Caller, Door, Identity, accounts, setup};

/// The password of everyone in the cast.
pub const PASSWORD: &str = "plum tunnel orchid lantern 47";

/// The people of every test.
pub struct Cast {
    /// Super administrator.
    pub sophia: AccountId,
    /// User administrator.
    pub uma: AccountId,
    /// SSO administrator.
    pub sam: AccountId,
    /// System administrator.
    pub sylvia: AccountId,
    /// An ordinary user.
    pub amy: AccountId,
}

impl Cast {
    pub(crate) async fn assemble(identity: &Identity) -> Self {
        let operator = identity.caller(Actor::Operator, Door::CommandLine);
        let sophia = setup::create_super_administrator(identity, &operator, person("Sophia", "Super"), typed())
            .await
            .expect("the super administrator joins");
        let mut joined = Vec::new();
        for (first, last, role) in [
            ("Uma", "User", Some(Role::UserAdministrator)),
            ("Sam", "Sso", Some(Role::SsoAdministrator)),
            ("Sylvia", "System", Some(Role::SystemAdministrator)),
            ("Amy", "Adams", None),
        ] {
            joined.push(join(identity, person(first, last), role).await);
        }
        Cast { sophia: sophia.id, uma: joined[0], sam: joined[1], sylvia: joined[2], amy: joined[3] }
    }
}

/// Makes somebody who signs in with [`PASSWORD`].
pub(crate) async fn join(identity: &Identity, new: NewAccount, role: Option<Role>) -> AccountId {
    let operator = identity.caller(Actor::Operator, Door::CommandLine);
    let made = accounts::create_with_password(identity, &operator, new, typed()).await;
    let account = made.expect("somebody joins");
    if let Some(role) = role {
        let granted = identity.write(&operator, async |op| accounts::grant_role(op, account.id, role).await).await;
        granted.expect("somebody gets a role");
    }
    account.id
}

fn typed() -> TypedPassword {
    TypedPassword { password: base::Secret::new(PASSWORD), repeated: base::Secret::new(PASSWORD), temporary: false }
}

/// A person without a password: `Amy Adams` is `amy`, `amy@example.com`.
pub(crate) fn person(first: &str, last: &str) -> NewAccount {
    let username = first.to_lowercase();
    NewAccount {
        email: format!("{username}@example.com"),
        username,
        first_name: first.into(),
        last_name: last.into(),
        password: NewPassword::None,
        origin: Origin::CommandLine,
        ..NewAccount::default()
    }
}

/// The caller that `account` is after signing in just now.
pub(crate) fn caller_for(identity: &Identity, account: &Account) -> Caller {
    let now = identity.clock().now();
    let person = Person {
        account: account.id,
        username: account.username.clone(),
        name: account.display_name(),
        roles: account.roles,
        session: identity.random().id(now),
        authenticated_at: now,
    };
    identity.caller(Actor::Person(Arc::new(person)), Door::Console)
}
