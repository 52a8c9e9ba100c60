//! The rows of counters.

use std::collections::HashMap;

use base::OrganizationId;
use store::{Tx, params};

use crate::Result;

pub(super) async fn add(tx: &mut Tx, organization: OrganizationId, name: &str, shard: i64, by: i64) -> Result<()> {
    tx.execute(
        "insert into counters (organization_id, name, shard, n) values ($1, $2, $3, $4)
         on conflict (organization_id, name, shard) do update set n = counters.n + excluded.n",
        params![organization, name, shard, by],
    )
    .await?;
    Ok(())
}

pub(super) async fn sums(tx: &mut Tx, organization: OrganizationId, prefix: &str) -> Result<HashMap<String, i64>> {
    let rows = tx
        .all(
            "select name, cast(sum(n) as bigint) from counters where organization_id = $1 group by name",
            params![organization],
            |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)),
        )
        .await?;
    Ok(rows.into_iter().filter(|(name, _)| name.starts_with(prefix)).collect())
}
