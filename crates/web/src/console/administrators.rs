//! Administrators: who they are, and who of them is super administrator.

pub(crate) mod confirm;
pub(crate) mod list;

/// Where they are listed.
pub(super) const PATH: &str = "/console/administrators";
