//! Operations and flows, on each database.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod access;
mod accounts;
mod attributes;
mod bulk_changes;
mod drafts;
mod endings;
mod exports;
mod groups;
mod imports;
mod list;
mod messages;
mod registrations;
mod roles;
mod sign_in;
mod statements;
mod status;
mod undo;
