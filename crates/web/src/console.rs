//! The administrators' pages.

pub(crate) mod accounts;
pub(crate) mod administrators;
pub(crate) mod attributes;
pub(crate) mod groups;
pub(crate) mod home;
pub(crate) mod imports;
pub(crate) mod menu;
pub(crate) mod outbox;
pub(crate) mod pager;
pub(crate) mod registrations;
pub(crate) mod search;
pub(crate) mod sending;
pub(crate) mod settings;
mod step_up;
pub(crate) mod templates;
