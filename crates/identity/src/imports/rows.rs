//! The rows of imports, and of what became of their lines.

use std::collections::HashMap;

use base::{AccountId, ImportId, OrganizationId, Timestamp};
use serde_json::{Value as Json, json};
use store::{Row, Sql, Tx, params};
use uuid::Uuid;

use super::Undo;
use super::list::Past;
use super::report::{Ending, Outcome, RowReport, Totals};
use crate::{Error, Problem, Result};

/// An import that was begun and not finished.
pub(super) struct Begun {
    pub(super) id: ImportId,
    pub(super) position: u64,
    pub(super) totals: Totals,
}

/// What became of a line, for lines whose account wasn't simply created.
pub(super) struct Remembered {
    pub(super) outcome: Outcome,
    pub(super) account: Option<AccountId>,
    pub(super) problems: Vec<Problem>,
}

/// Keeps others of the organization from beginning an import until the transaction ends.
pub(super) async fn hold_beginning(tx: &mut Tx, organization: OrganizationId) -> Result<()> {
    let mut sql = Sql::new("select id from organizations where id = ");
    sql.bind(organization).push(tx.for_update());
    tx.all(sql.text(), sql.values(), |row| row.get::<Uuid>(0)).await?;
    Ok(())
}

/// The import `id`, when it was begun and not finished.
pub(super) async fn begun(tx: &mut Tx, organization: OrganizationId, id: ImportId) -> Result<Option<Begun>> {
    Ok(tx
        .optional(
            "select id, position, created, updated, unchanged, skipped, failed from imports
             where organization_id = $1 and id = $2 and state in ('running', 'stopped') and undo_begun_at is null",
            params![organization, id],
            read_begun,
        )
        .await?)
}

/// The imports that were begun in the console and have not ended.
pub(super) async fn under_way(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<ImportId>> {
    let sql = "select id from imports where organization_id = $1 and state = 'running' and started_by <> 'operator'";
    Ok(tx.all(sql, params![organization], |row| row.id(0)).await?)
}

/// The import `id`, when it has ended, with its state.
pub(super) async fn ended(tx: &mut Tx, organization: OrganizationId, id: ImportId) -> Result<Option<(Begun, String)>> {
    Ok(tx
        .optional(
            "select id, position, created, updated, unchanged, skipped, failed, state from imports
             where organization_id = $1 and id = $2 and state not in ('running', 'stopped')",
            params![organization, id],
            |row| Ok((read_begun(row)?, row.get(7)?)),
        )
        .await?)
}

fn read_begun(row: &Row<'_>) -> store::Result<Begun> {
    let number = |index| Ok::<u64, store::Error>(row.get::<i64>(index)?.unsigned_abs());
    let totals = Totals {
        created: number(2)?,
        updated: number(3)?,
        unchanged: number(4)?,
        skipped: number(5)?,
        failed: number(6)?,
    };
    Ok(Begun { id: row.id(0)?, position: number(1)?, totals })
}

/// Past and present imports, the latest first, after skipping some.
pub(super) async fn list(tx: &mut Tx, organization: OrganizationId, limit: u32, skip: u64) -> Result<Vec<Past>> {
    Ok(tx
        .all(
            "select id, file_name, state, created, updated, unchanged, skipped, failed, started_at, finished_at,
                 undo_until, undo_begun_at, undo_ended_at, undone, undo_kept
             from imports where organization_id = $1 order by started_at desc, id desc limit $2 offset $3",
            params![organization, i64::from(limit), number(skip)],
            read_past,
        )
        .await?)
}

/// How many imports there were.
pub(super) async fn count(tx: &mut Tx, organization: OrganizationId) -> Result<u64> {
    let sql = "select count(*) from imports where organization_id = $1";
    let count: i64 = tx.one(sql, params![organization], |row| row.get(0)).await?;
    Ok(count.unsigned_abs())
}

/// One import.
pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, id: ImportId) -> Result<Option<Past>> {
    Ok(tx
        .optional(
            "select id, file_name, state, created, updated, unchanged, skipped, failed, started_at, finished_at,
                 undo_until, undo_begun_at, undo_ended_at, undone, undo_kept
             from imports where organization_id = $1 and id = $2",
            params![organization, id],
            read_past,
        )
        .await?)
}

fn read_past(row: &Row<'_>) -> store::Result<Past> {
    let number = |index| Ok::<u64, store::Error>(row.get::<i64>(index)?.unsigned_abs());
    Ok(Past {
        id: row.id(0)?,
        file_name: row.get(1)?,
        ending: Ending::from_code(&row.get::<String>(2)?),
        totals: Totals {
            created: number(3)?,
            updated: number(4)?,
            unchanged: number(5)?,
            skipped: number(6)?,
            failed: number(7)?,
        },
        started_by: String::new(),
        started_at: row.time(8)?,
        finished_at: row.optional_time(9)?,
        undo: Undo {
            until: row.optional_time(10)?,
            begun_at: row.optional_time(11)?,
            ended_at: row.optional_time(12)?,
            undone: row.get::<Option<i64>>(13)?.unwrap_or(0).unsigned_abs(),
            kept: row.get::<Option<i64>>(14)?.unwrap_or(0).unsigned_abs(),
        },
    })
}

