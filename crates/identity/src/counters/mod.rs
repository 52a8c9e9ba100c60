//! Figures that are shown often, kept in step by the operations that change them.

mod rows;

use std::collections::HashMap;

use crate::{Operation, Result};

/// Adds what the operation counted, in one order, so that two operations never wait for each other in a circle.
pub(crate) async fn apply(op: &mut Operation<'_>) -> Result<()> {
    let counts = std::mem::take(&mut op.counts);
    if counts.is_empty() {
        return Ok(());
    }
    let shards = op.tx.dialect().counter_shards();
    let shard = i64::try_from(op.random.below(shards)).unwrap_or(0);
    let organization = op.organization();
    for (name, by) in counts {
        rows::add(&mut op.tx, organization, name, shard, by).await?;
    }
    Ok(())
}

/// The counters whose names begin with `prefix`, without what this operation itself counted.
pub(crate) async fn sums(op: &mut Operation<'_>, prefix: &str) -> Result<HashMap<String, i64>> {
    let organization = op.organization();
    rows::sums(&mut op.tx, organization, prefix).await
}
