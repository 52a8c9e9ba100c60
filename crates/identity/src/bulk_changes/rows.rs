//! The rows of changes of very many accounts.

use base::{AccountId, BulkChangeId, GroupId, OrganizationId, Timestamp};
use serde_json::{Map, Value as Json, json};
use store::{Row, Sql, Tx, params};
use uuid::Uuid;

use super::{BulkChange, BulkVerb, KeptGroup};
use crate::Result;
use crate::accounts::Outcome;

fn failed(what: &str) -> store::Error {
    store::Error::Failed(format!("a change of very many accounts has {what}"))
}

fn read(row: &Row<'_>) -> store::Result<BulkChange> {
    let groups: Vec<KeptGroup> =
        serde_json::from_value(row.get(2)?).map_err(|_| failed("groups that can't be read"))?;
    let terms = row.get::<Option<Json>>(6)?.map(serde_json::from_value).transpose();
    let terms = terms.map_err(|_| failed("terms of a lock that can't be read"))?.unwrap_or_default();
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let outcomes: Map<String, Json> =
        serde_json::from_value(row.get(4)?).map_err(|_| failed("outcomes that can't be read"))?;
    let outcomes = outcomes.iter().map(|(code, number)| Some((Outcome::from_code(code)?, number.as_u64()?)));
    Ok(BulkChange {
        id: row.id(0)?,
        verb: BulkVerb::from_code(&row.get::<String>(1)?, &ids, terms).ok_or_else(|| failed("an unknown verb"))?,
        groups,
        total: row.get::<i64>(3)?.unsigned_abs(),
        outcomes: outcomes.collect::<Option<_>>().ok_or_else(|| failed("an unknown outcome"))?,
        created_at: row.time(5)?,
    })
}

fn outcomes(change: &BulkChange) -> Json {
    change
        .outcomes
        .iter()
        .map(|(outcome, number)| (outcome.code().to_owned(), json!(number)))
        .collect::<Map<_, _>>()
        .into()
}

pub(super) async fn insert(tx: &mut Tx, organization: OrganizationId, change: &BulkChange) -> Result<()> {
    tx.execute(
        "insert into bulk_changes (id, organization_id, verb, group_list, total, outcomes, created_at, lock_terms)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            change.id,
            organization,
            change.verb.code(),
            json!(change.groups),
            i64::try_from(change.total).unwrap_or(i64::MAX),
            outcomes(change),
            change.created_at,
            json!(change.verb.terms())
        ],
    )
    .await?;
    Ok(())
}

/// Writes down whom a change is about.
pub(super) async fn insert_pieces<'a>(
    tx: &mut Tx,
    id: BulkChangeId,
    pieces: impl Iterator<Item = &'a [AccountId]>,
) -> Result<()> {
    let rows: Vec<_> = (0_i64..).zip(pieces).map(|(number, ids)| store::values![id, number, packed(ids)]).collect();
    tx.insert("bulk_change_pieces (change_id, number, accounts)", &rows, "").await?;
    Ok(())
}

fn packed(ids: &[AccountId]) -> Vec<u8> {
    ids.iter().flat_map(|id| Uuid::from(*id).into_bytes()).collect()
}

fn unpacked(bytes: &[u8]) -> store::Result<Vec<AccountId>> {
    let (ids, rest) = bytes.as_chunks::<16>();
    if !rest.is_empty() {
        return Err(failed("half an identifier"));
    }
    Ok(ids.iter().map(|id| AccountId::from(Uuid::from_bytes(*id))).collect())
}

pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, id: BulkChangeId) -> Result<Option<BulkChange>> {
    select(tx, organization, id, "").await
}

/// The change, kept from others until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, organization: OrganizationId, id: BulkChangeId) -> Result<Option<BulkChange>> {
    let lock = tx.for_update();
    select(tx, organization, id, lock).await
}

async fn select(tx: &mut Tx, organization: OrganizationId, id: BulkChangeId, lock: &str) -> Result<Option<BulkChange>> {
    let mut sql =
        Sql::new("select id, verb, group_list, total, outcomes, created_at, lock_terms from bulk_changes where id = ");
    sql.bind(id).push(" and organization_id = ").bind(organization).push(lock);
    Ok(tx.optional(sql.text(), sql.values(), read).await?)
}

/// The first piece that was not dealt with, with its number.
pub(super) async fn first_piece(tx: &mut Tx, id: BulkChangeId) -> Result<Option<(i64, Vec<AccountId>)>> {
    Ok(tx
        .optional(
            "select number, accounts from bulk_change_pieces where change_id = $1 order by number limit 1",
            params![id],
            |row| Ok((row.get(0)?, unpacked(&row.get::<Vec<u8>>(1)?)?)),
        )
        .await?)
}

pub(super) async fn remove_piece(tx: &mut Tx, id: BulkChangeId, number: i64) -> Result<()> {
    tx.execute("delete from bulk_change_pieces where change_id = $1 and number = $2", params![id, number]).await?;
    Ok(())
}

/// Writes how far a change has come.
pub(super) async fn keep(tx: &mut Tx, change: &BulkChange) -> Result<()> {
    tx.execute(
        "update bulk_changes set outcomes = $2, group_list = $3 where id = $1",
        params![change.id, outcomes(change), json!(change.groups)],
    )
    .await?;
    Ok(())
}

/// Writes down accounts that are to be named.
pub(super) async fn name(tx: &mut Tx, id: BulkChangeId, accounts: &[(AccountId, Outcome)]) -> Result<()> {
    let rows: Vec<_> = accounts.iter().map(|(account, outcome)| store::values![id, *account, outcome.code()]).collect();
    tx.insert("bulk_change_accounts (change_id, account_id, outcome)", &rows, "").await?;
    Ok(())
}

/// The accounts that are to be named, with what became of them.
pub(super) async fn named(tx: &mut Tx, id: BulkChangeId) -> Result<Vec<(AccountId, Outcome)>> {
    Ok(tx
        .all("select account_id, outcome from bulk_change_accounts where change_id = $1", params![id], |row| {
            let outcome = Outcome::from_code(&row.get::<String>(1)?);
            Ok((row.id(0)?, outcome.ok_or_else(|| failed("an unknown outcome"))?))
        })
        .await?)
}

pub(super) async fn sweep(tx: &mut Tx, at: Timestamp) -> Result<u64> {
    let pieces = tx
        .execute(
            "delete from bulk_change_pieces
             where change_id not in (select subject_id from jobs where state in ('queued', 'running'))",
            &[],
        )
        .await?;
    Ok(pieces + tx.execute("delete from bulk_changes where created_at < $1", params![at]).await?)
}
