//! Bringing accounts in step with definitions, batch by batch, while nobody waits.

use base::AccountId;

use super::{Entry, entries_of, rows};
use crate::access::Actor;
use crate::attributes::{self, Attribute, State};
use crate::{Door, Identity, Operation, Result};

/// Accounts in one transaction: others get their turn.
const BATCH: usize = 1_000;

/// Brings accounts in step with changed and deleted attributes: makes and removes the index of their values, removes
/// the values of what was deleted, and last that itself. What was done stays done when the server ends in between.
/// Answers how many accounts were looked at.
///
/// Errors: `Unavailable`.
pub async fn tend_attributes(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let mut looked_at = 0;
    while identity.read(&server, async |op| attributes::is_any_untended(op).await).await? {
        looked_at += identity.housekeeping(&server, async |op| tend_some(op).await).await?;
        tokio::task::yield_now().await;
    }
    Ok(looked_at)
}

/// Deals with the next accounts.
async fn tend_some(op: &mut Operation<'_>) -> Result<u64> {
    // The attribute first, then accounts, as whoever changes an account does.
    let Some((attribute, done_to)) = attributes::hold_untended(op).await? else { return Ok(0) };
    let (organization, limit) = (op.organization(), i64::try_from(BATCH).unwrap_or(i64::MAX));
    let accounts = rows::hold_some(&mut op.tx, organization, done_to, limit).await?;
    let ids: Vec<AccountId> = accounts.iter().map(|(_, id, _)| *id).collect();
    rows::remove(&mut op.tx, attribute.id, &ids).await?;
    if attribute.state == State::Removing {
        for (_, id, values) in &accounts {
            let mut rest = values.clone();
            if rest.remove(&attribute.key) {
                super::super::rows::put_values(&mut op.tx, *id, &rest).await?;
            }
        }
    } else {
        let entries: Vec<Entry> =
            accounts.iter().flat_map(|(_, id, values)| entries_of(&attribute, *id, values)).collect();
        // Doubles that came in the last moment stay, found by both, owned by the first.
        rows::put_all(&mut op.tx, organization, &entries).await?;
    }
    let last = accounts.last().filter(|_| accounts.len() == BATCH).map(|(number, ..)| *number);
    settle(op, &attribute, last).await?;
    Ok(accounts.len() as u64)
}

/// Writes down how far it has come; `None` when that was the last account.
async fn settle(op: &mut Operation<'_>, attribute: &Attribute, last: Option<i64>) -> Result<()> {
    match (last, attribute.state) {
        (Some(last), state) => attributes::put_state(&mut op.tx, attribute.id, state, last).await,
        (None, State::Removing) => attributes::erase(&mut op.tx, attribute.id).await,
        (None, _) => attributes::put_state(&mut op.tx, attribute.id, State::Ready, 0).await,
    }
}
