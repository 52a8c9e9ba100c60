//! Deleting one account.

use base::AccountId;

use super::bulk::{Outcome, delete_some};
use crate::{Error, Operation, Result};

/// Deletes an account for ever: its sessions, credentials and links go with it, its name is free again, the audit
/// log remembers it.
///
/// Errors: `NotFound`; `Denied` without `DeleteAccount`, for one's own account, or for the last usable super
/// administrator.
pub async fn delete(op: &mut Operation<'_>, id: AccountId) -> Result<()> {
    let (_, outcome) = delete_some(op, &[id], false).await?.pop().expect("an outcome for each account");
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::Denied(denial) => Err(Error::Denied(denial)),
        Outcome::Gone
        | Outcome::Unchanged
        | Outcome::Pending
        | Outcome::Disabled
        | Outcome::NotWaiting
        | Outcome::NotReached => Err(Error::NotFound),
    }
}
