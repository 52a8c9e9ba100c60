//! Beginning to take an import back, and how that stands.

use base::{ImportId, Timestamp};

use super::{JOB, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::imports::{self, Past};
use crate::jobs::{self, Job, NewJob};
use crate::{Error, Operation, Result, accounts};

/// How taking an import back stands.
#[derive(Clone, Debug)]
pub struct Undoing {
    /// The import.
    pub past: Past,
    /// The job, once it was begun.
    pub job: Option<Job>,
    /// How many accounts that the import made are left to delete…
    pub made: u64,
    /// …and how many that it changed, to give back what they had.
    pub changed: u64,
    /// Why it can't be begun; `None` when it can.
    pub hindrance: Option<&'static str>,
}

/// How taking an import back stands, for everybody who may import.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`.
pub async fn undoing(op: &mut Operation<'_>, id: ImportId) -> Result<Undoing> {
    let past = imports::find(op, id).await?;
    let job = jobs::latest(op, JOB, id.into()).await?;
    let (made, changed) = rows::count(&mut op.tx, id).await?;
    let hindrance = hindrance(&past, job.as_ref(), made + changed, op.now);
    Ok(Undoing { past, job, made, changed, hindrance })
}

fn hindrance(past: &Past, job: Option<&Job>, left: u64, now: Timestamp) -> Option<&'static str> {
    if past.undo.ended_at.is_some() {
        Some("This import was undone already.")
    } else if job.is_some_and(|job| !job.state.is_over()) {
        Some("This import is being undone.")
    } else if past.ending.is_none() {
        Some("This import has not ended. Stop it, or wait for its end.")
    } else if past.undo.until.is_none_or(|until| until <= now) {
        Some("An import can be undone for 24 hours after it ended.")
    } else if left == 0 {
        Some("This import changed nobody who is still here.")
    } else {
        None
    }
}

impl Past {
    /// Whether taking it back can be begun at `now`, as far as the import itself tells.
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        let changed = self.totals.created + self.totals.updated;
        self.undo.begun_at.is_none() && hindrance(self, None, changed, now).is_none()
    }
}

/// Begins to take an import back: a server does it within seconds, with the caller's rights. Accounts that were touched
/// since stay as they are.
///
/// Errors: `Denied` without `ImportAccounts` or `DeleteAccount`, or `StepUpRequired` when ten accounts and more are to
/// be deleted and the password was entered too long ago; `NotFound`; `Conflict` `not_undoable`, `no_account`.
pub async fn undo(op: &mut Operation<'_>, id: ImportId) -> Result<()> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let _ = op.allow(Permission::DeleteAccount, Target::Organization)?;
    let (organization, now) = (op.organization(), op.now);
    rows::hold(&mut op.tx, organization, id).await?;
    let standing = undoing(op, id).await?;
    if let Some(hindrance) = standing.hindrance {
        return Err(Error::conflict("not_undoable", hindrance));
    }
    accounts::ask_to_step_up(op, usize::try_from(standing.made).unwrap_or(usize::MAX))?;
    let Some(owner) = op.caller.actor.account() else {
        return Err(Error::conflict("no_account", "Sign in to the console to undo an import."));
    };
    rows::begin(&mut op.tx, id, now).await?;
    let total = standing.past.undo.undone + standing.past.undo.kept + standing.made + standing.changed;
    jobs::enqueue(op, NewJob { kind: JOB, subject: id.into(), owner, node: None, total }).await?;
    op.record(permit, Event::ImportUndoStarted { import: id });
    Ok(())
}
