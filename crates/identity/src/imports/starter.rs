//! Whoever started an import, as they are now.

use base::AccountId;

use crate::access::{Permission, Target, decide};
use crate::{Caller, Door, Error, Identity, Result, sign_in};

/// The caller that the starter of a job is now, when they may still import.
///
/// Errors: `Unavailable`.
pub(crate) async fn starter(identity: &Identity, owner: AccountId) -> Result<Option<Caller>> {
    let caller = sign_in::on_behalf(identity, owner, Door::Console).await?;
    let now = identity.clock().now();
    Ok(caller.filter(|caller| decide(&caller.actor, Permission::ImportAccounts, Target::Organization, now).is_ok()))
}

/// What is said when they may not.
pub(crate) fn not_allowed_any_more() -> Error {
    let message = "Whoever started this may not import users any more. What was done stays.";
    Error::conflict("not_allowed_any_more", message)
}
