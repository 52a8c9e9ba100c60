//! Putting accounts into a group and taking them out: each has its own outcome, one no doesn't stop the rest.

use base::{AccountId, GroupId};

use crate::access::{Denial, Permission, Permit, Target};
use crate::accounts::{self, Account, BulkReport, Outcome};
use crate::events::Event;
use crate::groups::{self, Group};
use crate::{Error, Operation, Result};

/// What is done to each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MembershipVerb {
    /// Puts it into the group.
    Add,
    /// Takes it out.
    Remove,
}

/// Puts accounts into a group, whatever state they are in. Who is in it already stays so.
///
/// Errors: `Denied` without `ManageGroups`, or for a protected group; `NotFound` when there is no such group; what is
/// wrong with single accounts is in the answer.
pub async fn add_members(op: &mut Operation<'_>, group: GroupId, ids: &[AccountId]) -> Result<BulkReport> {
    change(op, group, ids, MembershipVerb::Add).await
}

/// Takes accounts out of a group.
///
/// Errors: as [`add_members`].
pub async fn remove_members(op: &mut Operation<'_>, group: GroupId, ids: &[AccountId]) -> Result<BulkReport> {
    change(op, group, ids, MembershipVerb::Remove).await
}

/// The one home of changing who is in a group.
pub(super) async fn change(
    op: &mut Operation<'_>,
    group: GroupId,
    ids: &[AccountId],
    verb: MembershipVerb,
) -> Result<BulkReport> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    // Accounts first, then groups: everybody who locks both does so in this order.
    let accounts = accounts::hold_many(op, ids).await?;
    let group = groups::hold(op, group).await?;
    let _ = op.allow(Permission::ManageGroups, group.target())?;
    let members = groups::joined_at(&mut op.tx, group.id, ids).await?;
    let mut report = BulkReport::with_capacity(accounts.len());
    let mut changing: Vec<(Account, Permit)> = Vec::new();
    for (id, account) in accounts {
        let outcome = match account {
            None => Outcome::Gone,
            Some(account) => match allowed(op, &account) {
                Err(denial) => Outcome::Denied(denial),
                Ok(_) if members.contains_key(&id) == (verb == MembershipVerb::Add) => Outcome::Unchanged,
                Ok(permit) => {
                    changing.push((account, permit));
                    Outcome::Done
                }
            },
        };
        report.push((id, outcome));
    }
    let changed: Vec<AccountId> = changing.iter().map(|(account, _)| account.id).collect();
    if changed.is_empty() {
        return Ok(report);
    }
    let (organization, now) = (op.organization(), op.now);
    match verb {
        MembershipVerb::Add => groups::put_members(&mut op.tx, organization, group.id, &changed, now).await?,
        MembershipVerb::Remove => groups::remove_members(&mut op.tx, group.id, &changed).await?,
    }
    if group.is_protected && verb == MembershipVerb::Add {
        // Whoever gave somebody a link or code before must not get into a protected account by it (G3).
        accounts::end_links(op, &changed).await?;
    }
    accounts::touch(op, &changed).await?;
    for (account, permit) in changing {
        op.record(permit, event(verb, &account, &group));
    }
    Ok(report)
}

/// Groups are part of what an account may do, so that changing them is changing the account (G3).
fn allowed(op: &mut Operation<'_>, account: &Account) -> Result<Permit, Denial> {
    op.allow(Permission::UpdateAccount, account.target()).map_err(|error| match error {
        Error::Denied(denial) => denial,
        _ => Denial::Role,
    })
}

fn event(verb: MembershipVerb, account: &Account, group: &Group) -> Event {
    let (account, group) = (account.reference(), group.reference());
    match verb {
        MembershipVerb::Add => Event::GroupJoined { account, group },
        MembershipVerb::Remove => Event::GroupLeft { account, group },
    }
}
