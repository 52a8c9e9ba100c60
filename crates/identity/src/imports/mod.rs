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
mod values;

pub use choices::{
    Blank, Choices, Format, MOST_ROWS_AT_ONCE, MatchBy, Mode, OnError, Passwords, Replace, UsernameFrom,
};
pub use dry_run::dry_run;
pub use field::Field;
pub use file::ImportFile;
pub use list::{Past, find, list};
pub use mapping::{Column, Notice};
pub use prepare::{Import, prepare, propose};
pub use preview::{PreviewRow, count_rows, preview};
pub use report::{Batch, Ending, Next, Outcome, Report, RowReport, Totals};
pub use report_files::{FailedRows, ReportFile};
pub use run::run;

pub(crate) use file::Identified;
pub(crate) use prepare::GUARD_COLUMN;

use crate::Result;

/// Is told of each batch, and decides whether the import goes on.
pub type Watch<'a> = dyn FnMut(&Batch) -> Result<Next> + Send + 'a;
