//! Starting an import, watching it, stopping it.

use base::ImportId;

use super::steps::changeable;
use super::{Draft, JOB, Step, rows};
use crate::access::{Permission, Target};
use crate::imports::{self, Import, Past};
use crate::jobs::{self, Job, NewJob};
use crate::{Caller, Error, Identity, Operation, Result};

/// How an import stands that was started, in the console or by the command line.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What the file was called.
    pub file_name: String,
    /// The import; `None` as long as no server has begun it.
    pub past: Option<Past>,
    /// The job; `None` for an import by the command line, or one of long ago.
    pub job: Option<Job>,
    /// Whether the caller may stop it.
    pub may_stop: bool,
}

/// Starts the import of a draft: a server takes it within seconds. `mark` is what was reviewed.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`; `Conflict` `not_yours`, `started`, `steps_missing`; `Stale`
/// when it isn't what was reviewed.
pub async fn start(identity: &Identity, caller: &Caller, draft: &Draft, import: &Import, mark: &str) -> Result<()> {
    if import.mark() != mark {
        return Err(Error::Stale);
    }
    let work = identity.housekeeping(caller, async |op| {
        let present = changeable(op, draft.id).await?;
        if present.choices != draft.choices {
            return Err(Error::Stale);
        }
        if present.step < Step::Merge {
            return Err(Error::conflict("steps_missing", "Go through all steps before the import is started."));
        }
        let now = op.now;
        rows::start(&mut op.tx, present.id, now).await?;
        let (subject, owner) = (present.id.into(), present.owner);
        let job = NewJob { kind: JOB, subject, owner, node: Some(present.node), total: present.rows };
        jobs::enqueue(op, job).await.map(drop)
    });
    // The import records its beginning and its end itself, on behalf of the same person.
    work.await
}

/// How an import stands, for everybody who may import.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`, also for a draft that was not started.
pub async fn standing(op: &mut Operation<'_>, id: ImportId) -> Result<Standing> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    let job = jobs::latest(op, JOB, id.into()).await?;
    let past = match imports::find(op, id).await {
        Ok(past) => Some(past),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let file_name = if let Some(past) = &past {
        past.file_name.clone()
    } else {
        let draft = rows::find(&mut op.tx, organization, id).await?;
        draft.filter(|_| job.is_some()).ok_or(Error::NotFound)?.file_name
    };
    let may_stop = job.as_ref().is_some_and(|job| jobs::may_stop(op, job));
    Ok(Standing { file_name, past, job, may_stop })
}

/// Asks to stop an import; what is done stays. One that is over stays as it is.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`; `Conflict` `not_yours`.
pub async fn stop(identity: &Identity, caller: &Caller, id: ImportId) -> Result<()> {
    let work = identity.housekeeping(caller, async |op| {
        let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
        let job = jobs::latest(op, JOB, id.into()).await?.ok_or(Error::NotFound)?;
        if !job.state.is_over() && !jobs::may_stop(op, &job) {
            let message = "Only whoever started this import, or a super administrator, can stop it.";
            return Err(Error::conflict("not_yours", message));
        }
        jobs::want_stop(op, job.id).await
    });
    // That it stopped is told by the event of its end.
    work.await
}
