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
