//! The groups that rows name: found, or made when that was chosen, and joined (ES-83).

use std::collections::{BTreeMap, HashMap, HashSet};

use base::{AccountId, GroupId, text};

use super::plan::{Planned, Step};
use super::{Choices, Import, UnknownGroups};
use crate::access::{Permission, Target, decide};
use crate::accounts::{self, Account};
use crate::groups::{self, Group, GroupProfile};
use crate::{Error, Operation, Problem, Result, memberships};

/// A group that the account of a row is to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Joins {
    /// One that there is.
    Present(GroupId),
    /// One that is to be made, by name.
    New(String),
}

/// What stands in the way of the groups that everybody of the file is to join.
///
/// Errors: `Denied` without `ManageGroups`.
pub async fn check_groups(op: &mut Operation<'_>, choices: &Choices) -> Result<Vec<Problem>> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let present = groups::named_many(op, &folded(choices.groups.iter())).await?;
    Ok(choices.groups.iter().filter_map(|name| find(op, choices, &present, name).err()).collect())
}

/// Finds out which groups the accounts of rows are to join; accounts that are in one already needn't.
pub(super) async fn plan_groups(
    op: &mut Operation<'_>,
    import: &Import,
    planned: &mut [Planned],
    found: &[Option<&Account>],
) -> Result<()> {
    let choices = &import.choices;
    let joining = |planned: &&Planned| matches!(planned.step, Step::Create(_) | Step::Update { .. });
    let names = planned.iter().filter(joining).flat_map(|planned| &planned.wanted.groups).chain(&choices.groups);
    let names = folded(names);
    if names.is_empty() {
        return Ok(());
    }
    let present = groups::named_many(op, &names).await?;
    let ids: Vec<AccountId> = found.iter().flatten().map(|account| account.id).collect();
    let members = groups::groups_of_each(&mut op.tx, &ids).await?;
    for (planned, account) in planned.iter_mut().zip(found) {
        if !matches!(planned.step, Step::Create(_) | Step::Update { .. }) {
            continue;
        }
        let has = account.and_then(|account| members.get(&account.id));
        let mut seen = HashSet::new();
        for name in choices.groups.iter().chain(&planned.wanted.groups) {
            if !seen.insert(text::fold(name)) {
                continue;
            }
            match find(op, choices, &present, name) {
                Ok(Joins::Present(id)) if has.is_some_and(|groups| groups.contains(&id)) => {}
                Ok(joins) => planned.joins.push(joins),
                Err(problem) => planned.wanted.problems.push(problem),
            }
        }
    }
    Ok(())
}

fn folded<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<String> = names.map(|name| text::fold(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The group of this name, as the row may have it.
fn find(op: &Operation<'_>, choices: &Choices, present: &HashMap<String, Group>, name: &str) -> Result<Joins, Problem> {
    let may = |target: Target| decide(&op.caller.actor, Permission::ManageGroups, target, op.now).is_ok();
    match present.get(&text::fold(name)) {
        Some(group) if may(group.target()) => Ok(Joins::Present(group.id)),
        Some(group) => {
            let message = format!("Only a super administrator can add users to the group {:?}.", group.name);
            Err(Problem::new("groups", "GROUP_PROTECTED", message))
        }
        None if choices.unknown_groups == UnknownGroups::Create => {
            let made = profile(name).check().map(|()| Joins::New(name.to_owned()));
            made.map_err(|mut problems| {
                let message = problems.pop().map(|problem| problem.message).unwrap_or_default();
                Problem::new("groups", "BAD_VALUE", format!("{name:?} can't be the name of a group. {message}"))
            })
        }
        None => {
            let message = format!("There is no group {name:?}. Create it, or choose to create missing groups.");
            Err(Problem::new("groups", "GROUP_UNKNOWN", message))
        }
    }
}

fn profile(name: &str) -> GroupProfile {
    GroupProfile { name: name.to_owned(), ..GroupProfile::default() }
}

/// Puts accounts into the groups that were planned for their rows; `done` has the account of each. Groups that are
/// missing are made.
///
/// Errors: `Stale` when a group is gone or protected meanwhile; `Denied`, `Unavailable`, `Internal`.
pub(super) async fn join(op: &mut Operation<'_>, planned: &mut [Planned], done: &[Option<AccountId>]) -> Result<()> {
    let made = make_missing(op, planned).await?;
    let mut joining: BTreeMap<GroupId, Vec<AccountId>> = BTreeMap::new();
    for (planned, account) in planned.iter_mut().zip(done) {
        let (Some(account), Step::Create(_) | Step::Update { .. }) = (*account, &planned.step) else { continue };
        let groups = planned.joins.iter().filter_map(|joins| match joins {
            Joins::Present(id) => Some(*id),
            Joins::New(name) => made.get(&text::fold(name)).copied(),
        });
        let groups: Vec<GroupId> = groups.collect();
        for group in &groups {
            joining.entry(*group).or_default().push(account);
        }
        if let Step::Update { before, .. } = &mut planned.step {
            before.joins(groups);
        }
    }
    // Accounts first, then groups in one order, so that two operations never wait for each other in a circle.
    let everybody: Vec<AccountId> = joining.values().flatten().copied().collect();
    accounts::hold_ordinary(&mut op.tx, &everybody).await?;
    for (group, accounts) in joining {
        let report = match memberships::add_members(op, group, &accounts).await {
            Err(Error::NotFound | Error::Denied(_)) => return Err(Error::Stale),
            other => other?,
        };
        if report.iter().any(|(_, outcome)| matches!(outcome, accounts::Outcome::Denied(_))) {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

/// Makes the groups that are missing; answers them by their folded names.
async fn make_missing(op: &mut Operation<'_>, planned: &[Planned]) -> Result<HashMap<String, GroupId>> {
    let missing = planned.iter().filter(|planned| !matches!(planned.step, Step::Fail(_)));
    let missing = missing.flat_map(|planned| &planned.joins).filter_map(|joins| match joins {
        Joins::New(name) => Some((text::fold(name), name)),
        Joins::Present(_) => None,
    });
    let missing: BTreeMap<String, &String> = missing.collect();
    let mut made = HashMap::new();
    for (folded, name) in missing {
        match groups::create(op, profile(name)).await {
            Ok(group) => drop(made.insert(folded, group.id)),
            // Somebody was faster.
            Err(Error::Invalid(_)) => return Err(Error::Stale),
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}

/// The names in one cell.
pub(super) fn split(cell: &str, separator: char) -> Vec<String> {
    cell.split(separator).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_83_a_cell_holds_several_groups() {
        assert_eq!(split("research; law ;;", ';'), ["research", "law"]);
        assert_eq!(split("research, law", ';'), ["research, law"]);
        assert_eq!(split(" ", ';'), Vec::<String>::new());
    }
}
