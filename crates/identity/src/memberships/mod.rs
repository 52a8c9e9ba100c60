//! Who is in which group.

mod change;
mod delete_group;
mod of_account;

pub use change::{add_members, remove_members};
pub use delete_group::delete_group;
pub use of_account::{Membership, add_to_groups, groups_of, joined_at, set_groups_of};
