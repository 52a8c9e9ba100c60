//! Deleting a group; its members stay.

use base::GroupId;

use crate::access::{Permission, Target};
use crate::accounts;
use crate::events::Event;
use crate::{Operation, Result, groups};

/// Deletes a group for ever. The accounts in it stay, and are in it no more; one event tells how many there were.
///
/// Errors: `Denied` without `ManageGroups`, or for a protected group; `NotFound`.
pub async fn delete_group(op: &mut Operation<'_>, id: GroupId) -> Result<()> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let group = groups::load(op, id).await?;
    let permit = op.allow(Permission::ManageGroups, group.target())?;
    let members = groups::member_ids(&mut op.tx, id).await?;
    accounts::touch(op, &members).await?;
    groups::delete(&mut op.tx, id).await?;
    op.record(permit, Event::GroupDeleted { group: group.reference(), members: members.len() as u64 });
    Ok(())
}
