//! The account of whoever asks.

use super::status::{Lifecycle, LockReason};
use super::{Account, find};
use crate::access::{Denial, Permission, Permit, Target};
use crate::{Error, Operation, Result};

/// The account of the person who asks, kept from others' changes until the transaction ends, and the permit to change it.
///
/// Errors: `Denied` for anybody but a signed-in person; `NotFound` when the account is gone; `Conflict` `account_shut`.
pub(super) async fn own(op: &mut Operation<'_>) -> Result<(Account, Permit)> {
    let permit = op.allow(Permission::ManageOwnAccount, Target::Organization)?;
    let Some(id) = op.caller.actor.account() else {
        return Err(op.refuse(Permission::ManageOwnAccount, Target::Organization, Denial::SignInRequired));
    };
    let account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    refuse_shut(op, &account)?;
    Ok((account, permit))
}

/// Refuses what an account can't be used for: it is not active, disabled, or locked by an administrator.
///
/// Errors: `Conflict` `account_shut`.
pub(super) fn refuse_shut(op: &Operation<'_>, account: &Account) -> Result<()> {
    let is_locked = account.state.lock(LockReason::Admin, op.now).is_some();
    if account.state.lifecycle == Lifecycle::Active && account.state.enabled && !is_locked {
        return Ok(());
    }
    let message = "This account cannot be used at the moment. Contact an administrator.";
    Err(Error::conflict("account_shut", message))
}
