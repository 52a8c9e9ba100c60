//! Entering the password again for a sensitive change.

use base::Secret;

use super::{Resumed, own_password};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Caller, Identity, Result, sessions};

/// Verifies the password of the signed-in person and gives the session a new token.
///
/// Errors: `Invalid` (`password`, `WRONG`) for a wrong password; `Throttled` after too many of them; `Stale` when it was
/// changed meanwhile; `Unavailable`.
pub async fn reauthenticate(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    password: Secret,
) -> Result<Secret> {
    let known = own_password::ask(identity, caller, resumed, "password", password).await?;
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::SignIn, Target::Organization)?;
            known.settle(op, resumed).await?;
            let token = sessions::renew(op, resumed.session.id).await?;
            op.record(permit, Event::Reauthenticated { account: resumed.account.reference() });
            Ok(token)
        })
        .await
}
