//! The rows of one-time links and codes.

use base::{AccountId, OrganizationId, Timestamp};
use store::{Row, Sql, Tx, params};
use uuid::Uuid;

use super::{Bond, Issue, Purpose, Standing, Way};
use crate::Result;

pub(super) async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    wanted: &Issue<'_>,
    token_hash: [u8; 32],
    code_hash: Option<[u8; 32]>,
    now: Timestamp,
    expires: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into one_time_links (token_hash, organization_id, purpose, account_id, created_at, expires_at, way,
             sent_to, password_hash, code_hash, is_resend)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            token_hash,
            organization,
            wanted.purpose.code(),
            wanted.account,
            now,
            expires,
            wanted.way.code(),
            wanted.sent_to.map(str::to_owned),
            wanted.password_hash.clone(),
            code_hash.map(|hash| hash.to_vec()),
            wanted.is_resend
        ],
    )
    .await?;
    Ok(())
}

fn read(row: &Row<'_>) -> store::Result<Bond> {
    let unknown = |what: &str| store::Error::Failed(format!("a one-time link has an unknown {what}"));
    let token_hash = row.get::<Vec<u8>>(0)?.try_into().map_err(|_| unknown("hash"))?;
    let state = match row.get::<String>(7)?.as_str() {
        "open" => Standing::Open,
        "used" => Standing::Used,
        "newer" => Standing::Newer,
        "ended" => Standing::Ended,
        _ => return Err(unknown("state")),
    };
    Ok(Bond {
        token_hash,
        purpose: Purpose::from_code(&row.get::<String>(1)?).ok_or_else(|| unknown("purpose"))?,
        account: row.get::<Option<Uuid>>(2)?.map(AccountId::from),
        way: Way::from_code(&row.get::<String>(3)?).ok_or_else(|| unknown("way"))?,
        sent_to: row.get(4)?,
        password_hash: row.get(5)?,
        expires_at: row.time(6)?,
        state,
    })
}

/// The link with this token, whatever became of it.
pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, token_hash: [u8; 32]) -> Result<Option<Bond>> {
    Ok(tx
        .optional(
            "select token_hash, purpose, account_id, way, sent_to, password_hash, expires_at, state from one_time_links
             where token_hash = $1 and organization_id = $2",
            params![token_hash, organization],
            read,
        )
        .await?)
}

/// The link or code of a purpose that works by its state, whatever the clock has done since; else the one that was made
/// last.
pub(super) async fn latest(tx: &mut Tx, account: AccountId, purpose: &str) -> Result<Option<Bond>> {
    Ok(tx
        .optional(
            "select token_hash, purpose, account_id, way, sent_to, password_hash, expires_at, state from one_time_links
             where account_id = $1 and purpose = $2
             order by case when state = 'open' then 0 when state = 'newer' then 2 else 1 end, created_at desc limit 1",
            params![account, purpose],
            read,
        )
        .await?)
}

/// Marks a link that works as used; answers how many that were.
pub(super) async fn use_up(tx: &mut Tx, token_hash: [u8; 32], now: Timestamp) -> Result<u64> {
    Ok(tx
        .execute(
            "update one_time_links set state = 'used' where token_hash = $1 and state = 'open' and expires_at > $2",
            params![token_hash, now],
        )
        .await?)
}

/// Counts a try, and answers how the code is kept; `None` when there were too many tries.
pub(super) async fn take_a_try(tx: &mut Tx, token_hash: [u8; 32], most: i64) -> Result<Option<Vec<u8>>> {
    let counted = tx
        .execute(
            "update one_time_links set tries = tries + 1 where token_hash = $1 and tries < $2 and state = 'open'",
            params![token_hash, most],
        )
        .await?;
    if counted == 0 {
        return Ok(None);
    }
    let kept = tx
        .optional("select code_hash from one_time_links where token_hash = $1", params![token_hash], |row| {
            row.get::<Option<Vec<u8>>>(0)
        })
        .await?;
    Ok(kept.flatten())
}

/// Takes back that a try was counted.
pub(super) async fn give_a_try_back(tx: &mut Tx, token_hash: [u8; 32]) -> Result<()> {
    tx.execute("update one_time_links set tries = tries - 1 where token_hash = $1", params![token_hash]).await?;
    Ok(())
}

/// When links and codes of an account were sent once more since `since`, the earliest first.
pub(super) async fn resent_since(tx: &mut Tx, account: AccountId, since: Timestamp) -> Result<Vec<Timestamp>> {
    Ok(tx
        .all(
            "select created_at from one_time_links
             where account_id = $1 and is_resend = $3 and created_at > $2
             order by created_at",
            params![account, since, true],
            |row| row.time(0),
        )
        .await?)
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
                "update one_time_links set state = 'newer'
                 where organization_id = $1 and purpose = $2 and account_id = $3 and state = 'open'",
                params![organization, purpose, account],
            )
            .await?
        }
        None => {
            tx.execute(
                "update one_time_links set state = 'newer'
                 where organization_id = $1 and purpose = $2 and account_id is null and state = 'open'",
                params![organization, purpose],
            )
            .await?
        }
    };
    Ok(())
}

pub(super) async fn end(tx: &mut Tx, account: AccountId, purpose: &str) -> Result<()> {
    tx.execute(
        "update one_time_links set state = 'ended' where account_id = $1 and purpose = $2 and state = 'open'",
        params![account, purpose],
    )
    .await?;
    Ok(())
}

pub(super) async fn end_all(tx: &mut Tx, accounts: &[AccountId]) -> Result<()> {
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("update one_time_links set state = 'ended' where state = 'open' and account_id in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, at: Timestamp) -> Result<u64> {
    Ok(tx.execute("delete from one_time_links where expires_at <= $1", params![at]).await?)
}
