//! Accounts as files, for people and for programs; never with secrets.

mod export;
mod record;

pub use export::{Format, Request, export};
