//! The first super administrator: by a link that is printed once at the start, or by the command line.

use std::time::Duration;

use base::{AccountId, Secret};

use crate::access::{Actor, Permission, Role, Target};
use crate::accounts::{self, Account, NewAccount, Origin, TypedPassword};
use crate::events::Event;
use crate::one_time_links::{self, Purpose};
use crate::sessions::{self, Opened};
use crate::{Caller, Error, Identity, Operation, Result, organizations};

/// How long a printed link works; a restart prints another.
const LINK_VALIDITY: Duration = Duration::from_hours(24);

/// Makes a link to set the server up, and ends older ones; `None` when there was a super administrator ever.
///
/// Errors: `Denied` for anyone but the server and whoever commands it.
pub async fn issue_link(op: &mut Operation<'_>) -> Result<Option<Secret>> {
    let permit = op.allow(Permission::ManageDatabase, Target::Organization)?;
    if organizations::is_set_up(op).await? {
        return Ok(None);
    }
    let token = one_time_links::issue(op, Purpose::SetUp, None, LINK_VALIDITY).await?;
    op.record(permit, Event::SetUpLinkIssued);
    Ok(Some(token))
}

/// Whether a link would work now, without using it.
///
/// Errors: `Unavailable`.
pub async fn is_link_valid(op: &mut Operation<'_>, token: &Secret) -> Result<bool> {
    Ok(!organizations::is_set_up(op).await? && one_time_links::is_valid(op, Purpose::SetUp, token).await?)
}

/// Uses the link up: makes its holder the first super administrator and signs them in.
///
/// Errors: `NotFound` for a link that doesn't work; `Invalid` with every field that breaks a rule.
pub async fn complete(
    identity: &Identity,
    caller: &Caller,
    token: &Secret,
    new: NewAccount,
    typed: TypedPassword,
    user_agent: Option<&str>,
) -> Result<Opened> {
    if !identity.read(caller, async |op| is_link_valid(op, token).await).await? {
        return Err(Error::NotFound);
    }
    // The link is the right: from here on the server acts for its holder.
    let server = Caller { actor: Actor::System, ..caller.clone() };
    let new = NewAccount { origin: Origin::SetUp, enabled: true, email_verified: false, complete: true, ..new };
    let new =
        accounts::with_hashed_password(identity, &server, new, TypedPassword { temporary: false, ..typed }).await?;
    identity
        .write(&server, async |op| {
            if organizations::is_set_up(op).await? {
                return Err(Error::NotFound);
            }
            one_time_links::redeem(op, Purpose::SetUp, token).await?;
            let account = appoint(op, new).await?;
            sessions::open(op, account, user_agent).await
        })
        .await
}

/// Makes a super administrator, for whoever commands the machine; the set-up link is closed by it.
///
/// Errors: `Denied` without `GrantSuperAdministrator`; `Invalid` with every field that breaks a rule.
pub async fn create_super_administrator(
    identity: &Identity,
    caller: &Caller,
    new: NewAccount,
    typed: TypedPassword,
) -> Result<Account> {
    let new = accounts::with_hashed_password(identity, caller, new, typed).await?;
    identity
        .write(caller, async |op| {
            let id = appoint(op, new).await?;
            accounts::find(op, id).await
        })
        .await
}

async fn appoint(op: &mut Operation<'_>, new: NewAccount) -> Result<AccountId> {
    let account = accounts::create(op, new).await?;
    let account = accounts::grant_role(op, account.id, Role::SuperAdministrator).await?;
    if !organizations::is_set_up(op).await? {
        let permit = op.allow(Permission::SetUp, Target::Organization)?;
        organizations::mark_set_up(op).await?;
        op.record(permit, Event::SetUp { account: account.reference() });
    }
    Ok(account.id)
}
