//! The rows of one-time links.

use base::{AccountId, OrganizationId, Timestamp};
use store::{Sql, Tx, params};
use uuid::Uuid;

use crate::Result;

pub(super) async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    token_hash: [u8; 32],
    purpose: &str,
    account: Option<AccountId>,
    now: Timestamp,
    expires: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into one_time_links (token_hash, organization_id, purpose, account_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        params![token_hash, organization, purpose, account, now, expires],
    )
    .await?;
    Ok(())
}

/// The account of a link that works; `Some(None)` when the link is for no account.
pub(super) async fn find(
    tx: &mut Tx,
    organization: OrganizationId,
    token_hash: [u8; 32],
    purpose: &str,
    now: Timestamp,
) -> Result<Option<Option<AccountId>>> {
    Ok(tx
        .optional(
            "select account_id from one_time_links
             where token_hash = $1 and organization_id = $2 and purpose = $3 and expires_at > $4",
            params![token_hash, organization, purpose, now],
            |row| Ok(row.get::<Option<Uuid>>(0)?.map(AccountId::from)),
        )
        .await?)
}

pub(super) async fn remove(tx: &mut Tx, token_hash: [u8; 32]) -> Result<u64> {
    Ok(tx.execute("delete from one_time_links where token_hash = $1", params![token_hash]).await?)
}

/// Removes the links of accounts, all in one statement.
pub(super) async fn delete_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<()> {
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("delete from one_time_links where account_id in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

pub(super) async fn retire(
    tx: &mut Tx,
    organization: OrganizationId,
    purpose: &str,
    account: Option<AccountId>,
) -> Result<()> {
    match account {
        Some(account) => {
            tx.execute(
                "delete from one_time_links where organization_id = $1 and purpose = $2 and account_id = $3",
                params![organization, purpose, account],
            )
            .await?
        }
        None => {
            tx.execute(
                "delete from one_time_links where organization_id = $1 and purpose = $2 and account_id is null",
                params![organization, purpose],
            )
            .await?
        }
    };
    Ok(())
}
