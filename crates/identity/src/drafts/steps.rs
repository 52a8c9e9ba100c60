//! Looking at a draft, and keeping what was chosen at a step.

use base::ImportId;

use super::{Draft, Kept, Step, rows};
use crate::access::{Permission, Role, Target};
use crate::imports::{self, Choices, Identified, Import, ImportFile};
use crate::{Caller, Error, Identity, Operation, Problem, Result, attributes};

/// A draft, for whoever began it and for super administrators; for others there is none (ES-72).
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`.
pub async fn open(op: &mut Operation<'_>, id: ImportId) -> Result<Draft> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    let draft = rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
    let actor = &op.caller.actor;
    if !actor.is(draft.owner) && !actor.has(Role::SuperAdministrator) {
        return Err(Error::NotFound);
    }
    Ok(Draft { attributes: attributes::load(op).await?, ..draft })
}

/// A draft of the caller's that can still be changed.
///
/// Errors: as [`open`]; `Conflict` `not_yours`, `started`.
pub(super) async fn changeable(op: &mut Operation<'_>, id: ImportId) -> Result<Draft> {
    let draft = open(op, id).await?;
    if !op.caller.actor.is(draft.owner) {
        return Err(Error::conflict("not_yours", "Only whoever began this import can change or start it."));
    }
    if draft.started_at.is_some() {
        return Err(Error::conflict("started", "This import was started already. Look at its progress."));
    }
    Ok(draft)
}

/// The caller's drafts that were not started, the latest first.
///
/// Errors: `Denied` without `ImportAccounts`.
pub async fn mine(op: &mut Operation<'_>) -> Result<Vec<Draft>> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let Some(account) = op.caller.actor.account() else { return Ok(Vec::new()) };
    let organization = op.organization();
    rows::open_of(&mut op.tx, organization, account).await
}

/// The import that a draft stands for, as far as it can be settled, with what stands in its way.
///
/// Errors: `Invalid` with field `file`; `Conflict` `elsewhere` when its file lies on another server; `NotFound` when the
/// file is gone.
pub fn proposed(identity: &Identity, draft: &Draft, choices: Choices) -> Result<(Import, Vec<Problem>)> {
    let (import, problems) =
        imports::propose(file(identity, draft)?.with_attributes(draft.attributes.clone()), choices)?;
    Ok((import.known_as(draft.id), problems))
}

/// The import that a draft stands for.
///
/// Errors: as [`proposed`]; `Invalid` with everything that stands in its way.
pub fn prepared(identity: &Identity, draft: &Draft) -> Result<Import> {
    let (import, problems) = proposed(identity, draft, draft.choices.clone())?;
    if problems.is_empty() { Ok(import) } else { Err(Error::Invalid(problems)) }
}

fn file(identity: &Identity, draft: &Draft) -> Result<ImportFile> {
    if identity.files().node()? != draft.node {
        let message = "The file of this import lies on another server. Go on there, or upload it again here.";
        return Err(Error::conflict("elsewhere", message));
    }
    let identified = Identified { sha256: draft.sha256, size_bytes: draft.size_bytes };
    ImportFile::kept(identity.files(), &Kept::Upload.name(draft.id), &draft.file_name, identified)
}

/// Keeps what was chosen at `step`. The steps behind it are to be gone through again when that changes anything. A draft
/// is nothing that happened, so no event is recorded.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`; `Conflict` `not_yours`, `started`.
pub async fn keep(
    identity: &Identity,
    caller: &Caller,
    id: ImportId,
    step: Step,
    choices: Choices,
    row_count: u64,
) -> Result<()> {
    let work = identity.housekeeping(caller, async |op| {
        let before = changeable(op, id).await?;
        let reached = if before.choices == choices { before.step.max(step) } else { step };
        let draft = Draft { choices: choices.clone(), step: reached, rows: row_count, ..before };
        rows::keep(&mut op.tx, &draft).await
    });
    work.await
}

/// Removes a draft and its file.
///
/// Errors: as [`keep`]; `Unavailable`.
pub async fn discard(identity: &Identity, caller: &Caller, id: ImportId) -> Result<()> {
    let work = identity.housekeeping(caller, async |op| {
        let draft = changeable(op, id).await?;
        rows::delete(&mut op.tx, draft.id).await
    });
    work.await?;
    for kept in Kept::ALL {
        identity.files().remove(&kept.name(id))?;
    }
    Ok(())
}
