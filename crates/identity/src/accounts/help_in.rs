//! What is mailed to somebody who proved the password and is kept out all the same.

use std::time::Duration;

use super::Account;
use super::dispatch::dispatch;
use super::recover::send_change_link;
use crate::access::Role;
use crate::one_time_links::{self, Purpose, Standing, Way};
use crate::{Error, Operation, Result, throttle};

/// Whoever tries again and again must not fill their own mailbox, nor end the link that they look for there.
const MAILED_EVERY: Duration = Duration::from_hours(1);

/// What the owner of an account needs to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The link or code that `purpose` is for.
    Link(Purpose),
    /// A link that makes an account usable again that nobody signed in to for too long: it gives it another password.
    Reactivation,
}

/// Mails the owner of `account` what they need, at most once an hour. As long as what was sent before works, it is left
/// alone: an administrator may have had a reason to send a code, or not to send it by mail. Whoever can't be reached, or
/// shall not be by mail, is not told.
///
/// Errors: `Unavailable`, `Internal`.
pub(crate) async fn help_in(op: &mut Operation<'_>, account: &Account, need: Need) -> Result<()> {
    let mut way = if need == Need::Link(Purpose::VerifyMobile) { Way::SmsCode } else { Way::EmailLink };
    if let Need::Link(purpose) = need
        && let Some(before) = one_time_links::latest(op, account.id, purpose).await?
    {
        if before.standing(op.now) == Standing::Open {
            return Ok(());
        }
        if before.way != Way::HandOver {
            way = before.way;
        }
    }
    if !throttle::is_first_within(op, &format!("helped in {} {need:?}", account.id), MAILED_EVERY).await? {
        return Ok(());
    }
    let sent = match need {
        Need::Link(purpose) => dispatch(op, account.clone(), purpose, way, true).await.map(drop),
        // Nothing that opens the highest account is mailed (G7).
        Need::Reactivation if account.email.is_none() || account.roles.has(Role::SuperAdministrator) => Ok(()),
        // Choosing another password ends the lock (T25).
        Need::Reactivation => send_change_link(op, account).await,
    };
    match sent {
        // Nothing was written by then. There is no way to mail it, or too much was mailed already: an administrator helps.
        Err(Error::Throttled { .. } | Error::Invalid(_) | Error::Conflict { .. }) => Ok(()),
        other => other,
    }
}
