//! The rows of values that accounts are found by.

use std::collections::HashMap;

use base::{AccountId, AttributeId, OrganizationId};
use store::{Dialect, Sql, Tx, Value};
use uuid::Uuid;

use super::Entry;
use crate::Result;
use crate::attributes::Values;

/// Writes entries, of which there is none yet. Answers those that somebody else has and nobody may have twice; they are
/// not written.
pub(super) async fn put(tx: &mut Tx, organization: OrganizationId, entries: &[Entry]) -> Result<Vec<Entry>> {
    let lost = write(tx, organization, entries).await?;
    add_to_text_index(tx, entries).await?;
    Ok(lost)
}

/// Writes entries, of which there is none yet. Those that somebody else has are found like the others, and are not the
/// one that nobody may have twice.
pub(super) async fn put_all(tx: &mut Tx, organization: OrganizationId, entries: &[Entry]) -> Result<()> {
    let lost = write(tx, organization, entries).await?;
    let shared: Vec<Entry> = lost.into_iter().map(|entry| Entry { is_unique: false, ..entry }).collect();
    write(tx, organization, &shared).await?;
    add_to_text_index(tx, entries).await
}

async fn write(tx: &mut Tx, organization: OrganizationId, entries: &[Entry]) -> Result<Vec<Entry>> {
    // In the order of the index by value: each of its pages is fetched once, and written once. And in one order for
    // everybody, so that two who want the same values never wait for each other in a circle.
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by_key(|entry| (entry.attribute, &entry.value, entry.account));
    let row = |entry: &&Entry| {
        let unique = entry.is_unique.then_some(&entry.value);
        store::values![organization, entry.attribute, entry.account, &entry.value, unique]
    };
    let rows: Vec<Vec<Value>> = entries.iter().map(row).collect();
    let into = "account_values (organization_id, attribute_id, account_id, value_n, unique_n)";
    let unless = "on conflict (attribute_id, unique_n) where unique_n is not null do nothing";
    if tx.insert(into, &rows, unless).await? == entries.len() as u64 {
        return Ok(Vec::new());
    }
    let mut lost = Vec::new();
    for of_attribute in entries.chunk_by(|one, other| one.attribute == other.attribute) {
        let values: Vec<String> = of_attribute.iter().map(|entry| entry.value.clone()).collect();
        let owners = owners(tx, of_attribute[0].attribute, &values).await?;
        let beaten =
            of_attribute.iter().filter(|entry| entry.is_unique && owners.get(&entry.value) != Some(&entry.account));
        lost.extend(beaten.map(|entry| Entry::clone(entry)));
    }
    Ok(lost)
}

/// Adds new entries to the text index of SQLite, all at once; those that go are taken out by a trigger.
async fn add_to_text_index(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    if tx.dialect() != Dialect::Sqlite {
        return Ok(());
    }
    let mut places: Vec<_> =
        entries.iter().filter(|entry| entry.is_in_parts).map(|entry| (entry.attribute, entry.account)).collect();
    places.sort_unstable();
    places.dedup();
    for of_attribute in places.chunk_by(|(one, _), (other, _)| one == other) {
        for some in of_attribute.chunks(500) {
            let mut sql = Sql::new("insert into account_value_text (rowid, value_n)");
            sql.push(" select seq, value_n from account_values where account_id in (");
            sql.bind_all(some.iter().map(|(_, account)| *account)).push(") and attribute_id = ").bind(some[0].0);
            tx.execute(sql.text(), sql.values()).await?;
        }
    }
    Ok(())
}

/// Removes the entries of an attribute of these accounts.
pub(super) async fn remove(tx: &mut Tx, attribute: AttributeId, accounts: &[AccountId]) -> Result<()> {
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("delete from account_values where account_id in (");
        sql.bind_all(some.iter().copied()).push(") and attribute_id = ").bind(attribute);
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// Who has which of `values`, of an attribute that nobody may have the same of.
pub(crate) async fn owners(
    tx: &mut Tx,
    attribute: AttributeId,
    values: &[String],
) -> Result<HashMap<String, AccountId>> {
    let mut owners = HashMap::new();
    for some in values.chunks(500) {
        // Value by value: PostgreSQL would look through all values of an attribute that has just got very many.
        let mut sql = Sql::new("with wanted (value) as (values ");
        for (index, value) in some.iter().enumerate() {
            sql.push(if index > 0 { ", (" } else { "(" }).bind(value).push(")");
        }
        sql.push(") select value, (select account_id from account_values where attribute_id = ").bind(attribute);
        sql.push(" and unique_n = value) from wanted");
        let found = tx.all(sql.text(), sql.values(), |row| Ok((row.get::<String>(0)?, row.get::<Option<Uuid>>(1)?)));
        let owned = found.await?.into_iter().filter_map(|(value, owner)| Some((value, owner?.into())));
        owners.extend(owned);
    }
    Ok(owners)
}

/// Up to `limit` accounts after number `after` with their values, kept from others' changes until the transaction ends.
pub(super) async fn hold_some(
    tx: &mut Tx,
    organization: OrganizationId,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, AccountId, Values)>> {
    let mut sql = Sql::new("select seq, id, custom from accounts where seq > ");
    // Hidden in an expression, the organization doesn't lead: its indexes know other orders.
    sql.bind(after).push(" and coalesce(organization_id, id) = ").bind(organization);
    sql.push(" order by seq limit ").bind(limit).push(tx.for_update());
    let read = tx.all(sql.text(), sql.values(), |row| {
        let values = serde_json::from_value(row.get(2)?);
        let values = values.map_err(|_| store::Error::Failed("an account has values that can't be read".into()))?;
        Ok((row.get(0)?, row.id(1)?, values))
    });
    Ok(read.await?)
}
