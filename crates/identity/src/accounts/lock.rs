//! Locking and unlocking one account.

use base::AccountId;

use super::bulk::Outcome;
use super::lock_many::{LockTerms, lock_some, unlock_some};
use super::{Account, find};
use crate::access::{Permission, Target};
use crate::{Error, Operation, Result};

/// Locks an account: nobody can sign in to it until the lock ends by itself or somebody ends it. Its sessions end, and
/// with them every token, and its one-time links. An account that an administrator has locked stays as it is.
///
/// Errors: `NotFound`; `Denied` without `LockAccount`, for one's own account, or for the last usable super
/// administrator; `Conflict` `pending` while the account is not active, `disabled` when it can't be signed in to
/// anyway; `Invalid` for `terms`.
pub async fn lock(op: &mut Operation<'_>, id: AccountId, terms: &LockTerms) -> Result<Account> {
    // Whoever may not do it at all is told that first.
    let _ = op.allow(Permission::LockAccount, Target::Organization)?;
    let terms = terms.checked(op.now)?;
    let (_, outcome) = lock_some(op, &[id], &terms, false).await?.pop().expect("an outcome for each account");
    after(op, id, outcome).await
}

/// Ends every lock of an account, and forgets the failed attempts at its names. Unlocking twice changes nothing.
///
/// Errors: `NotFound`; `Denied` without `UnlockAccount`, or for one's own account.
pub async fn unlock(op: &mut Operation<'_>, id: AccountId) -> Result<Account> {
    let (_, outcome) = unlock_some(op, &[id], false).await?.pop().expect("an outcome for each account");
    after(op, id, outcome).await
}

async fn after(op: &mut Operation<'_>, id: AccountId, outcome: Outcome) -> Result<Account> {
    match outcome {
        Outcome::Done | Outcome::Unchanged => find::load(op, id).await,
        Outcome::Gone | Outcome::NotWaiting | Outcome::NotReached => Err(Error::NotFound),
        Outcome::Denied(denial) => Err(Error::Denied(denial)),
        Outcome::Pending => {
            Err(Error::conflict("pending", "This registration waits for a decision; nobody can sign in to it yet."))
        }
        Outcome::Disabled => {
            let message = "This account is disabled: nobody can sign in to it. Enable it first, to lock it instead.";
            Err(Error::conflict("disabled", message))
        }
    }
}
