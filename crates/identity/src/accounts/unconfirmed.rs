//! Deleting registrations that nobody confirmed in time, so that their names are free again (ES-166).

use std::time::Duration;

use base::AccountId;

use super::bulk::{hold_many, remove};
use super::rows;
use super::status::Lifecycle;
use super::summary::tally;
use crate::access::{Actor, Permission};
use crate::events::Event;
use crate::{Door, Identity, Operation, Result, settings};

/// As many are deleted in one transaction.
const BATCH: u32 = 100;
/// So many transactions at most; what is left comes at the next time.
const MOST_BATCHES: u32 = 200;

/// Deletes registrations that were not confirmed for as many days as the organization waits. Answers how many.
///
/// Errors: `Unavailable`.
pub(crate) async fn purge_unconfirmed(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let mut all = 0;
    for _ in 0..MOST_BATCHES {
        let due = identity.read(&server, async |op| due(op).await).await?;
        if due.is_empty() {
            break;
        }
        let done = identity.housekeeping(&server, async |op| purge(op, &due).await).await?;
        all += done;
        if done == 0 {
            break;
        }
    }
    Ok(all)
}

/// The oldest registrations that waited long enough.
async fn due(op: &mut Operation<'_>) -> Result<Vec<AccountId>> {
    let days = settings::load(op).await?.registration_purge_days;
    if days == 0 {
        return Ok(Vec::new());
    }
    let (organization, until) = (op.organization(), op.now.minus(Duration::from_hours(24 * u64::from(days))));
    rows::unconfirmed_since(&mut op.tx, organization, until, BATCH).await
}

async fn purge(op: &mut Operation<'_>, due: &[AccountId]) -> Result<u64> {
    let mut done = 0;
    for (id, account) in hold_many(op, due).await? {
        // It may have been confirmed since it was found.
        let Some(account) = account.filter(|account| account.state.lifecycle == Lifecycle::PendingActivation) else {
            continue;
        };
        let permit = op.allow(Permission::DeleteAccount, account.target())?;
        remove(op, &[id]).await?;
        tally(op, &account.state, -1);
        op.record(permit, Event::RegistrationPurged { account: account.reference() });
        done += 1;
    }
    Ok(done)
}
