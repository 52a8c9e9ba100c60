//! Doing the same to very many accounts: batch after batch, each its own transaction, so that others get their turn.

use base::AccountId;

use super::bulk::{BulkReport, Outcome, ask_to_step_up, delete_many, disable_many, enable_many};
use crate::{Caller, Identity, Result};

/// Accounts in one transaction.
const BATCH: usize = 200;

/// What is done to each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkVerb {
    /// Lets it in again.
    Enable,
    /// Keeps it out.
    Disable,
    /// Deletes it for ever.
    Delete,
}

/// Does `verb` to each of `ids`. What a batch has done stays done when a later one fails; the accounts that were not
/// come to are [`Outcome::NotReached`] then.
///
/// Errors: those of [`enable_many`], [`disable_many`] and [`delete_many`] for the first batch.
pub async fn in_batches(identity: &Identity, caller: &Caller, ids: &[AccountId], verb: BulkVerb) -> Result<BulkReport> {
    if verb == BulkVerb::Delete {
        identity.read(caller, async |op| ask_to_step_up(op, ids.len())).await?;
    }
    let mut report = BulkReport::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let done = identity
            .write(caller, async |op| match verb {
                BulkVerb::Enable => enable_many(op, batch).await,
                BulkVerb::Disable => disable_many(op, batch).await,
                BulkVerb::Delete => delete_many(op, batch).await,
            })
            .await;
        match done {
            Ok(mut outcomes) => report.append(&mut outcomes),
            Err(error) if report.is_empty() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, done = report.len(), "a change of many accounts stopped half-way");
                let reached = report.len();
                report.extend(ids.iter().skip(reached).map(|id| (*id, Outcome::NotReached)));
                break;
            }
        }
        tokio::task::yield_now().await;
    }
    Ok(report)
}
