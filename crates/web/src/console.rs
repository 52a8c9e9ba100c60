//! The administrators' pages.

pub(crate) mod accounts;
pub(crate) mod home;
pub(crate) mod pager;
