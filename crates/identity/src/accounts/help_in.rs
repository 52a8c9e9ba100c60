//! What is sent to somebody who proved the password and is kept out all the same: by itself, and when they ask for it.

use std::time::Duration;

use base::AccountId;

use super::dispatch::dispatch;
use super::recover::send_change_link;
use super::{Account, find, ways};
use crate::access::{Permit, Role};
use crate::events::Event;
use crate::one_time_links::{self, Bond, Purpose, Standing, Way};
use crate::{Error, Operation, Result, settings, throttle};

/// Whoever tries again and again must not fill their own mailbox, nor end the link that they look for there.
const MAILED_EVERY: Duration = Duration::from_hours(1);
/// Whoever presses a button twice means it once.
const PRESSED_TWICE: Duration = Duration::from_mins(1);

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
    let mut way = Way::EmailLink;
    if let Need::Link(purpose) = need {
        let before = one_time_links::latest(op, account.id, purpose).await?;
        if before.as_ref().is_some_and(|before| before.standing(op.now) == Standing::Open) {
            return Ok(());
        }
        way = way_of_another(purpose, before.as_ref());
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

/// How what is sent once more goes: as what was sent before.
fn way_of_another(purpose: Purpose, before: Option<&Bond>) -> Way {
    let usual = if purpose == Purpose::VerifyMobile { Way::SmsCode } else { Way::EmailLink };
    before.map(|before| before.way).filter(|way| *way != Way::HandOver).unwrap_or(usual)
}

/// What was sent once more, because its recipient asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAgain {
    /// By which way.
    pub way: Way,
    /// The address, or the last digits of the number.
    pub to: String,
}

/// Whether what `purpose` is for could be sent to the owner of `account` at all.
///
/// Errors: `Unavailable`.
pub(crate) async fn can_be_sent_again(op: &mut Operation<'_>, account: &Account, purpose: Purpose) -> Result<bool> {
    let before = one_time_links::latest(op, account.id, purpose).await?;
    let settings = settings::load(op).await?;
    Ok(ways::check(account, &settings, purpose, way_of_another(purpose, before.as_ref())).is_ok())
}

/// Sends once more what `purpose` is for, to the owner of the account, who proved the password and asked for it; what was
/// sent before works no more. Whoever asks twice within a minute gets one message. The caller has checked the right.
///
/// Errors: `NotFound` when the account waits for nothing of the kind; `Invalid` `NO_WAY` when it can't be sent;
/// `Throttled` when it was sent too often within an hour.
pub(crate) async fn send_again(
    op: &mut Operation<'_>,
    permit: Permit,
    id: AccountId,
    purpose: Purpose,
) -> Result<SentAgain> {
    let account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    if !account.state.pending().contains(&purpose) {
        return Err(Error::NotFound);
    }
    let before = one_time_links::latest(op, id, purpose).await?;
    let way = way_of_another(purpose, before.as_ref());
    let to = if way == Way::SmsCode { account.mobile.as_deref().map(ways::masked) } else { account.email.clone() };
    let answer = SentAgain { way, to: to.unwrap_or_default() };
    if throttle::is_first_within(op, &format!("sent again to {id} {purpose:?}"), PRESSED_TWICE).await? {
        let about = account.reference();
        dispatch(op, account, purpose, way, true).await?;
        op.record(permit, Event::LinkSent { account: about, purpose: purpose.code(), way: way.code() });
    }
    Ok(answer)
}
