//! The beginning and the end of an import, as the audit log and the next attempt find them.

use base::{ImportId, RequestId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::report::{Ending, RowReport, Totals};
use super::{Import, rows, undo};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::{Caller, Door, Operation, Result};

/// An import under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub(super) id: ImportId,
    /// The last line that was dealt with.
    pub(super) position: u64,
    pub(super) totals: Totals,
}

/// Begins an import, or goes on with the same one that was interrupted.
///
/// Errors: `Denied` without `ImportAccounts`.
pub(super) async fn begin(op: &mut Operation<'_>, import: &Import) -> Result<Course> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let (organization, now) = (op.organization(), op.now);
    let fingerprint = import.fingerprint();
    let started_by = match op.caller.actor.account() {
        Some(account) => account.to_string(),
        None => op.caller.actor.kind().to_owned(),
    };
    rows::hold_beginning(&mut op.tx, organization).await?;
    let unfinished = match import.id {
        Some(id) => rows::begun(&mut op.tx, organization, id).await?,
        None => rows::unfinished(&mut op.tx, organization, fingerprint, &started_by).await?,
    };
    let course = if let Some(begun) = unfinished {
        rows::resume(&mut op.tx, begun.id).await?;
        Course { id: begun.id, position: begun.position, totals: begun.totals }
    } else {
        let id = import.id.unwrap_or_else(|| op.new_id());
        let (name, settled) = (import.file.name(), import.settled());
        rows::insert(&mut op.tx, organization, id, fingerprint, name, &started_by, settled, now).await?;
        Course { id, position: 0, totals: Totals::default() }
    };
    let mut details = about(import);
    details["choices"] = import.settled();
    if course.position > 0 {
        details["resumed_after_line"] = json!(course.position);
    }
    op.record(permit, Event::ImportStarted { import: course.id, details });
    Ok(course)
}

/// Writes down what became of some rows, and that they are dealt with.
pub(super) async fn remember(op: &mut Operation<'_>, course: &mut Course, reports: &[RowReport]) -> Result<()> {
    for report in reports {
        course.totals.count(report.outcome);
        course.position = course.position.max(report.line);
    }
    rows::remember(&mut op.tx, course.id, reports).await?;
    undo::remember(op, course.id, reports).await?;
    rows::advance(&mut op.tx, course.id, course.position, &course.totals).await
}

/// Ends an import, or leaves it for later when it was stopped.
///
/// Errors: `Denied` without `ImportAccounts`.
pub(super) async fn finish(op: &mut Operation<'_>, import: &Import, course: &Course, ending: Ending) -> Result<()> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let finished_at = (ending != Ending::Stopped).then_some(op.now);
    let undo_until = op.now.plus(undo::UNDO_WITHIN);
    rows::end(&mut op.tx, course.id, ending.code(), finished_at, undo_until).await?;
    let mut details = about(import);
    details["ending"] = json!(ending);
    details["totals"] = json!(course.totals);
    tell_starter(op, import, course, ending).await?;
    op.record(permit, Event::ImportFinished { import: course.id, details });
    Ok(())
}

/// Mails whoever started an import that it is over (M12); a command line has no address.
async fn tell_starter(op: &mut Operation<'_>, import: &Import, course: &Course, ending: Ending) -> Result<()> {
    let Some(starter) = op.caller.actor.account().filter(|_| ending != Ending::Stopped) else { return Ok(()) };
    let totals = &course.totals;
    let values = Values::new()
        .with("file_name", import.file.name())
        .with("created", totals.created)
        .with("updated", totals.updated)
        .with("unchanged", totals.unchanged)
        .with("skipped", totals.skipped)
        .with("failed", totals.failed)
        .with_page("job_url", &format!("/console/imports/{}", course.id));
    messages::tell(op, Template::ImportFinished, starter, values).await
}

/// The caller as whom accounts are changed: the entries of the audit log name the import as their request.
pub(super) fn importing(caller: &Caller, id: ImportId) -> Caller {
    Caller { door: Door::Import, request: RequestId::from(Uuid::from(id)), ..caller.clone() }
}

fn about(import: &Import) -> Json {
    json!({
        "file": import.file.name(),
        "sha256": base::hex::encode(import.file.sha256()),
        "size_bytes": import.file.size_bytes(),
    })
}
