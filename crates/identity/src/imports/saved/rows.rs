//! The rows of mappings that are kept.

use base::text::fold;
use base::{OrganizationId, Timestamp};
use serde_json::{Value as Json, json};
use store::{Tx, params};

use super::{Kept, SavedMapping};
use crate::Result;

pub(super) async fn list(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<SavedMapping>> {
    Ok(tx
        .all(
            "select name, modified_at from import_mappings where organization_id = $1 order by name_n",
            params![organization],
            |row| Ok(SavedMapping { name: row.get(0)?, modified_at: row.time(1)? }),
        )
        .await?)
}

pub(super) async fn count(tx: &mut Tx, organization: OrganizationId) -> Result<u64> {
    let sql = "select count(*) from import_mappings where organization_id = $1";
    Ok(tx.one(sql, params![organization], |row| row.get::<i64>(0)).await?.unsigned_abs())
}

/// The mapping of this folded name; what can't be read of it is left out.
pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, folded: &str) -> Result<Option<Kept>> {
    let sql = "select mapping from import_mappings where organization_id = $1 and name_n = $2";
    let found = tx.optional(sql, params![organization, folded], |row| row.get::<Json>(0)).await?;
    Ok(found.map(|mapping| serde_json::from_value(mapping).unwrap_or_default()))
}

/// Writes a mapping over the one of the same name; `false` when there is none.
pub(super) async fn update(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    kept: &Kept,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "update import_mappings set name = $3, mapping = $4, modified_at = $5
             where organization_id = $1 and name_n = $2",
            params![organization, fold(name), name, json!(kept), now],
        )
        .await?;
    Ok(changed > 0)
}

pub(super) async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    kept: &Kept,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into import_mappings (organization_id, name_n, name, mapping, modified_at) values ($1, $2, $3, $4, $5)",
        params![organization, fold(name), name, json!(kept), now],
    )
    .await?;
    Ok(())
}

/// Removes the mapping of this folded name; `false` when there is none.
pub(super) async fn delete(tx: &mut Tx, organization: OrganizationId, folded: &str) -> Result<bool> {
    let sql = "delete from import_mappings where organization_id = $1 and name_n = $2";
    Ok(tx.execute(sql, params![organization, folded]).await? > 0)
}
