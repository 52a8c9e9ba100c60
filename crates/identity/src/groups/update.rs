//! Changing a group's name, description or protection.

use base::GroupId;

use super::profile::taken;
use super::{Group, GroupProfile, find, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// Changes a group. Nothing is written when nothing differs.
///
/// `version` is the one that the caller saw; `None` to change whatever is there.
///
/// Errors: `Denied` without `ManageGroups`, for a protected group, or without `ProtectGroup` when protection changes;
/// `NotFound`; `Stale` when the group changed since `version`; `Invalid` with every field that breaks a rule or is
/// taken.
pub async fn update(op: &mut Operation<'_>, id: GroupId, version: Option<i64>, profile: GroupProfile) -> Result<Group> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let group = find::load(op, id).await?;
    let permit = op.allow(Permission::ManageGroups, group.target())?;
    if profile.is_protected != group.is_protected {
        let _ = op.allow(Permission::ProtectGroup, group.target())?;
    }
    if version.is_some_and(|version| version != group.version) {
        return Err(Error::Stale);
    }
    let profile = profile.checked().map_err(Error::Invalid)?;
    let changes = profile.differences(&group);
    if changes.is_empty() {
        return Ok(group);
    }
    let organization = op.organization();
    let owner = rows::named(&mut op.tx, organization, &profile.folded_name()).await?;
    if owner.is_some_and(|owner| owner != id) {
        return Err(Error::Invalid(vec![taken()]));
    }
    let changed = Group {
        name: profile.name,
        description: profile.description,
        is_protected: profile.is_protected,
        modified_at: op.now,
        ..group
    };
    rows::update(&mut op.tx, &changed).await?;
    op.record(permit, Event::GroupUpdated { group: changed.reference(), changes });
    Ok(Group { version: changed.version + 1, ..changed })
}
