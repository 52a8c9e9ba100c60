//! Messages that are a courtesy: what they tell of happens whether or not its owner can be reached.

use base::AccountId;

use crate::messages::{self, Template, Values};
use crate::{Error, Operation, Result};

/// Queues a message to the owner of an account; who has no address is not told.
///
/// Errors: `NotFound`; `Unavailable`.
pub(crate) async fn tell(op: &mut Operation<'_>, template: Template, account: AccountId, values: Values) -> Result<()> {
    match messages::queue(op, template, account, values).await {
        Err(Error::Invalid(problems)) if problems.iter().all(|problem| problem.code == "NO_ADDRESS") => Ok(()),
        other => other,
    }
}
