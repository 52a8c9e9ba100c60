//! The job that takes an import back.

use base::ImportId;
use serde_json::json;

use super::take_back::take_back;
use super::{rows, undoing};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::imports::begin::importing;
use crate::imports::run::{give_way, patient};
use crate::imports::starter::{not_allowed_any_more, starter};
use crate::jobs::{Ended, Job, Progress};
use crate::{Identity, Operation, Result};

/// The kind of such jobs.
pub const JOB: &str = "import_undo";

/// Takes back the import that a job is about, on behalf of whoever wanted it, with the rights they have now: some
/// accounts in each transaction, so that it goes on where it was after a crash.
///
/// Errors: `Conflict` `not_allowed_any_more`; `Unavailable`. What is taken back stays so.
pub async fn carry_out(identity: &Identity, job: &Job, progress: &Progress) -> Result<Ended> {
    let id = ImportId::from(job.subject);
    loop {
        if progress.is_lost() {
            return Ok(Ended::Stopped);
        }
        let caller = starter(identity, job.owner).await?.ok_or_else(not_allowed_any_more)?;
        let caller = importing(&caller, id);
        let work = async || identity.housekeeping(&caller, async |op| take_back(op, id).await).await;
        let some = patient(work).await?;
        if some == 0 {
            identity.write(&caller, async |op| finish(op, id).await).await?;
            return Ok(Ended::Done);
        }
        let undo = identity.read(&caller, async |op| Ok(undoing(op, id).await?.past.undo)).await?;
        progress.is_at(undo.undone + undo.kept);
        give_way(identity).await;
    }
}

/// Ends it.
async fn finish(op: &mut Operation<'_>, id: ImportId) -> Result<()> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let now = op.now;
    let past = undoing(op, id).await?.past;
    rows::end(&mut op.tx, id, now).await?;
    let details = json!({ "file": past.file_name, "undone": past.undo.undone, "kept": past.undo.kept });
    op.record(permit, Event::ImportUndone { import: id, details });
    Ok(())
}
