//! Entering the password again for a sensitive change.

use base::Secret;

use super::Resumed;
use crate::access::{Permission, Target};
use crate::credentials::{self, Verdict};
use crate::events::Event;
use crate::throttle::{self, Subject};
use crate::{Caller, Error, Identity, Result, sessions, settings};

/// Verifies the password of the signed-in person and gives the session a new token.
///
/// Errors: `Invalid` (`password`, `WRONG`) for a wrong password; `Throttled` after too many of them; `Unavailable`.
pub async fn reauthenticate(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    password: Secret,
) -> Result<Secret> {
    let subject = Subject::Name(format!("session of {}", resumed.account.id));
    let (stored, blocked, word) = identity
        .read(caller, async |op| {
            let blocked = throttle::blocked_until(op, &subject).await?.map(|until| until.since(op.now));
            let word = settings::load(op).await?.word_for_password;
            Ok((credentials::find_password(op, resumed.account.id).await?, blocked, word))
        })
        .await?;
    if let Some(retry_after) = blocked {
        return Err(Error::Throttled { retry_after });
    }
    let right = identity.hasher().verify(password, stored.map(|stored| stored.hash)).await? != Verdict::Wrong;
    let token = identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::SignIn, Target::Organization)?;
            let account = Some(resumed.account.reference());
            if !right {
                let settings = settings::load(op).await?;
                throttle::failed(op, &subject, &settings).await?;
                op.record(permit, Event::SignInRefused { account, reason: "wrong_password_again" });
                return Ok(None);
            }
            throttle::succeeded(op, &subject).await?;
            let token = sessions::renew(op, resumed.session.id).await?;
            op.record(permit, Event::Reauthenticated { account: resumed.account.reference() });
            Ok(Some(token))
        })
        .await?;
    token.ok_or_else(|| Error::invalid("password", "WRONG", format!("This is not your {}.", word.inside())))
}
