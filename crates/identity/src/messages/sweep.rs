//! Forgetting what the outbox need not keep.

use std::time::Duration;

use super::outbox::rows;
use crate::{Operation, Result};

/// Which message went to whom, and what came of it, is told this long.
const KEEP: Duration = Duration::from_hours(30 * 24);

/// Ends messages that nobody needs any more, and removes those that ended long ago; answers how many.
pub(crate) async fn sweep(op: &mut Operation<'_>) -> Result<u64> {
    let now = op.now;
    Ok(rows::expire(&mut op.tx, now).await? + rows::sweep(&mut op.tx, now.minus(KEEP)).await?)
}
