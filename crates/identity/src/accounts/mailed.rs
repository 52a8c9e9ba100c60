//! The messages that were sent about somebody's account, for administrators.

use base::{AccountId, MessageId};

use super::{Account, find};
use crate::access::Permission;
use crate::messages::{Listed, Unsent};
use crate::{Operation, Result, messages};

/// The latest messages about an account, at most `most`.
///
/// Errors: `NotFound`; `Denied` without `ViewAccountHistory`.
pub async fn messages_of(op: &mut Operation<'_>, id: AccountId, most: u64) -> Result<Vec<Listed>> {
    let account = find::load(op, id).await?;
    let _ = op.allow(Permission::ViewAccountHistory, account.target())?;
    messages::of_account(op, id, most).await
}

/// How many messages about an account did not leave; for a page that shows no more of them.
///
/// Errors: `NotFound`; `Denied` without `ViewAccounts`.
pub async fn unsent_messages_of(op: &mut Operation<'_>, id: AccountId) -> Result<Unsent> {
    find::find(op, id).await?;
    messages::unsent_of(op, id).await
}

/// Tries a message about an account again at once that waits or was given up; answers whether it could. What is on its
/// way to an address that the account has no more is not: somebody else may read it there.
///
/// Errors: `NotFound`; `Denied` without `RetryMessage`.
pub async fn retry_message_of(op: &mut Operation<'_>, id: AccountId, message: MessageId) -> Result<bool> {
    let account = find::load(op, id).await?;
    let permit = op.allow(Permission::RetryMessage, account.target())?;
    let found = messages::one_of_account(op, id, message).await?;
    if !account.may_get(&found) {
        return Ok(false);
    }
    messages::try_again(op, permit, &found).await
}

impl Account {
    /// Whether a message goes where its owner is reached today.
    pub fn may_get(&self, message: &Listed) -> bool {
        message.goes_to(self.email.as_deref(), self.mobile.as_deref())
    }
}
