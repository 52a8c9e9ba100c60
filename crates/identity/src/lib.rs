//! What the product does: one folder a capability, the only owner of rules, access, events and SQL.
//!
//! The capabilities have one order. A capability may use those above it, never those below:
//!
//! ```text
//! ground    events access organizations counters audit addresses patterns
//! holdings  files one_time_links credentials settings throttle sessions jobs groups
//!           attributes messages
//! people    accounts memberships
//! journeys  setup sign_in bulk_changes imports drafts exports housekeeping
//! ```

pub mod access;
pub mod accounts;
pub mod addresses;
pub mod attributes;
pub mod audit;
pub mod bulk_changes;
pub mod counters;
pub mod credentials;
pub mod drafts;
mod error;
pub mod events;
pub mod exports;
mod files;
pub mod groups;
pub mod housekeeping;
mod identity;
pub mod imports;
pub mod jobs;
pub mod memberships;
pub mod messages;
pub mod one_time_links;
mod operation;
pub mod organizations;
mod patterns;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod throttle;

pub use error::{Error, Problem, Result};
pub use identity::{Identity, Options};
pub use operation::{Caller, Door, Operation};
