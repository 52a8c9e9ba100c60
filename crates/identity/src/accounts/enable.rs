//! Switching one account on or off.

use base::AccountId;

use super::bulk::{Outcome, Switch, switch};
use super::{Account, find};
use crate::{Error, Operation, Result};

/// Lets a disabled account in again. Locks and a pending reset stay. Enabling twice changes nothing.
///
/// Errors: `NotFound`; `Denied` without `EnableAccount`; `Conflict` `pending` while the account is not active.
pub async fn enable(op: &mut Operation<'_>, id: AccountId) -> Result<Account> {
    one(op, id, &Switch::Enable { bulk: false }).await
}

/// Disables an account: nobody can sign in to it until it is enabled again.
/// Its sessions end, and with them every token, and its one-time links. Disabling twice changes nothing.
///
/// Errors: `NotFound`; `Denied` without `DisableAccount`, for one's own account, or for the last usable super
/// administrator; `Conflict` `pending` while the account is not active, `account_disabling_off` when the
/// organization doesn't disable accounts.
pub async fn disable(op: &mut Operation<'_>, id: AccountId, note: Option<&str>) -> Result<Account> {
    one(op, id, &Switch::Disable { bulk: false, note: note.map(str::to_owned) }).await
}

async fn one(op: &mut Operation<'_>, id: AccountId, how: &Switch) -> Result<Account> {
    let (_, outcome) = switch(op, &[id], how).await?.pop().expect("an outcome for each account");
    match outcome {
        Outcome::Done | Outcome::Unchanged => find::load(op, id).await,
        Outcome::Gone | Outcome::Disabled | Outcome::NotWaiting | Outcome::NotReached => Err(Error::NotFound),
        Outcome::Denied(denial) => Err(Error::Denied(denial)),
        Outcome::Pending => {
            Err(Error::conflict("pending", "This registration waits for a decision; approve or activate it instead."))
        }
    }
}
