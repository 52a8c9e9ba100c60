//! Asking for another address of one's own, with the password.

use base::Secret;

use super::{Resumed, own_password};
use crate::accounts::{self, Account, NewEmail};
use crate::{Caller, Identity, Result};

/// Keeps another address for the signed-in person until it is proved by the link that is mailed there (S3); the present
/// one stays in force, and is told (S5). The answer doesn't tell whether the address is somebody else's.
///
/// Errors: `Invalid` (`current_password` `WRONG`; `REQUIRED_MISSING`, `TOO_LONG`, `BAD_EMAIL`, `EMAIL_REPEAT`,
/// `EMAIL_DOMAIN`, `EMAIL_SAME`); `Throttled` after too many wrong passwords, or links within an hour; `Stale` when the
/// password was changed meanwhile; `Unavailable`.
pub async fn change_email(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    current: Secret,
    wanted: &NewEmail,
) -> Result<Account> {
    let known = own_password::ask(identity, caller, resumed, "current_password", current).await?;
    identity
        .write(caller, async |op| {
            known.settle(op, resumed).await?;
            accounts::request_email_change(op, wanted).await
        })
        .await
}
