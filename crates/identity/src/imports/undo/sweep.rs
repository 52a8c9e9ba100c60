//! Forgetting what can't be taken back any more.

use std::time::Duration;

use super::{UNDO_WITHIN, rows};
use crate::{Operation, Result};

/// An import that has not ended after this time is one that nobody goes on with.
const UNENDED_AFTER: Duration = Duration::from_hours(48);
/// Why something could not be taken back is told this long.
const TELL: Duration = Duration::from_hours(90 * 24);

/// Removes what accounts had before imports that can't be taken back any more; answers how many rows that were.
pub(crate) async fn sweep(op: &mut Operation<'_>) -> Result<u64> {
    let now = op.now;
    rows::close(&mut op.tx, now.minus(UNENDED_AFTER), now).await?;
    rows::sweep(&mut op.tx, now, now.minus(UNDO_WITHIN), now.minus(TELL)).await
}
