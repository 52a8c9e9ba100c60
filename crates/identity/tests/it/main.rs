//! Operations and flows, on each database.

mod access;
mod accounts;
mod exports;
mod imports;
mod list;
mod sign_in;
mod statements;
mod status;