/// The unfinished import of this file with these choices by this person.
pub(super) async fn unfinished(
    tx: &mut Tx,
    organization: OrganizationId,
    fingerprint: [u8; 32],
    started_by: &str,
) -> Result<Option<Begun>> {
    let found = tx
        .all(
            "select id, position, created, updated, unchanged, skipped, failed from imports
             where organization_id = $1 and fingerprint = $2 and started_by = $3 and state in ('running', 'stopped')
                 and undo_begun_at is null order by started_at desc limit 1",
            params![organization, fingerprint, started_by],
            read_begun,
        )
        .await?;
    Ok(found.into_iter().next())
}

/// Writes down that an import begins.
#[expect(clippy::too_many_arguments, reason = "the columns of a row")]
pub(super) async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ImportId,
    fingerprint: [u8; 32],
    file_name: &str,
    started_by: &str,
    choices: Json,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into imports (id, organization_id, fingerprint, file_name, state, started_by, choices, position,
             created, updated, unchanged, skipped, failed, started_at)
         values ($1, $2, $3, $4, 'running', $5, $6, 0, 0, 0, 0, 0, 0, $7)",
        params![id, organization, fingerprint, file_name, started_by, choices, now],
    )
    .await?;
    Ok(())
}

/// Writes down that a stopped import goes on.
pub(super) async fn resume(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.execute("update imports set state = 'running' where id = $1", params![id]).await?;
    Ok(())
}

/// Keeps others from carrying on an import until the transaction ends.
///
/// Errors: `Conflict` `import_running` when it isn't where the caller left it: somebody else carries it on.
pub(super) async fn hold(tx: &mut Tx, id: ImportId, position: u64) -> Result<()> {
    let mut sql = Sql::new("select position, state from imports where id = ");
    sql.bind(id).push(tx.for_update());
    let found = tx.all(sql.text(), sql.values(), |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?))).await?;
    if found.first().is_some_and(|(at, state)| *at == number(position) && state == "running") {
        return Ok(());
    }
    let message = "The same import is being carried out by somebody else, or has just ended. Look at its report.";
    Err(Error::conflict("import_running", message))
}

/// Moves the position of an import on.
pub(super) async fn advance(tx: &mut Tx, id: ImportId, position: u64, totals: &Totals) -> Result<()> {
    tx.execute(
        "update imports set position = $2, created = $3, updated = $4, unchanged = $5, skipped = $6, failed = $7
         where id = $1",
        params![
            id,
            number(position),
            number(totals.created),
            number(totals.updated),
            number(totals.unchanged),
            number(totals.skipped),
            number(totals.failed)
        ],
    )
    .await?;
    Ok(())
}

/// Writes down how an import ended, or that it waits to go on; it can be taken back for a while after the first time.
pub(super) async fn end(
    tx: &mut Tx,
    id: ImportId,
    state: &str,
    finished_at: Option<Timestamp>,
    undo_until: Timestamp,
) -> Result<()> {
    tx.execute(
        "update imports set state = $2, finished_at = $3, undo_until = coalesce(undo_until, $4) where id = $1",
        params![id, state, finished_at, undo_until],
    )
    .await?;
    Ok(())
}

/// Writes down what became of lines; lines whose account was created are left out.
pub(super) async fn remember(tx: &mut Tx, id: ImportId, rows: &[RowReport]) -> Result<()> {
    let told = rows.iter().filter(|row| row.outcome != Outcome::Created);
    let rows: Vec<_> = told
        .map(|row| store::values![id, number(row.line), row.outcome.code(), row.account, json!(row.problems)])
        .collect();
    tx.insert("import_rows (import_id, line, outcome, account_id, problems)", &rows, "").await?;
    Ok(())
}

/// What became of the lines from `first` to `last`; those that are absent were created.
pub(super) async fn remembered(tx: &mut Tx, id: ImportId, first: u64, last: u64) -> Result<HashMap<u64, Remembered>> {
    let found = tx
        .all(
            "select line, outcome, account_id, problems from import_rows
             where import_id = $1 and line >= $2 and line <= $3",
            params![id, number(first), number(last)],
            |row| {
                let outcome = Outcome::from_code(&row.get::<String>(1)?)
                    .ok_or_else(|| store::Error::Failed("a line of an import has an unknown outcome".into()))?;
                let problems = serde_json::from_value(row.get::<Json>(3)?).unwrap_or_default();
                let account = row.get::<Option<Uuid>>(2)?.map(AccountId::from);
                Ok((row.get::<i64>(0)?.unsigned_abs(), Remembered { outcome, account, problems }))
            },
        )
        .await?;
    Ok(found.into_iter().collect())
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
