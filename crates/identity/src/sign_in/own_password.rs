//! Asking whoever is signed in for the password once more.

use base::{Secret, Timestamp};

use super::Resumed;
use crate::access::{Permission, Target};
use crate::credentials::{self, Verdict};
use crate::events::Event;
use crate::throttle::{self, Subject};
use crate::{Caller, Error, Identity, Operation, Result, accounts, settings};

/// Proof that the person at the screen knew the password a moment ago.
pub(super) struct Known {
    subject: Subject,
    /// What the password was.
    fingerprint: Option<Vec<u8>>,
    /// When the password was set that they knew.
    pub(super) set_at: Option<Timestamp>,
}

impl Known {
    /// Notes the success; to be called in the transaction of what was asked for.
    ///
    /// Errors: `Stale` when the password was changed meanwhile; `NotFound` when the account is gone.
    pub(super) async fn settle(&self, op: &mut Operation<'_>, resumed: &Resumed) -> Result<()> {
        // Of two at once, the second sees what the first has set.
        accounts::hold(op, resumed.account.id).await?.ok_or(Error::NotFound)?;
        if credentials::fingerprint(op, resumed.account.id).await? != self.fingerprint {
            return Err(Error::Stale);
        }
        throttle::succeeded(op, &self.subject).await
    }
}

/// Verifies the password of the signed-in person. A wrong one is counted and remembered.
///
/// Errors: `Invalid` (`field`, `WRONG`) for a wrong password; `Throttled` after too many of them; `Unavailable`.
pub(super) async fn ask(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    field: &str,
    password: Secret,
) -> Result<Known> {
    let subject = Subject::Name(format!("session of {}", resumed.account.id));
    let (stored, fingerprint, blocked, word) = identity
        .read(caller, async |op| {
            let blocked = throttle::blocked_until(op, &subject).await?.map(|until| until.since(op.now));
            let word = settings::load(op).await?.word_for_password;
            let fingerprint = credentials::fingerprint(op, resumed.account.id).await?;
            Ok((credentials::find_password(op, resumed.account.id).await?, fingerprint, blocked, word))
        })
        .await?;
    if let Some(retry_after) = blocked {
        return Err(Error::Throttled { retry_after });
    }
    let set_at = stored.as_ref().map(|stored| stored.set_at);
    if identity.hasher().verify(password, stored.map(|stored| stored.hash)).await? != Verdict::Wrong {
        return Ok(Known { subject, fingerprint, set_at });
    }
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::SignIn, Target::Organization)?;
            let settings = settings::load(op).await?;
            throttle::failed(op, &subject, &settings).await?;
            let account = Some(resumed.account.reference());
            op.record(permit, Event::SignInRefused { account, reason: "wrong_password_again" });
            Ok(())
        })
        .await?;
    Err(Error::invalid(field, "WRONG", format!("This is not your {}.", word.inside())))
}
