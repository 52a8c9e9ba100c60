//! Acting for somebody who isn't at the screen: work that they started goes on without their session.

use std::sync::Arc;

use base::AccountId;

use super::gates::{Gate, must_change_password};
use crate::access::{Actor, Person};
use crate::accounts::Requirements;
use crate::{Caller, Door, Error, Identity, Operation, Result, accounts, settings};

/// The caller that `account` is at this moment, with the roles it holds now; `None` when it could not sign in.
///
/// Errors: `Unavailable`.
pub(crate) async fn on_behalf(identity: &Identity, account: AccountId, door: Door) -> Result<Option<Caller>> {
    let server = identity.caller(Actor::System, Door::Worker);
    let found = identity.read(&server, async |op| standing(op, account).await).await?;
    Ok(found.map(|person| identity.caller(Actor::Person(Arc::new(person)), door)))
}

async fn standing(op: &mut Operation<'_>, id: AccountId) -> Result<Option<Person>> {
    let account = match accounts::load(op, id).await {
        Ok(account) => account,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    // Failed attempts by others must not stop the work of somebody authentic.
    let requires = Requirements::of(&settings::load(op).await?, account.roles);
    let is_shut = Gate::shut(&account.state, requires, op.now).is_some_and(|gate| gate != Gate::LockedByFailures);
    if is_shut || must_change_password(&account.state) {
        return Ok(None);
    }
    Ok(Some(Person {
        account: account.id,
        username: account.username.clone(),
        name: account.display_name(),
        roles: account.roles,
        session: op.new_id(),
        authenticated_at: op.now,
    }))
}
