//! Taking a job, working at it, and keeping it meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::{Job, LEASE, State, lost, rows};
use crate::access::Actor;
use crate::{Door, Error, Identity, Result};

/// How often a job is kept, and looked at whether somebody wants it to stop.
const RENEW_EVERY: Duration = Duration::from_secs(1);
/// A job that something was unavailable for is tried again after this time…
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// …so often.
const MOST_ATTEMPTS: u64 = 50;

/// How a job ended that could be worked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is done.
    Done,
    /// It was stopped, as somebody wanted.
    Stopped,
}

/// What the work of a job and its keeper tell each other; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    done: AtomicU64,
    stop: AtomicBool,
    is_lost: AtomicBool,
}

impl Progress {
    /// So much is done.
    pub fn is_at(&self, done: u64) {
        self.0.done.store(done, Ordering::Relaxed);
    }

    /// Whether the work should end soon.
    pub fn should_stop(&self) -> bool {
        self.0.stop.load(Ordering::Relaxed) || self.is_lost()
    }

    /// Whether the job is another server's by now: nothing more may be done.
    pub fn is_lost(&self) -> bool {
        self.0.is_lost.load(Ordering::Relaxed)
    }
}

/// Takes the job that has waited longest, of those that this server may do.
///
/// Errors: `Unavailable`.
pub async fn take(identity: &Identity) -> Result<Option<Job>> {
    let server = identity.caller(Actor::System, Door::Worker);
    // Whoever only looks keeps nobody waiting; and a server that keeps no files has no jobs that need them.
    let node = identity.files().node().unwrap_or_default();
    let waiting = identity.read(&server, async |op| rows::due(&mut op.tx, &node, op.now).await).await?;
    if waiting.is_none() {
        return Ok(None);
    }
    let lease = i64::from_le_bytes(identity.random().bytes());
    let taken = identity.housekeeping(&server, async |op| {
        let now = op.now;
        let Some(job) = rows::due(&mut op.tx, &node, now).await? else { return Ok(None) };
        rows::lease(&mut op.tx, job.id, lease, now).await?;
        let (begun_at, begun_with, attempts) = (Some(now), job.done, job.attempts + 1);
        Ok(Some(Job { lease, state: State::Running, attempts, begun_at, begun_with, ..job }))
    });
    taken.await
}

/// Works at a job that was taken, keeps it meanwhile, and writes down how it ended. A job that something was unavailable
/// for is put off; other errors end it, and their words are kept for people.
///
/// Errors: `Unavailable` when that can't be written down; `Conflict` `lease_lost`.
pub async fn carry_out(
    identity: &Identity,
    job: &Job,
    work: impl AsyncFnOnce(&Progress) -> Result<Ended>,
) -> Result<()> {
    let progress = Progress::default();
    progress.is_at(job.done);
    progress.0.stop.store(job.stop_wanted, Ordering::Relaxed);
    let keeper = Keeper(tokio::spawn(keep(identity.clone(), job.clone(), progress.clone())));
    let ended = work(&progress).await;
    drop(keeper);
    if progress.is_lost() {
        return Err(lost());
    }
    let (state, message) = match ended {
        Ok(Ended::Done) => (State::Done, None),
        Ok(Ended::Stopped) => (State::Stopped, None),
        Err(Error::Unavailable(what)) if job.attempts < MOST_ATTEMPTS => {
            tracing::warn!(job = %job.id, what, "a job is put off");
            return put_off(identity, job).await;
        }
        Err(error) => {
            tracing::warn!(job = %job.id, kind = job.kind, %error, "a job failed");
            (State::Failed, Some(error.to_string()))
        }
    };
    let done = progress.0.done.load(Ordering::Relaxed);
    let server = identity.caller(Actor::System, Door::Worker);
    let written = identity.housekeeping(&server, async |op| {
        let now = op.now;
        rows::finish(&mut op.tx, job, state, done, message.as_deref(), now).await
    });
    if written.await? { Ok(()) } else { Err(lost()) }
}

async fn put_off(identity: &Identity, job: &Job) -> Result<()> {
    let server = identity.caller(Actor::System, Door::Worker);
    let work = async |op: &mut crate::Operation<'_>| {
        let until = op.now.plus(TRY_AGAIN_AFTER);
        rows::put_off(&mut op.tx, job, until).await
    };
    identity.housekeeping(&server, work).await
}

/// Ends with the work.
struct Keeper(tokio::task::JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Keeps a job until it is aborted, or the job is another's. A task of its own: the work may be in a transaction.
async fn keep(identity: Identity, job: Job, progress: Progress) {
    let mut kept_at = identity.clock().now();
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let server = identity.caller(Actor::System, Door::Worker);
        let done = progress.0.done.load(Ordering::Relaxed);
        let renewed = identity.housekeeping(&server, async |op| {
            let until = op.now.plus(LEASE);
            rows::renew(&mut op.tx, &job, done, until).await
        });
        match renewed.await {
            Ok(Some(stop)) => {
                kept_at = identity.clock().now();
                progress.0.stop.fetch_or(stop, Ordering::Relaxed);
            }
            Ok(None) => return progress.0.is_lost.store(true, Ordering::Relaxed),
            Err(error) => {
                tracing::warn!(job = %job.id, %error, "a job could not be kept");
                if identity.clock().now().since(kept_at) > LEASE {
                    return progress.0.is_lost.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}
