//! The rows of drafts.

use std::sync::Arc;

use base::{AccountId, ImportId, OrganizationId, Timestamp};
use serde_json::{Value as Json, json};
use store::{Row, Sql, Tx, params};

use super::{Draft, Step};
use crate::Result;

fn read(row: &Row<'_>) -> store::Result<Draft> {
    let failed = |what: &str| store::Error::Failed(format!("a draft of an import has {what}"));
    let choices: Json = row.get(6)?;
    Ok(Draft {
        id: row.id(0)?,
        owner: row.id(1)?,
        file_name: row.get(2)?,
        size_bytes: row.get::<i64>(3)?.unsigned_abs(),
        sha256: row.get::<Vec<u8>>(4)?.try_into().map_err(|_| failed("no fingerprint"))?,
        rows: row.get::<i64>(5)?.unsigned_abs(),
        choices: serde_json::from_value(choices).map_err(|_| failed("choices that can't be read"))?,
        step: Step::from_number(row.get::<i64>(7)?.unsigned_abs()).ok_or_else(|| failed("an unknown step"))?,
        node: row.get(8)?,
        created_at: row.time(9)?,
        started_at: row.optional_time(10)?,
        attributes: Arc::default(),
    })
}

pub(super) async fn insert(tx: &mut Tx, organization: OrganizationId, draft: &Draft) -> Result<()> {
    tx.execute(
        "insert into import_drafts (id, organization_id, owner_id, file_name, size_bytes, sha256, row_count, choices,
             step, node, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            draft.id,
            organization,
            draft.owner,
            &draft.file_name,
            number(draft.size_bytes),
            draft.sha256,
            number(draft.rows),
            json!(draft.choices),
            i64::from(draft.step.number()),
            &draft.node,
            draft.created_at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, id: ImportId) -> Result<Option<Draft>> {
    let mut sql = Sql::new(
        "select id, owner_id, file_name, size_bytes, sha256, row_count, choices, step, node, created_at, started_at
         from import_drafts where id = ",
    );
    sql.bind(id).push(" and organization_id = ").bind(organization).push(tx.for_update());
    Ok(tx.optional(sql.text(), sql.values(), read).await?)
}

/// The drafts of an account that were not started, the latest first.
pub(super) async fn open_of(tx: &mut Tx, organization: OrganizationId, owner: AccountId) -> Result<Vec<Draft>> {
    Ok(tx
        .all(
            "select id, owner_id, file_name, size_bytes, sha256, row_count, choices, step, node, created_at, started_at
             from import_drafts where organization_id = $1 and owner_id = $2 and started_at is null
             order by created_at desc, id desc",
            params![organization, owner],
            read,
        )
        .await?)
}

pub(super) async fn keep(tx: &mut Tx, draft: &Draft) -> Result<()> {
    tx.execute(
        "update import_drafts set choices = $2, step = $3, row_count = $4 where id = $1",
        params![draft.id, json!(draft.choices), i64::from(draft.step.number()), number(draft.rows)],
    )
    .await?;
    Ok(())
}

pub(super) async fn start(tx: &mut Tx, id: ImportId, now: Timestamp) -> Result<()> {
    tx.execute(
        "update import_drafts set started_at = $2, step = $3 where id = $1",
        params![id, now, i64::from(Step::Execute.number())],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.execute("delete from import_drafts where id = $1", params![id]).await?;
    Ok(())
}

/// Removes drafts that were begun too long ago and not started, and those that were started long ago.
pub(super) async fn sweep(tx: &mut Tx, begun_before: Timestamp, started_before: Timestamp) -> Result<u64> {
    Ok(tx
        .execute(
            "delete from import_drafts where (started_at is null and created_at < $1) or started_at < $2",
            params![begun_before, started_before],
        )
        .await?)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
