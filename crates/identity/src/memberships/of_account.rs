//! The groups of one account.

use std::collections::HashMap;

use base::{AccountId, GroupId, Timestamp};

use super::change::{MembershipVerb, change};
use crate::access::{Permission, Target};
use crate::accounts::{self, Outcome};
use crate::groups::{self, Group};
use crate::{Error, Operation, Result};

/// A group that an account is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: Group,
    /// Since when.
    pub added_at: Timestamp,
}

/// The groups that an account is in, by name.
///
/// Errors: `Denied` without `ManageGroups`; `NotFound`.
pub async fn groups_of(op: &mut Operation<'_>, id: AccountId) -> Result<Vec<Membership>> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let account = accounts::load(op, id).await?;
    let joined: HashMap<GroupId, Timestamp> = groups::of_account(&mut op.tx, account.id).await?.into_iter().collect();
    let ids: Vec<GroupId> = joined.keys().copied().collect();
    let groups = groups::find_many(op, &ids).await?;
    Ok(groups.into_iter().map(|group| Membership { added_at: joined[&group.id], group }).collect())
}

/// Since when those of `accounts` that are in a group are.
///
/// Errors: `Denied` without `ManageGroups`.
pub async fn joined_at(
    op: &mut Operation<'_>,
    group: GroupId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Timestamp>> {
    let group = groups::find(op, group).await?;
    groups::joined_at(&mut op.tx, group.id, accounts).await
}

/// Adds one account to several groups. Each group has its own outcome: `Done`, `Unchanged` when the account is in it
/// already, `Gone` for one that doesn't exist, `Denied` for a protected one. They come in the order of their identifiers.
///
/// Errors: `NotFound` when there is no such account; `Denied` without `ManageGroups`, or when the account may not be
/// changed.
pub async fn add_to_groups(
    op: &mut Operation<'_>,
    id: AccountId,
    wanted: &[GroupId],
) -> Result<Vec<(GroupId, Outcome)>> {
    let steps = wanted.iter().map(|group| (*group, MembershipVerb::Add)).collect();
    each(op, id, steps).await
}

/// Makes the groups that an account is in exactly `wanted`: it leaves others and joins those that are missing. Groups
/// that nothing changes about are not in the answer.
///
/// `version` is the one of the account that the caller saw; `None` to change whatever is there.
///
/// Errors: as [`add_to_groups`]; `Stale` when the account changed since `version`.
pub async fn set_groups_of(
    op: &mut Operation<'_>,
    id: AccountId,
    version: Option<i64>,
    wanted: &[GroupId],
) -> Result<Vec<(GroupId, Outcome)>> {
    let present: Vec<GroupId> = groups_of(op, id).await?.into_iter().map(|membership| membership.group.id).collect();
    if version.is_some() && version != Some(accounts::load(op, id).await?.version) {
        return Err(Error::Stale);
    }
    let leaving = present.iter().filter(|group| !wanted.contains(group)).map(|group| (*group, MembershipVerb::Remove));
    let joining = wanted.iter().filter(|group| !present.contains(group)).map(|group| (*group, MembershipVerb::Add));
    each(op, id, leaving.chain(joining).collect()).await
}

/// Takes each step. Groups are locked in one order, so that two operations never wait for each other in a circle.
async fn each(
    op: &mut Operation<'_>,
    id: AccountId,
    mut steps: Vec<(GroupId, MembershipVerb)>,
) -> Result<Vec<(GroupId, Outcome)>> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let account = accounts::load(op, id).await?;
    let _ = op.allow(Permission::UpdateAccount, account.target())?;
    steps.sort_unstable_by_key(|(group, _)| *group);
    steps.dedup_by_key(|(group, _)| *group);
    let mut outcomes = Vec::with_capacity(steps.len());
    for (group, verb) in steps {
        let outcome = match change(op, group, &[id], verb).await {
            Ok(mut report) => report.pop().map_or(Outcome::Gone, |(_, outcome)| outcome),
            Err(Error::NotFound) => Outcome::Gone,
            Err(Error::Denied(denial)) => Outcome::Denied(denial),
            Err(error) => return Err(error),
        };
        outcomes.push((group, outcome));
    }
    Ok(outcomes)
}
