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
mod guard_rails;
mod holes_of_peers;
mod imports;
mod inactivity;
mod list;
mod locks;
mod messages;
mod own_account;
mod passwords;
mod recovery;
mod registrations;
mod roles;
mod settings;
mod sign_in;
mod sign_in_answers;
mod statements;
mod status;
mod transitions;
mod undo;
mod usernames;
