//! Groups: accounts under a common name. Who is in them is known by identifier only; [`crate::memberships`] changes it.

mod create;
mod find;
mod list;
mod profile;
mod rows;
mod search;
mod size;
mod update;

pub use create::create;
pub use find::{find, find_many};
pub use list::{GroupColumn, GroupPage, GroupQuery, GroupSort, GroupStart, list};
pub use profile::{GroupProfile, MAX_DESCRIPTION, MAX_NAME};
pub use update::update;

pub(crate) use find::{hold, load, named_many};
pub(crate) use rows::{delete, groups_of_each, joined_at, member_ids, of_account, put_members, remove_members};
pub(crate) use size::{leave_all, size};

use base::{GroupId, OrganizationId, Timestamp};

use crate::access::Target;
use crate::events::GroupRef;

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its identifier.
    pub id: GroupId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Grows by one with each change of its profile; whoever saves an older one is told so.
    pub version: i64,
    /// Its name, unique whatever its case.
    pub name: String,
    /// What it is for; empty when nobody said.
    pub description: String,
    /// Whether only a super administrator may change it and the accounts in it.
    pub is_protected: bool,
    /// How many accounts are in it.
    pub members: u64,
    /// When it came to be.
    pub created_at: Timestamp,
    /// When its profile last changed.
    pub modified_at: Timestamp,
}

impl Group {
    /// The group as events remember it.
    pub fn reference(&self) -> GroupRef {
        GroupRef { id: self.id, name: self.name.clone() }
    }

    /// The group as a target of decisions.
    pub fn target(&self) -> Target {
        Target::Group { protected: self.is_protected }
    }
}
