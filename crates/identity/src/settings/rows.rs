//! The rows of settings.

use std::collections::HashMap;

use base::{OrganizationId, Timestamp};
use serde_json::Value as Json;
use store::{Tx, params};

use crate::Result;

pub(super) async fn all(tx: &mut Tx, organization: OrganizationId) -> Result<HashMap<String, Json>> {
    let rows = tx
        .all("select key, value from settings where organization_id = $1", params![organization], |row| {
            Ok((row.get::<String>(0)?, row.get::<Json>(1)?))
        })
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    key: &str,
    value: &Json,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into settings (organization_id, key, value, modified_at) values ($1, $2, $3, $4)
         on conflict (organization_id, key) do update set value = excluded.value, modified_at = excluded.modified_at",
        params![organization, key, value.clone(), now],
    )
    .await?;
    Ok(())
}
