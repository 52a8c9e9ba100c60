//! Taking an import back: accounts that it made are deleted, those that it changed get back what they had, as far as
//! nobody touched them since.
//!
//! ```text
//! run ─▶ remember                            what each account had, and the version that the import left behind
//! undo ─▶ carry_out ─▶ ║ some accounts, the last first ║ … ─▶ finish
//! ```

mod before;
mod begin;
mod carry_out;
mod kept;
mod remember;
mod rows;
mod sweep;
mod take_back;

use std::time::Duration;

use base::Timestamp;

pub use begin::{Undoing, undo, undoing};
pub use carry_out::{JOB, carry_out};
pub use kept::{KeptRow, kept_rows};

pub(super) use before::Before;
pub(super) use remember::remember;
pub(super) use rows::accounts;
pub(crate) use sweep::sweep;

/// An import can be taken back for this long after it ended.
pub const UNDO_WITHIN: Duration = Duration::from_hours(24);

/// How taking an import back stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// Until when it can be begun; `None` when it never could.
    pub until: Option<Timestamp>,
    /// When it was begun.
    pub begun_at: Option<Timestamp>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// How many accounts were taken back.
    pub undone: u64,
    /// How many had to stay as they are.
    pub kept: u64,
}
