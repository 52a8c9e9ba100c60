//! The administrators' pages.

pub(crate) mod accounts;
pub(crate) mod administrators;
pub(crate) mod home;
pub(crate) mod pager;
pub(crate) mod places;
mod step_up;
