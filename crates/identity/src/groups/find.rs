//! Finding groups.

use std::collections::HashMap;

use base::{GroupId, text};

use super::{Group, rows};
use crate::access::{Permission, Target};
use crate::{Error, Operation, Result};

/// The group with this identifier.
///
/// Errors: `Denied` without `ManageGroups`; `NotFound`.
pub async fn find(op: &mut Operation<'_>, id: GroupId) -> Result<Group> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    load(op, id).await
}

/// The groups with these identifiers, by name; those that are gone are left out.
///
/// Errors: `Denied` without `ManageGroups`.
pub async fn find_many(op: &mut Operation<'_>, ids: &[GroupId]) -> Result<Vec<Group>> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let organization = op.organization();
    rows::find_many(&mut op.tx, organization, ids, "").await
}

/// The groups of these folded names, by name, for an operation that checks rights itself.
pub(crate) async fn named_many(op: &mut Operation<'_>, names: &[String]) -> Result<HashMap<String, Group>> {
    let organization = op.organization();
    let groups = rows::named_many(&mut op.tx, organization, names).await?;
    Ok(groups.into_iter().map(|group| (text::fold(&group.name), group)).collect())
}

/// The group with this identifier, for an operation that checks rights itself.
pub(crate) async fn load(op: &mut Operation<'_>, id: GroupId) -> Result<Group> {
    let organization = op.organization();
    rows::find_many(&mut op.tx, organization, &[id], "").await?.pop().ok_or(Error::NotFound)
}

/// As [`load`]; the group is kept from others' changes until the transaction ends.
pub(crate) async fn hold(op: &mut Operation<'_>, id: GroupId) -> Result<Group> {
    let (organization, lock) = (op.organization(), op.tx.for_update());
    rows::find_many(&mut op.tx, organization, &[id], lock).await?.pop().ok_or(Error::NotFound)
}
