//! The rows of passwords.

use base::{AccountId, OrganizationId, Timestamp};
use store::{Sql, Tx, params};

use super::{PasswordHash, StoredPassword};
use crate::{Error, Result};

pub(super) async fn find(tx: &mut Tx, account: AccountId) -> Result<Option<StoredPassword>> {
    let found = tx
        .optional("select hash, set_at, rules_unknown from passwords where account_id = $1", params![account], |row| {
            Ok((row.get::<String>(0)?, row.time(1)?, row.get::<bool>(2)?))
        })
        .await?;
    let Some((hash, set_at, rules_unknown)) = found else {
        return Ok(None);
    };
    let hash =
        PasswordHash::parse(&hash).map_err(|_| Error::Internal("a stored password hash can't be read".into()))?;
    Ok(Some(StoredPassword { hash, set_at, rules_unknown }))
}

pub(super) async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    passwords: &[(AccountId, PasswordHash)],
    now: Timestamp,
    rules_unknown: bool,
) -> Result<()> {
    let rows: Vec<_> = passwords
        .iter()
        .map(|(account, hash)| store::values![*account, organization, hash.as_str(), now, rules_unknown, false])
        .collect();
    tx.insert(
        "passwords (account_id, organization_id, hash, set_at, rules_unknown, age_told)",
        &rows,
        "on conflict (account_id) do update set hash = excluded.hash, set_at = excluded.set_at,
             rules_unknown = excluded.rules_unknown, age_told = excluded.age_told",
    )
    .await?;
    Ok(())
}

pub(super) async fn renew_hash(tx: &mut Tx, account: AccountId, hash: &PasswordHash) -> Result<()> {
    tx.execute("update passwords set hash = $2 where account_id = $1", params![account, hash.as_str()]).await?;
    Ok(())
}

pub(super) async fn unwarned(
    tx: &mut Tx,
    organization: OrganizationId,
    from: Timestamp,
    by: Timestamp,
    most: u32,
) -> Result<Vec<(AccountId, Timestamp)>> {
    let mut sql = Sql::new("select account_id, set_at from passwords where not age_told and organization_id = ");
    sql.bind(organization).push(" and set_at > ").bind(from).push(" and set_at <= ").bind(by);
    sql.push(" order by set_at limit ").bind(i64::from(most)).push(tx.for_update());
    Ok(tx.all(sql.text(), sql.values(), |row| Ok((row.id(0)?, row.time(1)?))).await?)
}

pub(super) async fn note_warned(tx: &mut Tx, ids: &[AccountId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("update passwords set age_told = ");
    sql.bind(true).push(" where account_id in (").bind_all(ids.iter().copied()).push(")");
    tx.execute(sql.text(), sql.values()).await?;
    Ok(())
}

pub(super) async fn earlier(tx: &mut Tx, account: AccountId, depth: u32) -> Result<Vec<PasswordHash>> {
    let stored = tx
        .all(
            "select hash from password_history where account_id = $1 order by seq desc limit $2",
            params![account, i64::from(depth)],
            |row| row.get::<String>(0),
        )
        .await?;
    let parse = |hash: &String| PasswordHash::parse(hash);
    let parsed: std::result::Result<Vec<_>, _> = stored.iter().map(parse).collect();
    parsed.map_err(|_| Error::Internal("a remembered password hash can't be read".into()))
}

pub(super) async fn remember(
    tx: &mut Tx,
    organization: OrganizationId,
    account: AccountId,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into password_history (account_id, organization_id, hash, replaced_at) values ($1, $2, $3, $4)",
        params![account, organization, hash.as_str(), now],
    )
    .await?;
    Ok(())
}

pub(super) async fn forget_beyond(tx: &mut Tx, account: AccountId, depth: u32) -> Result<()> {
    tx.execute(
        "delete from password_history
         where account_id = $1 and seq not in (
             select seq from password_history where account_id = $1 order by seq desc limit $2
         )",
        params![account, i64::from(depth)],
    )
    .await?;
    Ok(())
}
