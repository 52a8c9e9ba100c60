//! The rows of sessions.

use base::{AccountId, OrganizationId, SessionId, Timestamp};
use store::{Row, Sql, Tx, params};

use super::Session;
use crate::Result;

fn read(row: &Row<'_>) -> store::Result<Session> {
    Ok(Session {
        id: row.id(0)?,
        account: row.id(1)?,
        created_at: row.time(2)?,
        last_seen_at: row.time(3)?,
        authenticated_at: row.time(4)?,
        address: row.get(5)?,
        user_agent: row.get(6)?,
    })
}

pub(super) async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    session: &Session,
    token_hash: [u8; 32],
) -> Result<()> {
    tx.execute(
        "insert into sessions (id, organization_id, account_id, token_hash, created_at, last_seen_at,
             authenticated_at, address, user_agent)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            session.id,
            organization,
            session.account,
            token_hash,
            session.created_at,
            session.last_seen_at,
            session.authenticated_at,
            session.address.clone(),
            session.user_agent.clone(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, token_hash: [u8; 32]) -> Result<Option<Session>> {
    Ok(tx
        .optional(
            "select id, account_id, created_at, last_seen_at, authenticated_at, address, user_agent
             from sessions where token_hash = $1 and organization_id = $2",
            params![token_hash, organization],
            read,
        )
        .await?)
}

pub(super) async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Session>> {
    Ok(tx
        .all(
            "select id, account_id, created_at, last_seen_at, authenticated_at, address, user_agent
             from sessions where account_id = $1 order by last_seen_at desc, id",
            params![account],
            read,
        )
        .await?)
}

pub(super) async fn touch(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<()> {
    tx.execute("update sessions set last_seen_at = $2 where id = $1", params![id, now]).await?;
    Ok(())
}

pub(super) async fn renew(tx: &mut Tx, id: SessionId, token_hash: [u8; 32], now: Timestamp) -> Result<()> {
    tx.execute(
        "update sessions set token_hash = $2, last_seen_at = $3, authenticated_at = $3 where id = $1",
        params![id, token_hash, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: SessionId) -> Result<()> {
    tx.execute("delete from sessions where id = $1", params![id]).await?;
    Ok(())
}

/// Removes the sessions of accounts, all in one statement.
pub(super) async fn delete_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<u64> {
    let mut count = 0;
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("delete from sessions where account_id in (");
        sql.bind_all(some.iter().copied()).push(")");
        count += tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(count)
}

pub(super) async fn sweep(tx: &mut Tx, seen_before: Timestamp) -> Result<u64> {
    Ok(tx.execute("delete from sessions where last_seen_at < $1", params![seen_before]).await?)
}

pub(super) async fn delete_others(tx: &mut Tx, account: AccountId, kept: SessionId) -> Result<u64> {
    Ok(tx.execute("delete from sessions where account_id = $1 and id <> $2", params![account, kept]).await?)
}
