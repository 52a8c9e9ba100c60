//! The user administrator in whose name things are measured that a person starts.

use std::sync::Arc;

use anyhow::Result;
use base::Secret;
use identity::access::{Actor, Person, Role};
use identity::accounts::{self, Account, NewAccount, TypedPassword};
use identity::{Caller, Door};

use crate::Bench;

pub(crate) const USERNAME: &str = "bench-admin";
pub(crate) const PASSWORD: &str = "plum tunnel orchid lantern 47";

/// The administrator, made when it is not there yet.
pub(crate) async fn appointed(bench: &Bench) -> Result<Account> {
    let (identity, caller) = (&bench.identity, &bench.caller);
    let find = async |op: &mut identity::Operation<'_>| accounts::find_by_username(op, USERNAME).await;
    if let Ok(account) = identity.read(caller, find).await {
        return Ok(account);
    }
    let typed = TypedPassword { password: Secret::new(PASSWORD), repeated: Secret::new(PASSWORD), temporary: false };
    let new = NewAccount {
        username: USERNAME.into(),
        first_name: "Bench".into(),
        last_name: "Admin".into(),
        email: "bench-admin@example.com".into(),
        ..NewAccount::default()
    };
    let account = accounts::create_with_password(identity, caller, new, typed).await?;
    let grant =
        async |op: &mut identity::Operation<'_>| accounts::grant_role(op, account.id, Role::UserAdministrator).await;
    Ok(identity.write(caller, grant).await?)
}

/// The administrator, signed in just now.
pub(crate) async fn signed_in(bench: &Bench) -> Result<Caller> {
    let account = appointed(bench).await?;
    let now = bench.identity.clock().now();
    let person = Person {
        account: account.id,
        username: account.username.clone(),
        name: account.display_name(),
        roles: account.roles,
        session: bench.identity.random().id(now),
        authenticated_at: now,
    };
    Ok(bench.identity.caller(Actor::Person(Arc::new(person)), Door::Console))
}
