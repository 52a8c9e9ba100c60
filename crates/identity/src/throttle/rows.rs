//! The rows of attempts.

use base::Timestamp;
use store::{Sql, Tx, params};

use super::Attempts;
use crate::Result;

pub(super) async fn find(tx: &mut Tx, key: [u8; 32]) -> Result<Option<Attempts>> {
    Ok(tx
        .optional(
            "select failures, window_began_at, blocked_until, blocks from attempts where subject = $1",
            params![key],
            |row| {
                Ok(Attempts {
                    failures: row.get(0)?,
                    window_began_at: row.time(1)?,
                    blocked_until: row.time(2)?,
                    blocks: row.get(3)?,
                })
            },
        )
        .await?)
}

pub(super) async fn put(tx: &mut Tx, key: [u8; 32], attempts: Attempts) -> Result<()> {
    tx.execute(
        "insert into attempts (subject, failures, window_began_at, blocked_until, blocks) values ($1, $2, $3, $4, $5)
         on conflict (subject) do update set failures = excluded.failures,
             window_began_at = excluded.window_began_at, blocked_until = excluded.blocked_until,
             blocks = excluded.blocks",
        params![key, attempts.failures, attempts.window_began_at, attempts.blocked_until, attempts.blocks],
    )
    .await?;
    Ok(())
}

/// Counts one more, from one again when the first was at `since` or before; answers how many there are. Of several at
/// once each sees another number.
pub(super) async fn count(tx: &mut Tx, key: [u8; 32], now: Timestamp, since: Timestamp) -> Result<i64> {
    tx.execute(
        "insert into attempts (subject, failures, window_began_at, blocked_until, blocks) values ($1, 1, $2, $3, 0)
         on conflict (subject) do update set
             failures = case when attempts.window_began_at <= $4 then 1 else attempts.failures + 1 end,
             window_began_at = case when attempts.window_began_at <= $4 then excluded.window_began_at
                 else attempts.window_began_at end",
        params![key, now, Timestamp::default(), since],
    )
    .await?;
    Ok(find(tx, key).await?.map_or(0, |attempts| attempts.failures))
}

pub(super) async fn remove(tx: &mut Tx, key: [u8; 32]) -> Result<()> {
    tx.execute("delete from attempts where subject = $1", params![key]).await?;
    Ok(())
}

pub(super) async fn remove_many(tx: &mut Tx, keys: &[[u8; 32]]) -> Result<()> {
    for some in keys.chunks(500) {
        let mut sql = Sql::new("delete from attempts where subject in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute("delete from attempts where window_began_at < $1 and blocked_until < $1", params![before]).await?)
}
