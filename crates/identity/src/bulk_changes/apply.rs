//! Doing it to some accounts, in one transaction.

use std::collections::HashMap;

use base::{AccountId, GroupId};

use super::BulkVerb;
use crate::access::Target;
use crate::accounts::{self, BulkReport, Outcome};
use crate::{Error, Operation, Result, memberships};

/// What became of some accounts.
#[derive(Debug)]
pub struct Applied {
    /// What became of each; with several groups, the most that became of it in any of them.
    pub report: BulkReport,
    /// The groups that nobody could be put into, and why.
    pub refused: Vec<(GroupId, Outcome)>,
}

impl Applied {
    /// Whether there was no group to put anybody into.
    pub(super) fn is_refused(&self, verb: &BulkVerb) -> bool {
        !verb.groups().is_empty() && self.refused.len() == verb.groups().len()
    }
}

/// Does `verb` to accounts; to nobody, when it is only asked whether it may be done at all.
///
/// Errors: `Denied` without the right to it; `Conflict` `account_disabling_off`; `NotFound` when there is no group to
/// leave; what is wrong with single accounts, and with groups to join, is in the answer.
pub(super) async fn apply(op: &mut Operation<'_>, verb: &BulkVerb, ids: &[AccountId]) -> Result<Applied> {
    let _ = op.allow(verb.permission(), Target::Organization)?;
    let report = match verb {
        BulkVerb::Enable => accounts::enable_many(op, ids).await?,
        BulkVerb::Disable => accounts::disable_many(op, ids).await?,
        BulkVerb::Lock(terms) => accounts::lock_many(op, ids, terms).await?,
        BulkVerb::Unlock => accounts::unlock_many(op, ids).await?,
        BulkVerb::Delete => accounts::delete_many(op, ids).await?,
        BulkVerb::Approve => accounts::approve_many(op, ids).await?,
        BulkVerb::Reject(reason) => accounts::reject_many(op, ids, reason.as_deref()).await?,
        BulkVerb::Leave(group) => memberships::remove_members(op, *group, ids).await?,
        BulkVerb::Join(groups) => return join(op, groups, ids).await,
    };
    Ok(Applied { report, refused: Vec::new() })
}

async fn join(op: &mut Operation<'_>, groups: &[GroupId], ids: &[AccountId]) -> Result<Applied> {
    let mut most: HashMap<AccountId, Outcome> = HashMap::with_capacity(ids.len());
    let mut refused = Vec::new();
    for group in in_one_order(groups) {
        match memberships::add_members(op, group, ids).await {
            Ok(report) => {
                for (id, outcome) in report {
                    let present = most.entry(id).or_insert(outcome);
                    if rank(outcome) > rank(*present) {
                        *present = outcome;
                    }
                }
            }
            Err(Error::NotFound) => refused.push((group, Outcome::Gone)),
            Err(Error::Denied(denial)) => refused.push((group, Outcome::Denied(denial))),
            Err(error) => return Err(error),
        }
    }
    let report = ids.iter().filter_map(|id| most.remove_entry(id)).collect();
    Ok(Applied { report, refused })
}

/// Groups are locked in one order, so that two operations never wait for each other in a circle.
fn in_one_order(groups: &[GroupId]) -> Vec<GroupId> {
    let mut groups = groups.to_vec();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// Which of two outcomes says more.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Done => 2,
        Outcome::Denied(_)
        | Outcome::Gone
        | Outcome::Pending
        | Outcome::Disabled
        | Outcome::NotWaiting
        | Outcome::NotReached => 1,
        Outcome::Unchanged => 0,
    }
}
