//! The rows of passwords.

use base::{AccountId, OrganizationId, Timestamp};
use store::{Tx, params};

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
        .map(|(account, hash)| store::values![*account, organization, hash.as_str(), now, rules_unknown])
        .collect();
    tx.insert(
        "passwords (account_id, organization_id, hash, set_at, rules_unknown)",
        &rows,
        "on conflict (account_id) do update set hash = excluded.hash, set_at = excluded.set_at,
             rules_unknown = excluded.rules_unknown",
    )
    .await?;
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
