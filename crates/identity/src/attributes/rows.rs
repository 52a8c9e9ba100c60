//! The rows of attributes.

use base::{AttributeId, OrganizationId};
use serde_json::Value as Json;
use store::{Sql, Tx, params};

use super::{Attribute, Definition, State, Values};
use crate::{Error, Result};

/// Every attribute of an organization, in order. `lock` is what keeps others from changing them, or nothing.
pub(super) async fn all(tx: &mut Tx, organization: OrganizationId, lock: &str) -> Result<Vec<Attribute>> {
    let mut sql = Sql::new(
        "select id, organization_id, version, key, position, definition, state, created_at, modified_at
         from attributes where organization_id = ",
    );
    sql.bind(organization).push(" order by position, id").push(lock);
    let all = tx.all(sql.text(), sql.values(), |row| {
        let damaged = |what: &str| store::Error::Failed(format!("an attribute has an unknown {what}"));
        Ok(Attribute {
            id: row.id(0)?,
            organization: row.id(1)?,
            version: row.get(2)?,
            key: row.get(3)?,
            position: row.get(4)?,
            definition: serde_json::from_value(row.get(5)?).map_err(|_| damaged("definition"))?,
            state: State::from_code(&row.get::<String>(6)?).ok_or_else(|| damaged("state"))?,
            created_at: row.time(7)?,
            modified_at: row.time(8)?,
        })
    });
    Ok(all.await?)
}

/// Keeps others from adding attributes until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, organization: OrganizationId) -> Result<()> {
    let mut sql = Sql::new("select name from organizations where id = ");
    sql.bind(organization).push(tx.for_update());
    tx.all(sql.text(), sql.values(), |row| row.get::<String>(0)).await?;
    Ok(())
}

/// A definition as it is kept.
pub(super) fn json(definition: &Definition) -> Result<Json> {
    serde_json::to_value(definition).map_err(|error| Error::Internal(format!("a definition can't be kept: {error}")))
}

pub(super) async fn insert(tx: &mut Tx, attribute: &Attribute) -> Result<()> {
    tx.execute(
        "insert into attributes (id, organization_id, version, key, position, definition, state, done_to, created_at,
         modified_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)",
        params![
            attribute.id,
            attribute.organization,
            attribute.version,
            &attribute.key,
            attribute.position,
            json(&attribute.definition)?,
            attribute.state.code(),
            attribute.created_at,
            attribute.modified_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes a definition and its version, which grew.
pub(super) async fn update(tx: &mut Tx, attribute: &Attribute) -> Result<()> {
    let definition = json(&attribute.definition)?;
    tx.execute(
        "update attributes set version = $2, definition = $3, modified_at = $4 where id = $1",
        params![attribute.id, attribute.version, definition, attribute.modified_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn put_position(tx: &mut Tx, id: AttributeId, position: i64) -> Result<()> {
    tx.execute("update attributes set position = $2 where id = $1", params![id, position]).await?;
    Ok(())
}

/// Writes down whether the accounts are in step, and the last one that is.
pub(crate) async fn put_state(tx: &mut Tx, id: AttributeId, state: State, done_to: i64) -> Result<()> {
    tx.execute("update attributes set state = $2, done_to = $3 where id = $1", params![id, state.code(), done_to])
        .await?;
    Ok(())
}

/// Removes an attribute.
pub(crate) async fn erase(tx: &mut Tx, id: AttributeId) -> Result<()> {
    tx.execute("delete from attributes where id = $1", params![id]).await?;
    Ok(())
}

/// Whether the accounts are out of step with any attribute.
pub(super) async fn is_any_untended(tx: &mut Tx, organization: OrganizationId) -> Result<bool> {
    let sql = "select count(*) from attributes where organization_id = $1 and state <> 'ready'";
    Ok(tx.one(sql, params![organization], |row| row.get::<i64>(0)).await? > 0)
}

/// The number of the last account that is in step.
pub(super) async fn done_to(tx: &mut Tx, id: AttributeId) -> Result<i64> {
    Ok(tx.one("select done_to from attributes where id = $1", params![id], |row| row.get(0)).await?)
}

/// The values of up to `limit` accounts after number `after`, in the order in which they came to be.
pub(super) async fn custom_values(
    tx: &mut Tx,
    organization: OrganizationId,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Values)>> {
    let mut sql = Sql::new("select seq, custom from accounts where seq > ");
    // Hidden in an expression, the organization doesn't lead: its indexes know other orders.
    sql.bind(after).push(" and coalesce(organization_id, id) = ").bind(organization);
    sql.push(" order by seq limit ").bind(limit);
    let read = tx.scan(&sql, |row| {
        let values = serde_json::from_value(row.get(1)?);
        Ok((row.get(0)?, values.map_err(|_| store::Error::Failed("an account has values that can't be read".into()))?))
    });
    Ok(read.await?)
}
