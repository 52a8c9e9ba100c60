//! The door for programs.

pub(crate) mod accounts;
