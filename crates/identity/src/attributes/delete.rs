//! Deleting an attribute.

use base::AttributeId;

use super::{State, find, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// Deletes an attribute: from now on nobody sees it or its values. The values themselves are removed soon after, batch
/// by batch ([`crate::accounts::tend_attributes`]); its key is free again when the last one is gone.
///
/// `version` is the one that the caller saw; `None` to delete whatever is there.
///
/// Errors: `Denied` without `ManageSettings`; `NotFound`; `Stale` when the definition changed since `version`.
pub async fn delete(op: &mut Operation<'_>, id: AttributeId, version: Option<i64>) -> Result<()> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let all = find::hold(op).await?;
    let attribute = all.iter().find(|attribute| attribute.id == id && attribute.state != State::Removing);
    let attribute = attribute.ok_or(Error::NotFound)?;
    if version.is_some_and(|version| version != attribute.version) {
        return Err(Error::Stale);
    }
    rows::put_state(&mut op.tx, id, State::Removing, 0).await?;
    op.record(permit, Event::AttributeDeleted { attribute: attribute.reference() });
    Ok(())
}
