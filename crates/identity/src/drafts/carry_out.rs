//! The job of an import that was prepared in the console.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base::{AccountId, ImportId};

use super::told::Telling;
use super::{Draft, Kept, rows, steps};
use crate::access::Actor;
use crate::imports::{self, Batch, Ending, Next, Past, not_allowed_any_more, starter};
use crate::jobs::{Ended, Job, Progress};
use crate::{Caller, Door, Error, Identity, Problem, Result, attributes};

/// The kind of such jobs.
pub const JOB: &str = "import";

/// How often it is looked at whether whoever started it may still import.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Carries out the import that a job is about, on behalf of whoever started it, with the rights they have now: begun
/// once, gone on with after a crash. The upload is removed when the job is over.
///
/// Errors: `Conflict` `not_allowed_any_more`; as [`imports::run`]. Committed rows stay.
pub async fn carry_out(identity: &Identity, job: &Job, progress: &Progress) -> Result<Ended> {
    let id = ImportId::from(job.subject);
    let ended = work(identity, job, id, progress).await;
    // What was unavailable may come back, and then the file is needed; another server that has the job needs it too.
    if !matches!(ended, Err(Error::Unavailable(_))) && !progress.is_lost() {
        if ended.is_err() {
            // Nobody carries it on any more.
            let server = identity.caller(Actor::System, Door::Worker);
            identity.write(&server, async |op| imports::give_up(op, id).await).await?;
        }
        for kept in [Kept::Upload, Kept::Problems, Kept::Review] {
            identity.files().remove(&kept.name(id))?;
        }
    }
    ended
}

async fn work(identity: &Identity, job: &Job, id: ImportId, progress: &Progress) -> Result<Ended> {
    let server = identity.caller(Actor::System, Door::Worker);
    let found = identity.read(&server, async |op| {
        let organization = op.organization();
        let draft = rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
        Ok(Draft { attributes: attributes::load(op).await?, ..draft })
    });
    let draft = found.await?;
    let past = begun(identity, &server, id).await?;
    if progress.should_stop() && past.is_none() {
        return Ok(Ended::Stopped);
    }
    if !identity.files().has(&Kept::Upload.name(id)) {
        return ended_before(past);
    }
    let caller = starter(identity, job.owner).await?.ok_or_else(not_allowed_any_more)?;
    let (import, problems) = steps::proposed(identity, &draft, draft.choices.clone())?;
    // What must be told since the import was started fails the rows that don't, and not those that went before.
    let problems: Vec<_> = problems.into_iter().filter(|problem| !is_new_demand(problem)).collect();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let guard = Guard::set(identity, job.owner);
    let mut telling = Telling::begin(identity, id, &import)?;
    let mut watch = |batch: &Batch| {
        telling.add(batch)?;
        progress.is_at(batch.totals.rows());
        if guard.is_shut() {
            return Err(not_allowed_any_more());
        }
        let stops = progress.should_stop() && !batch.is_from_before;
        Ok(if stops { Next::Stop } else { Next::GoOn })
    };
    let report = imports::run(identity, &caller, &import, &mut watch).await;
    telling.finish()?;
    Ok(match report?.ending {
        Ending::Completed | Ending::Failed => Ended::Done,
        Ending::Stopped => Ended::Stopped,
    })
}

fn is_new_demand(problem: &Problem) -> bool {
    problem.code == "NOT_MAPPED" && problem.field.starts_with("custom.")
}

/// The import, if a server has begun it.
async fn begun(identity: &Identity, server: &Caller, id: ImportId) -> Result<Option<Past>> {
    match identity.read(server, async |op| imports::find(op, id).await).await {
        Ok(past) => Ok(Some(past)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How an import ended whose file was removed already: the process went away before it could say so.
fn ended_before(past: Option<Past>) -> Result<Ended> {
    match past.and_then(|past| past.ending) {
        Some(Ending::Completed | Ending::Failed) => Ok(Ended::Done),
        Some(Ending::Stopped) => Ok(Ended::Stopped),
        None => Err(Error::conflict("file_gone", "The file of this import is gone. Upload it again.")),
    }
}

/// Looks now and then whether the starter may still import.
struct Guard {
    is_shut: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Guard {
    fn set(identity: &Identity, owner: AccountId) -> Self {
        let is_shut = Arc::new(AtomicBool::new(false));
        let (identity, shut) = (identity.clone(), Arc::clone(&is_shut));
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                // What can't be read now is looked at again.
                if let Ok(None) = starter(&identity, owner).await {
                    return shut.store(true, Ordering::Relaxed);
                }
            }
        });
        Guard { is_shut, task }
    }

    fn is_shut(&self) -> bool {
        self.is_shut.load(Ordering::Relaxed)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.task.abort();
    }
}
