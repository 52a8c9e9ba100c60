//! Accounts from files: delimited text of other programs, read row by row, rehearsed, and carried out in batches that
//! survive a crash.
//!
//! ```text
//! ImportFile::at ─▶ prepare ─▶ dry_run      every row's outcome, nothing changed
//!                          └─▶ run          begin ─▶ ║ some rows, their outcomes, the position ║ … ─▶ finish
//! ```

mod at_once;
mod attributes;
mod begin;
mod carry_out;
mod cells;
mod choices;
mod content;
mod dry_run;
mod duplicates;
mod field;
mod file;
mod give_up;
mod groups;
mod headers;
mod list;
mod mapping;
mod passwords;
mod plan;
mod prepare;
mod preview;
mod read;
mod report;
mod report_files;
mod rows;
mod run;
mod saved;
mod starter;
mod translate;
mod undo;
mod usernames;
mod values;

pub use choices::{
    Blank, Choices, Format, ListSeparator, MOST_ROWS_AT_ONCE, MatchBy, Mode, Notify, OnError, Passwords, Replace,
    UnknownGroups, UsernameFrom,
};
pub use dry_run::dry_run;
pub use field::Field;
pub use file::ImportFile;
pub use groups::check_groups;
pub use list::{Past, find, list};
pub use mapping::{Column, Notice};
pub use prepare::{Import, prepare, propose};
pub use preview::{PreviewRow, count_rows, preview};
pub use report::{Batch, Ending, Next, Outcome, Report, RowReport, Totals};
pub use report_files::{FailedRows, ReportFile};
pub use run::run;
pub use saved::{Applied, SavedMapping, apply as apply_mapping, delete_mapping, save_mapping, saved_mappings};
pub use undo::{
    JOB as UNDO_JOB, KeptRow, UNDO_WITHIN, Undo, Undoing, carry_out as carry_out_undo, kept_rows, undo, undoing,
};

pub(crate) use file::Identified;
pub(crate) use give_up::{give_up, under_way};
pub(crate) use prepare::GUARD_COLUMN;
pub(crate) use starter::{not_allowed_any_more, starter};
pub(crate) use undo::sweep;

use crate::Result;

/// Is told of each batch, and decides whether the import goes on.
pub type Watch<'a> = dyn FnMut(&Batch) -> Result<Next> + Send + 'a;
