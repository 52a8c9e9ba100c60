//! Changing who is in a group for very many accounts: batch after batch, each its own transaction, so that others get
//! their turn.

use base::{AccountId, GroupId};

use super::change::change;
use crate::accounts::{BulkReport, Outcome};
use crate::{Caller, Identity, Result};

/// Accounts in one transaction.
const BATCH: usize = 500;

/// What is done to each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipVerb {
    /// Puts it into the group.
    Add,
    /// Takes it out.
    Remove,
}

/// Puts each of `ids` into a group, or takes it out. What a batch has done stays done when a later one fails; the
/// accounts that were not come to are [`Outcome::NotReached`] then.
///
/// Errors: those of [`super::add_members`] for the first batch.
pub async fn in_batches(
    identity: &Identity,
    caller: &Caller,
    group: GroupId,
    ids: &[AccountId],
    verb: MembershipVerb,
) -> Result<BulkReport> {
    let mut report = BulkReport::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        match identity.write(caller, async |op| change(op, group, batch, verb).await).await {
            Ok(mut outcomes) => report.append(&mut outcomes),
            Err(error) if report.is_empty() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, done = report.len(), "a change of many members stopped half-way");
                let reached = report.len();
                report.extend(ids.iter().skip(reached).map(|id| (*id, Outcome::NotReached)));
                break;
            }
        }
        tokio::task::yield_now().await;
    }
    Ok(report)
}
