//! The rows of jobs.

use base::{JobId, OrganizationId, Timestamp};
use store::{Row, Sql, Tx, params};
use uuid::Uuid;

use super::{Job, LEASE, NewJob, State};
use crate::Result;

fn read(row: &Row<'_>) -> store::Result<Job> {
    let number = |index| Ok::<u64, store::Error>(row.get::<i64>(index)?.unsigned_abs());
    let state = row.get::<String>(4)?;
    Ok(Job {
        id: row.id(0)?,
        kind: row.get(1)?,
        subject: row.get(2)?,
        owner: row.id(3)?,
        state: State::from_code(&state).ok_or_else(|| store::Error::Failed(format!("a job is {state:?}")))?,
        done: number(5)?,
        total: number(6)?,
        stop_wanted: row.get(7)?,
        attempts: number(8)?,
        message: row.get(9)?,
        created_at: row.time(10)?,
        finished_at: row.optional_time(11)?,
        lease: row.get(12)?,
        begun_at: row.optional_time(13)?,
        begun_with: number(14)?,
    })
}

pub(super) async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    id: JobId,
    job: &NewJob,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into jobs (id, organization_id, kind, subject_id, state, owner_id, node, done, total, stop_wanted,
             attempts, leased_until, lease, created_at)
         values ($1, $2, $3, $4, 'queued', $5, $6, 0, $7, $8, 0, 0, 0, $9)",
        params![id, organization, job.kind, job.subject, job.owner, job.node.clone(), number(job.total), false, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn latest(
    tx: &mut Tx,
    organization: OrganizationId,
    kind: &str,
    subject: Uuid,
) -> Result<Option<Job>> {
    Ok(tx
        .optional(
            "select id, kind, subject_id, owner_id, state, done, total, stop_wanted, attempts, message, created_at,
                 finished_at, lease, begun_at, begun_with
             from jobs where subject_id = $1 and organization_id = $2 and kind = $3
             order by created_at desc, id desc limit 1",
            params![subject, organization, kind],
            read,
        )
        .await?)
}

pub(super) async fn under_way(tx: &mut Tx, organization: OrganizationId, kind: &str) -> Result<Vec<Job>> {
    Ok(tx
        .all(
            "select id, kind, subject_id, owner_id, state, done, total, stop_wanted, attempts, message, created_at,
                 finished_at, lease, begun_at, begun_with
             from jobs where state in ('queued', 'running') and organization_id = $1 and kind = $2
             order by created_at, id",
            params![organization, kind],
            read,
        )
        .await?)
}

/// The job that has waited longest, of those that nobody has and this folder may do.
pub(super) async fn due(tx: &mut Tx, node: &str, now: Timestamp) -> Result<Option<Job>> {
    let mut sql = Sql::new(
        "select id, kind, subject_id, owner_id, state, done, total, stop_wanted, attempts, message, created_at,
             finished_at, lease, begun_at, begun_with
         from jobs where state in ('queued', 'running') and leased_until <= ",
    );
    sql.bind(now).push(" and (node is null or node = ").bind(node);
    sql.push(") order by created_at, id limit 1").push(tx.for_update());
    Ok(tx.optional(sql.text(), sql.values(), read).await?)
}

/// Gives a job to whoever names the `lease`, from `now` on.
pub(super) async fn lease(tx: &mut Tx, id: JobId, lease: i64, now: Timestamp) -> Result<()> {
    tx.execute(
        "update jobs set state = 'running', lease = $2, leased_until = $3, attempts = attempts + 1, begun_at = $4,
             begun_with = done
         where id = $1",
        params![id, lease, now.plus(LEASE), now],
    )
    .await?;
    Ok(())
}

/// Keeps a job, with what is done of it; answers whether somebody wants it to stop, and nothing when it is somebody
/// else's, or gone.
pub(super) async fn renew(tx: &mut Tx, job: &Job, done: u64, until: Timestamp) -> Result<Option<bool>> {
    let kept = tx
        .execute(
            "update jobs set leased_until = $3, done = $4 where id = $1 and lease = $2 and state = 'running'",
            params![job.id, job.lease, until, number(done)],
        )
        .await?;
    if kept == 0 {
        return Ok(None);
    }
    Ok(Some(tx.one("select stop_wanted from jobs where id = $1", params![job.id], |row| row.get(0)).await?))
}

/// Ends a job; answers whether it was still the caller's.
pub(super) async fn finish(
    tx: &mut Tx,
    job: &Job,
    state: State,
    done: u64,
    message: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let ended = tx
        .execute(
            "update jobs set state = $3, done = $4, message = $5, finished_at = $6
             where id = $1 and lease = $2 and state = 'running'",
            params![job.id, job.lease, state.code(), number(done), message, now],
        )
        .await?;
    Ok(ended > 0)
}

/// Puts a job off.
pub(super) async fn put_off(tx: &mut Tx, job: &Job, until: Timestamp) -> Result<()> {
    tx.execute(
        "update jobs set state = 'queued', leased_until = $3 where id = $1 and lease = $2",
        params![job.id, job.lease, until],
    )
    .await?;
    Ok(())
}

pub(super) async fn want_stop(tx: &mut Tx, id: JobId) -> Result<()> {
    tx.execute("update jobs set stop_wanted = $2 where id = $1 and state in ('queued', 'running')", params![id, true])
        .await?;
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, at: Timestamp) -> Result<u64> {
    Ok(tx.execute("delete from jobs where finished_at < $1", params![at]).await?)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
