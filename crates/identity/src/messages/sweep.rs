//! Forgetting what the outbox need not keep.

use std::time::Duration;

use super::outbox::rows;
use crate::{Identity, Operation, Result};

/// Which message went to whom, and what came of it, is told this long.
const KEEP: Duration = Duration::from_hours(30 * 24);
/// As many messages are ended, and as many removed, in one transaction.
const BATCH: i64 = 500;
/// So many transactions at most; what is left comes at the next time.
const MOST_BATCHES: u32 = 400;

/// Ends messages that nobody needs any more, and removes those that ended long ago; answers how many.
///
/// Errors: `Unavailable`.
pub(crate) async fn sweep(identity: &Identity) -> Result<u64> {
    identity.housekeeping_in_batches(MOST_BATCHES, async |op| one_batch(op).await).await
}

async fn one_batch(op: &mut Operation<'_>) -> Result<u64> {
    let now = op.now;
    Ok(rows::expire(&mut op.tx, now, BATCH).await?
        + rows::forget(&mut op.tx, now, BATCH).await?
        + rows::sweep(&mut op.tx, now.minus(KEEP), BATCH).await?)
}
