//! The rows of the audit log.

use std::collections::HashMap;

use base::{EventId, OrganizationId};
use store::{Row, Sql, Tx, Value};
use uuid::Uuid;

use super::Entry;
use crate::Result;

const COLUMNS: &str = "id, at, event, actor_kind, actor_id, actor_name, door, target_kind, target_id, target_name, \
     request_id, address, details";

fn read(row: &Row<'_>) -> store::Result<Entry> {
    Ok(Entry {
        id: row.id(0)?,
        at: row.time(1)?,
        event: row.get(2)?,
        actor_kind: row.get(3)?,
        actor_id: row.get::<Option<Uuid>>(4)?.map(Into::into),
        actor_name: row.get(5)?,
        door: row.get(6)?,
        target_kind: row.get(7)?,
        target_id: row.get(8)?,
        target_name: row.get(9)?,
        request: row.id(10)?,
        address: row.get(11)?,
        details: row.get(12)?,
    })
}

/// Writes entries, many to a statement: an import writes one for each account.
pub(super) async fn insert(tx: &mut Tx, organization: OrganizationId, entries: &[Entry]) -> Result<()> {
    let into = format!("audit_events (organization_id, {COLUMNS})");
    let rows: Vec<_> = entries.iter().map(|entry| values(organization, entry)).collect();
    tx.insert(&into, &rows, "").await?;
    Ok(())
}

fn values(organization: OrganizationId, entry: &Entry) -> Vec<Value> {
    store::values![
        organization,
        entry.id,
        entry.at,
        &entry.event,
        &entry.actor_kind,
        entry.actor_id,
        &entry.actor_name,
        &entry.door,
        &entry.target_kind,
        entry.target_id,
        &entry.target_name,
        entry.request,
        entry.address.clone(),
        entry.details.clone(),
    ]
}

pub(super) async fn of_target(
    tx: &mut Tx,
    organization: OrganizationId,
    target: Uuid,
    before: Option<EventId>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from audit_events where target_id = ").bind(target);
    sql.push(" and organization_id = ").bind(organization);
    if let Some(before) = before {
        sql.push(" and id < ").bind(before);
    }
    sql.push(" order by id desc limit ").bind(i64::from(limit));
    Ok(tx.all(sql.text(), sql.values(), read).await?)
}

pub(super) async fn latest_of(
    tx: &mut Tx,
    organization: OrganizationId,
    target: Uuid,
    events: &[&str],
) -> Result<Option<Entry>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from audit_events where target_id = ").bind(target);
    sql.push(" and organization_id = ").bind(organization);
    sql.push(" and event in (").bind_all(events.iter().copied()).push(") order by id desc limit 1");
    Ok(tx.optional(sql.text(), sql.values(), read).await?)
}

pub(super) async fn actors_of(
    tx: &mut Tx,
    organization: OrganizationId,
    event: &str,
    targets: &[Uuid],
) -> Result<HashMap<Uuid, String>> {
    if targets.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("select target_id, actor_name from audit_events where organization_id = ");
    sql.bind(organization).push(" and event = ").bind(event);
    sql.push(" and target_id in (").bind_all(targets.iter().copied()).push(")");
    Ok(tx.all(sql.text(), sql.values(), |row| Ok((row.get(0)?, row.get(1)?))).await?.into_iter().collect())
}
