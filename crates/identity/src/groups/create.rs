//! Creating a group.

use super::profile::taken;
use super::{Group, GroupProfile, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// Creates a group with nobody in it.
///
/// Errors: `Denied` without `ManageGroups`, or `ProtectGroup` for a protected one; `Invalid` with every field that
/// breaks a rule or is taken.
pub async fn create(op: &mut Operation<'_>, profile: GroupProfile) -> Result<Group> {
    let permit = op.allow(Permission::ManageGroups, Target::Organization)?;
    if profile.is_protected {
        let _ = op.allow(Permission::ProtectGroup, Target::Organization)?;
    }
    let profile = profile.checked().map_err(Error::Invalid)?;
    let group = Group {
        id: op.new_id(),
        organization: op.organization(),
        version: 1,
        name: profile.name,
        description: profile.description,
        is_protected: profile.is_protected,
        members: 0,
        created_at: op.now,
        modified_at: op.now,
    };
    if !rows::insert(&mut op.tx, &group).await? {
        return Err(Error::Invalid(vec![taken()]));
    }
    op.record(permit, Event::GroupCreated { group: group.reference(), protected: group.is_protected });
    Ok(group)
}
