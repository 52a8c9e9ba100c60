//! The rehearsal of a long file, as a job: whoever wants it may leave, and looks at what it found when they come back.

use std::io::{Read, Write};

use base::ImportId;

use super::review::{Review, rehearse};
use super::steps::{changeable, prepared};
use super::{Draft, Kept, rows};
use crate::access::Actor;
use crate::imports::{Import, Next, not_allowed_any_more, starter};
use crate::jobs::{self, Ended, Job, NewJob, Progress, State};
use crate::{Caller, Door, Error, Identity, Result};

/// The kind of such jobs.
pub const CHECK_JOB: &str = "import_check";

/// A file of more rows than this is rehearsed by a job; a shorter one while somebody waits.
pub const MOST_ROWS_WHILE_WAITING: u64 = 5_000;

/// How the rehearsal of a long file stands.
#[derive(Clone, Debug)]
pub enum Check {
    /// What it found, for the choices as they are.
    Found(Box<Review>),
    /// It waits for a server, or is under way.
    UnderWay(Job),
    /// It could not be done; the reason.
    Failed(String),
    /// It was not wanted yet, or the choices were changed since.
    Wanting,
}

/// Wants the rehearsal of a draft; one of former choices is stopped.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`; `Conflict` `not_yours`, `started`; `Unavailable`.
pub async fn begin_check(identity: &Identity, caller: &Caller, id: ImportId) -> Result<()> {
    identity.files().remove(&Kept::Review.name(id))?;
    let work = identity.housekeeping(caller, async |op| {
        let draft = changeable(op, id).await?;
        if let Some(former) = jobs::latest(op, CHECK_JOB, id.into()).await? {
            jobs::want_stop(op, former.id).await?;
        }
        let (owner, node) = (draft.owner, Some(draft.node));
        let job = NewJob { kind: CHECK_JOB, subject: id.into(), owner, node, total: draft.rows };
        jobs::enqueue(op, job).await.map(drop)
    });
    work.await
}

/// How the rehearsal of a draft stands, for whoever may see the draft; `import` is what it stands for.
///
/// Errors: `Unavailable`.
pub async fn check(identity: &Identity, caller: &Caller, draft: &Draft, import: &Import) -> Result<Check> {
    let job = identity.read(caller, async |op| jobs::latest(op, CHECK_JOB, draft.id.into()).await).await?;
    let Some(job) = job else { return Ok(Check::Wanting) };
    Ok(match job.state {
        State::Queued | State::Running => Check::UnderWay(job),
        State::Failed => Check::Failed(job.message.unwrap_or_default()),
        State::Stopped => Check::Wanting,
        State::Done => match found(identity, draft.id)? {
            Some(review) if review.mark == import.mark() => Check::Found(Box::new(review)),
            _ => Check::Wanting,
        },
    })
}

fn found(identity: &Identity, id: ImportId) -> Result<Option<Review>> {
    let mut bytes = Vec::new();
    match identity.files().open(&Kept::Review.name(id)) {
        Ok(mut file) => {
            let read = file.read_to_end(&mut bytes);
            read.map_err(|error| Error::Unavailable(format!("a review can't be read: {error}")))?;
        }
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    }
    // One of another version is made anew.
    Ok(serde_json::from_slice(&bytes).ok())
}

/// Rehearses the import of the draft that a job is about, on behalf of whoever wanted it. A crash begins it anew.
///
/// Errors: as [`crate::imports::dry_run`]; `Conflict` `not_allowed_any_more`.
pub async fn carry_out_check(identity: &Identity, job: &Job, progress: &Progress) -> Result<Ended> {
    let id = ImportId::from(job.subject);
    let server = identity.caller(Actor::System, Door::Worker);
    let draft = identity.read(&server, async |op| {
        let organization = op.organization();
        rows::find(&mut op.tx, organization, id).await
    });
    // It was cancelled, or started without waiting.
    let Some(draft) = draft.await?.filter(|draft| draft.started_at.is_none()) else { return Ok(Ended::Stopped) };
    let caller = starter(identity, job.owner).await?.ok_or_else(not_allowed_any_more)?;
    let import = prepared(identity, &draft).map_err(in_words)?;
    let mut watch = |done: u64| {
        progress.is_at(done);
        if progress.should_stop() { Next::Stop } else { Next::GoOn }
    };
    let review = rehearse(identity, &caller, &draft, &import, &mut watch).await.map_err(in_words)?;
    let Some(review) = review else { return Ok(Ended::Stopped) };
    keep(identity, id, &review)?;
    // It may have been cancelled meanwhile, and its files with it.
    let still = identity.read(&server, async |op| {
        let organization = op.organization();
        rows::find(&mut op.tx, organization, id).await
    });
    if still.await?.is_none() {
        for kept in [Kept::Review, Kept::Problems] {
            identity.files().remove(&kept.name(id))?;
        }
    }
    Ok(Ended::Done)
}

/// An error of the file in words that a page can show.
fn in_words(error: Error) -> Error {
    let Error::Invalid(problems) = error else { return error };
    let words: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
    Error::conflict("bad_file", words.join(" "))
}

fn keep(identity: &Identity, id: ImportId, review: &Review) -> Result<()> {
    let unkept = |error: std::io::Error| Error::Unavailable(format!("the review can't be kept: {error}"));
    let bytes = serde_json::to_vec(review).map_err(|error| Error::Internal(error.to_string()))?;
    let mut file = identity.files().create(&Kept::Review.name(id))?;
    file.write_all(&bytes).map_err(unkept)?;
    file.finish().map_err(unkept).map(drop)
}
