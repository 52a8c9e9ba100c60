//! Work that goes on while nobody waits for it, and after a crash: a server takes a job under a lease, renews the lease
//! while it works, and another attempt begins where the lease ran out.

mod carry_out;
mod rows;

use std::time::Duration;

use base::{AccountId, JobId, Timestamp};
use uuid::Uuid;

pub use carry_out::{Ended, Progress, carry_out, take};

use crate::access::Role;
use crate::{Error, Operation, Result};

/// A job belongs to its server for this long after each renewal; as long does it rest after a crash.
pub const LEASE: Duration = Duration::from_secs(15);

/// What a job did in less time than this tells nothing about the rest.
const SHORTEST_PACE: Duration = Duration::from_secs(2);

/// A job as it stands.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its identifier.
    pub id: JobId,
    /// What is to be done, as `import`.
    pub kind: String,
    /// What it is done to.
    pub subject: Uuid,
    /// Who wants it.
    pub owner: AccountId,
    /// How far it has come.
    pub state: State,
    /// How much is done…
    pub done: u64,
    /// …of how much.
    pub total: u64,
    /// Whether somebody asked to stop it.
    pub stop_wanted: bool,
    /// How often it was begun.
    pub attempts: u64,
    /// Why it failed.
    pub message: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When whoever has it took it.
    pub begun_at: Option<Timestamp>,
    /// How much was done by then.
    pub begun_with: u64,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    lease: i64,
}

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for a server.
    Queued,
    /// A server is at it, or was when it went away.
    Running,
    /// It is done.
    Done,
    /// It was stopped; what was done stays.
    Stopped,
    /// It could not be done; what was done stays.
    Failed,
}

impl Job {
    /// How long the rest will take at the pace so far, when `done` of `total` are done; `None` while that is too early
    /// to say.
    pub fn time_left(&self, done: u64, total: u64, now: Timestamp) -> Option<Duration> {
        let took = now.since(self.begun_at?);
        let done_since = done.saturating_sub(self.begun_with);
        if self.state != State::Running || took < SHORTEST_PACE || done_since == 0 {
            return None;
        }
        let left = u128::from(total.saturating_sub(done));
        let millis = took.as_millis() * left / u128::from(done_since);
        Some(Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX)))
    }
}

/// A job to come.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub(crate) kind: &'static str,
    pub(crate) subject: Uuid,
    pub(crate) owner: AccountId,
    /// The folder whose files it needs; any when `None`.
    pub(crate) node: Option<String>,
    pub(crate) total: u64,
}

impl State {
    /// A stable name, as `queued`.
    pub fn code(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Done => "done",
            State::Stopped => "stopped",
            State::Failed => "failed",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [State::Queued, State::Running, State::Done, State::Stopped, State::Failed]
            .into_iter()
            .find(|state| state.code() == code)
    }

    /// Whether nothing more comes.
    pub fn is_over(self) -> bool {
        matches!(self, State::Done | State::Stopped | State::Failed)
    }
}

/// Asks for a job; for an operation that checks rights itself.
pub(crate) async fn enqueue(op: &mut Operation<'_>, job: NewJob) -> Result<JobId> {
    let (id, organization, now) = (op.new_id(), op.organization(), op.now);
    rows::insert(&mut op.tx, organization, id, &job, now).await?;
    Ok(id)
}

/// The latest job of one kind about `subject`, for an operation that checks rights itself.
pub(crate) async fn latest(op: &mut Operation<'_>, kind: &str, subject: Uuid) -> Result<Option<Job>> {
    let organization = op.organization();
    rows::latest(&mut op.tx, organization, kind, subject).await
}

/// The jobs of one kind that are not over, the oldest first; for an operation that checks rights itself.
pub(crate) async fn under_way(op: &mut Operation<'_>, kind: &str) -> Result<Vec<Job>> {
    let organization = op.organization();
    rows::under_way(&mut op.tx, organization, kind).await
}

/// Whether the caller may stop this job now: whoever wants it may, and a super administrator, until it is over.
pub(crate) fn may_stop(op: &Operation<'_>, job: &Job) -> bool {
    let actor = &op.caller.actor;
    !job.state.is_over() && (actor.is(job.owner) || actor.has(Role::SuperAdministrator))
}

/// Asks to stop a job; for an operation that checks rights itself. One that is over stays as it is.
pub(crate) async fn want_stop(op: &mut Operation<'_>, id: JobId) -> Result<()> {
    rows::want_stop(&mut op.tx, id).await
}

/// Removes jobs that ended before `at`.
pub(crate) async fn sweep(op: &mut Operation<'_>, at: Timestamp) -> Result<u64> {
    rows::sweep(&mut op.tx, at).await
}

fn lost() -> Error {
    Error::conflict("lease_lost", "Another server carries the job on.")
}
