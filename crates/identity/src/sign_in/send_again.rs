//! Sending once more what stands between a right password and a session, to whoever proved the password a moment ago.

use std::time::Duration;

use base::Secret;

use super::gates::Gate;
use crate::access::{Permission, Target};
use crate::accounts::{self, Account, Requirements, SentAgain};
use crate::one_time_links::{self, Purpose};
use crate::{Error, Operation, Result, settings};

/// How long the password need not be proved again.
const VALIDITY: Duration = Duration::from_mins(15);

/// What proves to [`send_again`] that the password was right; `None` when nothing could be sent.
pub(super) async fn offer(op: &mut Operation<'_>, account: &Account, gate: Gate) -> Result<Option<Secret>> {
    let Some(purpose) = gate.sent_again() else { return Ok(None) };
    if !accounts::can_be_sent_again(op, account, purpose).await? {
        return Ok(None);
    }
    one_time_links::issue(op, Purpose::SendAgain, Some(account.id), VALIDITY).await.map(Some)
}

/// Sends once more what keeps the account out that `proof` was given for, as it stands now (T7). Whoever has the proof
/// knows the password, and may be told where it goes.
///
/// Errors: `NotFound` when the proof is too old, was replaced, or nothing stands in the way that could be sent;
/// `Throttled` when it was sent too often within an hour; `Invalid` `NO_WAY` when it can't be sent any more.
pub async fn send_again(op: &mut Operation<'_>, proof: &Secret) -> Result<SentAgain> {
    let permit = op.allow(Permission::UseLink, Target::Organization)?;
    let id = one_time_links::account_of(op, Purpose::SendAgain, proof).await?;
    let account = accounts::load(op, id).await?;
    let requires = Requirements::of(&settings::load(op).await?, account.roles);
    let gate = Gate::shut(&account.state, requires, op.now);
    let purpose = gate.and_then(Gate::sent_again).ok_or(Error::NotFound)?;
    accounts::send_again(op, permit, id, purpose).await
}
