//! Accounts as files, for people and for programs; never with secrets.

mod column;
mod export;
mod lines;
mod request;

pub use column::Column;
pub use export::{Export, Sink, begin, export};
pub use request::{Format, Request, Whom};
