//! Ending an import that nobody carries on any more.

use base::ImportId;
use serde_json::json;

use super::report::Ending;
use super::{rows, undo};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Operation, Result};

/// Ends an import whose job failed: it is not under way any more, and can be undone. One that has ended, or was not
/// begun, stays as it is.
///
/// Errors: `Denied` without `ImportAccounts`.
pub(crate) async fn give_up(op: &mut Operation<'_>, id: ImportId) -> Result<()> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let (organization, now) = (op.organization(), op.now);
    let Some(begun) = rows::begun(&mut op.tx, organization, id).await? else { return Ok(()) };
    rows::end(&mut op.tx, id, Ending::Failed.code(), Some(now), now.plus(undo::UNDO_WITHIN)).await?;
    let details = json!({ "ending": Ending::Failed, "totals": begun.totals, "given_up": true });
    op.record(permit, Event::ImportFinished { import: id, details });
    Ok(())
}

/// Imports of people that have not ended: whether somebody carries them on is known by their jobs.
pub(crate) async fn under_way(op: &mut Operation<'_>) -> Result<Vec<ImportId>> {
    let organization = op.organization();
    rows::under_way(&mut op.tx, organization).await
}
