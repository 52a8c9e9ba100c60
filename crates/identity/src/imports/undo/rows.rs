//! The rows of what imports did to accounts.

use std::collections::HashMap;

use base::{AccountId, ImportId, OrganizationId, Timestamp};
use serde_json::{Value as Json, json};
use store::{Row, Sql, Tx, params};

use super::before::Before;
use crate::{Error, Result};

/// An account as an import left it behind.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) line: u64,
    pub(super) account: AccountId,
    pub(super) version: i64,
    /// What it had before; `None` when the import made it.
    pub(super) before: Option<Before>,
}

pub(super) async fn remember(tx: &mut Tx, import: ImportId, left: &[Left]) -> Result<()> {
    let rows: Vec<_> = left
        .iter()
        .map(|one| {
            let before = one.before.as_ref().map(|before| json!(before));
            store::values![import, one.account, number(one.line), before, one.version]
        })
        .collect();
    tx.insert("import_changes (import_id, account_id, line, before, version)", &rows, "").await?;
    Ok(())
}

/// What is left to take back, the last lines first.
pub(super) async fn latest(tx: &mut Tx, import: ImportId, most: u32) -> Result<Vec<Left>> {
    Ok(tx
        .all(
            "select line, account_id, version, before from import_changes
             where import_id = $1 and kept is null order by line desc limit $2",
            params![import, i64::from(most)],
            read,
        )
        .await?)
}

fn read(row: &Row<'_>) -> store::Result<Left> {
    let before = row.get::<Option<Json>>(3)?.map(serde_json::from_value).transpose();
    Ok(Left {
        line: row.get::<i64>(0)?.unsigned_abs(),
        account: row.id(1)?,
        version: row.get(2)?,
        before: before.map_err(|_| store::Error::Failed("what an account had can't be read".into()))?,
    })
}

/// The accounts of the lines from `first` to `last` that an import made or changed.
pub(in crate::imports) async fn accounts(
    tx: &mut Tx,
    import: ImportId,
    first: u64,
    last: u64,
) -> Result<HashMap<u64, AccountId>> {
    let found = tx
        .all(
            "select line, account_id from import_changes where import_id = $1 and line >= $2 and line <= $3",
            params![import, number(first), number(last)],
            |row| Ok((row.get::<i64>(0)?.unsigned_abs(), row.id(1)?)),
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// How many accounts are left to take back: those that the import made, and those that it changed.
pub(super) async fn count(tx: &mut Tx, import: ImportId) -> Result<(u64, u64)> {
    let sql = "select coalesce(sum(case when before is null then 1 else 0 end), 0), count(*) from import_changes
               where import_id = $1 and kept is null";
    let (made, all) = tx.one(sql, params![import], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))).await?;
    Ok((made.unsigned_abs(), (all - made).unsigned_abs()))
}

/// Forgets lines that were taken back.
pub(super) async fn forget(tx: &mut Tx, import: ImportId, lines: &[u64]) -> Result<()> {
    for some in lines.chunks(500) {
        let mut sql = Sql::new("delete from import_changes where import_id = ");
        sql.bind(import).push(" and line in (").bind_all(some.iter().map(|line| number(*line))).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// Writes down why a line could not be taken back; what the account had is forgotten.
pub(super) async fn keep(tx: &mut Tx, import: ImportId, left: &Left, why: &str) -> Result<()> {
    let forgotten = left.before.as_ref().map(|_| json!({}));
    tx.execute(
        "update import_changes set kept = $3, before = $4 where import_id = $1 and line = $2",
        params![import, number(left.line), why, forgotten],
    )
    .await?;
    Ok(())
}

/// The lines that could not be taken back, after skipping some: line, account, whether the import made it, and why.
pub(super) async fn kept(
    tx: &mut Tx,
    import: ImportId,
    limit: u32,
    skip: u64,
) -> Result<Vec<(u64, AccountId, bool, String)>> {
    Ok(tx
        .all(
            "select line, account_id, before, kept from import_changes
             where import_id = $1 and kept is not null order by line limit $2 offset $3",
            params![import, i64::from(limit), number(skip)],
            |row| {
                let is_made = row.get::<Option<Json>>(2)?.is_none();
                Ok((row.get::<i64>(0)?.unsigned_abs(), row.id(1)?, is_made, row.get(3)?))
            },
        )
        .await?)
}

/// Keeps others from beginning or carrying on the same until the transaction ends.
///
/// Errors: `NotFound`.
pub(super) async fn hold(tx: &mut Tx, organization: OrganizationId, import: ImportId) -> Result<()> {
    let mut sql = Sql::new("select id from imports where id = ");
    sql.bind(import).push(" and organization_id = ").bind(organization).push(tx.for_update());
    let found = tx.optional(sql.text(), sql.values(), |row| row.id::<ImportId>(0)).await?;
    found.map(drop).ok_or(Error::NotFound)
}

pub(super) async fn begin(tx: &mut Tx, import: ImportId, now: Timestamp) -> Result<()> {
    tx.execute(
        "update imports set undo_begun_at = coalesce(undo_begun_at, $2), undone = coalesce(undone, 0),
             undo_kept = coalesce(undo_kept, 0) where id = $1",
        params![import, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn advance(tx: &mut Tx, import: ImportId, undone: u64, kept: u64) -> Result<()> {
    tx.execute(
        "update imports set undone = undone + $2, undo_kept = undo_kept + $3 where id = $1",
        params![import, number(undone), number(kept)],
    )
    .await?;
    Ok(())
}

pub(super) async fn end(tx: &mut Tx, import: ImportId, now: Timestamp) -> Result<()> {
    tx.execute("update imports set undo_ended_at = $2 where id = $1", params![import, now]).await?;
    Ok(())
}

/// Makes imports that never ended impossible to take back.
pub(super) async fn close(tx: &mut Tx, begun_before: Timestamp, now: Timestamp) -> Result<()> {
    tx.execute(
        "update imports set undo_until = $2 where undo_until is null and started_at < $1",
        params![begun_before, now],
    )
    .await?;
    Ok(())
}

/// Removes what can't be taken back any more; and after `told_before`, also why it could not be.
pub(super) async fn sweep(tx: &mut Tx, now: Timestamp, left_before: Timestamp, told_before: Timestamp) -> Result<u64> {
    Ok(tx
        .execute(
            "delete from import_changes where import_id in (select id from imports where undo_until < $3)
                 or (kept is null and import_id in (select id from imports
                     where undo_until < $2 or (undo_until < $1 and undo_begun_at is null)))",
            params![now, left_before, told_before],
        )
        .await?)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
