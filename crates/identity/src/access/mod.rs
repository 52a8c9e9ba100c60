//! Who may do what.

mod actor;
mod decide;
mod permission;
mod role;

pub use actor::{Actor, Person};
pub use decide::{Denial, Permit, STEP_UP_AGE, Target, decide, includes};
pub use permission::Permission;
pub use role::{Role, Roles};
