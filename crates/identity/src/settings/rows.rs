//! The rows of settings.

use std::collections::HashMap;

use base::{AccountId, OrganizationId, Timestamp};
use serde_json::Value as Json;
use store::{Sql, Tx, params};
use uuid::Uuid;

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
    by: Option<AccountId>,
) -> Result<()> {
    tx.execute(
        "insert into settings (organization_id, key, value, modified_at, modified_by) values ($1, $2, $3, $4, $5)
         on conflict (organization_id, key) do update
         set value = excluded.value, modified_at = excluded.modified_at, modified_by = excluded.modified_by",
        params![organization, key, value.clone(), now, by],
    )
    .await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, organization: OrganizationId, key: &str) -> Result<()> {
    tx.execute("delete from settings where organization_id = $1 and key = $2", params![organization, key]).await?;
    Ok(())
}

/// Makes others who would change settings wait until this transaction ends.
pub(super) async fn hold(tx: &mut Tx, organization: OrganizationId) -> Result<()> {
    let mut sql = Sql::new("select id from organizations where id = ");
    sql.bind(organization).push(tx.for_update());
    tx.all(sql.text(), sql.values(), |row| row.get::<Uuid>(0)).await?;
    Ok(())
}

/// When each setting was chosen, and by whom, as far as it was.
pub(super) async fn chosen_at(
    tx: &mut Tx,
    organization: OrganizationId,
) -> Result<Vec<(String, Timestamp, Option<String>)>> {
    let rows = tx
        .all(
            "select s.key, s.modified_at, a.username
             from settings s left join accounts a on a.id = s.modified_by
             where s.organization_id = $1",
            params![organization],
            |row| Ok((row.get(0)?, row.time(1)?, row.get(2)?)),
        )
        .await?;
    Ok(rows)
}
