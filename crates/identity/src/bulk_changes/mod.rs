//! Doing the same to very many accounts: at once when they are few, by a job when they are many. Whom a job is about is
//! written down at its start, so that nobody gets into it by what happens meanwhile.

mod apply;
mod carry_out;
mod change_many;
mod rows;
mod standing;

use base::{BulkChangeId, GroupId, Timestamp};
use serde::{Deserialize, Serialize};

pub use apply::Applied;
pub use carry_out::{JOB, carry_out};
pub use change_many::{Begun, change_many};
pub use standing::{GroupTold, Standing, standing, stop, under_way};

use crate::access::Permission;
use crate::accounts::{LockTerms, Outcome};
use crate::{Operation, Result};

/// What is done to each account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkVerb {
    /// Lets it in again.
    Enable,
    /// Keeps it out.
    Disable,
    /// Keeps it out for a time.
    Lock(LockTerms),
    /// Ends its locks.
    Unlock,
    /// Deletes it for ever.
    Delete,
    /// Lets in whoever registered and confirmed it.
    Approve,
    /// Turns away whoever registered and confirmed it, for this reason.
    Reject(Option<String>),
    /// Puts it into these groups.
    Join(Vec<GroupId>),
    /// Takes it out of this group.
    Leave(GroupId),
}

impl BulkVerb {
    /// The right that it takes.
    pub fn permission(&self) -> Permission {
        match self {
            BulkVerb::Enable => Permission::EnableAccount,
            BulkVerb::Disable => Permission::DisableAccount,
            BulkVerb::Lock(_) => Permission::LockAccount,
            BulkVerb::Unlock => Permission::UnlockAccount,
            BulkVerb::Delete => Permission::DeleteAccount,
            BulkVerb::Approve | BulkVerb::Reject(_) => Permission::DecideRegistration,
            BulkVerb::Join(_) | BulkVerb::Leave(_) => Permission::ManageGroups,
        }
    }

    /// The groups that are joined or left.
    pub fn groups(&self) -> &[GroupId] {
        match self {
            BulkVerb::Join(groups) => groups,
            BulkVerb::Leave(group) => std::slice::from_ref(group),
            _ => &[],
        }
    }

    /// For how long accounts are locked, and why; a rejection has a reason as well.
    fn terms(&self) -> LockTerms {
        match self {
            BulkVerb::Lock(terms) => terms.clone(),
            BulkVerb::Reject(reason) => LockTerms { note: reason.clone(), until: None },
            _ => LockTerms::default(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            BulkVerb::Enable => "enable",
            BulkVerb::Disable => "disable",
            BulkVerb::Lock(_) => "lock",
            BulkVerb::Unlock => "unlock",
            BulkVerb::Delete => "delete",
            BulkVerb::Approve => "approve",
            BulkVerb::Reject(_) => "reject",
            BulkVerb::Join(_) => "join",
            BulkVerb::Leave(_) => "leave",
        }
    }

    fn from_code(code: &str, groups: &[GroupId], terms: LockTerms) -> Option<Self> {
        Some(match code {
            "enable" => BulkVerb::Enable,
            "disable" => BulkVerb::Disable,
            "lock" => BulkVerb::Lock(terms),
            "unlock" => BulkVerb::Unlock,
            "delete" => BulkVerb::Delete,
            "approve" => BulkVerb::Approve,
            "reject" => BulkVerb::Reject(terms.note),
            "join" => BulkVerb::Join(groups.to_vec()),
            "leave" => BulkVerb::Leave(*groups.first()?),
            _ => return None,
        })
    }
}

/// A change of very many accounts, as it is kept.
struct BulkChange {
    id: BulkChangeId,
    verb: BulkVerb,
    groups: Vec<KeptGroup>,
    total: u64,
    /// How many had which outcome so far.
    outcomes: Vec<(Outcome, u64)>,
    created_at: Timestamp,
}

/// A group that is joined or left.
#[derive(Serialize, Deserialize)]
struct KeptGroup {
    id: GroupId,
    /// Its name at the start.
    name: String,
    /// The code of the outcome, when it was refused as a whole.
    refused: Option<String>,
}

impl BulkChange {
    /// How many accounts were dealt with.
    fn done(&self) -> u64 {
        self.outcomes.iter().map(|(_, number)| number).sum()
    }

    /// How many had this outcome.
    fn number(&self, outcome: Outcome) -> u64 {
        self.outcomes.iter().find(|(known, _)| *known == outcome).map_or(0, |(_, number)| *number)
    }

    /// Counts one more with this outcome.
    fn count(&mut self, outcome: Outcome) {
        match self.outcomes.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, number)) => *number += 1,
            None => self.outcomes.push((outcome, 1)),
        }
    }
}

/// Removes changes that began before `at`, and from those that are over whom they did not come to.
pub(crate) async fn sweep(op: &mut Operation<'_>, at: Timestamp) -> Result<u64> {
    rows::sweep(&mut op.tx, at).await
}
