//! Operations and flows, on each database.

mod accounts;
mod list;
