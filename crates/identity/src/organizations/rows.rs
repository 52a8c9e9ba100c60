//! The rows of organizations.

use base::{OrganizationId, Timestamp};
use store::{Row, Tx, params};

use super::Organization;
use crate::Result;

fn read(row: &Row<'_>) -> store::Result<Organization> {
    Ok(Organization { id: row.id(0)?, handle: row.get(1)?, name: row.get(2)? })
}

pub(super) async fn first(tx: &mut Tx) -> Result<Option<Organization>> {
    Ok(tx.optional("select id, handle, name from organizations order by created_at, id limit 1", &[], read).await?)
}

pub(super) async fn find(tx: &mut Tx, id: OrganizationId) -> Result<Option<Organization>> {
    Ok(tx.optional("select id, handle, name from organizations where id = $1", params![id], read).await?)
}

pub(super) async fn insert(tx: &mut Tx, organization: &Organization, now: Timestamp) -> Result<()> {
    tx.execute(
        "insert into organizations (id, handle, name, created_at) values ($1, $2, $3, $4)",
        params![organization.id, &organization.handle, &organization.name, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn rename(tx: &mut Tx, id: OrganizationId, name: &str) -> Result<()> {
    tx.execute("update organizations set name = $2 where id = $1", params![id, name]).await?;
    Ok(())
}

pub(super) async fn is_set_up(tx: &mut Tx, id: OrganizationId) -> Result<bool> {
    Ok(tx.one("select set_up_at is not null from organizations where id = $1", params![id], |row| row.get(0)).await?)
}

pub(super) async fn mark_set_up(tx: &mut Tx, id: OrganizationId, now: Timestamp) -> Result<()> {
    tx.execute("update organizations set set_up_at = $2 where id = $1 and set_up_at is null", params![id, now]).await?;
    Ok(())
}
