//! What became of the rows of a file.

use base::{AccountId, ImportId};
use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::undo::Before;
use crate::Problem;

/// What became of a row; in a dry run, what would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// An account was made.
    Created,
    /// An account was changed.
    Updated,
    /// The account was so already.
    Unchanged,
    /// Nothing was done, as was chosen; the problems say why.
    Skipped,
    /// Nothing was done; the problems say why.
    Failed,
}

/// One row.
#[derive(Clone, Debug)]
pub struct RowReport {
    /// The physical line where it starts, from 1.
    pub line: u64,
    /// The value that its account is found by.
    pub key: String,
    /// The username, as far as the row tells.
    pub username: String,
    /// The given name.
    pub first_name: String,
    /// The family name.
    pub last_name: String,
    /// The e-mail address.
    pub email: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The account that was made or found; never in a dry run, for one that would be made.
    pub account: Option<AccountId>,
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
    /// The row as it stands in the file; only of failed rows. Not shown as it is: it may hold passwords.
    pub(super) cells: Option<Cells>,
    /// What the account had; only of updated rows.
    pub(super) before: Option<Before>,
}

/// How many rows had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Accounts made.
    pub created: u64,
    /// Accounts changed.
    pub updated: u64,
    /// Accounts that were so already.
    pub unchanged: u64,
    /// Rows left out, as was chosen.
    pub skipped: u64,
    /// Faulty rows.
    pub failed: u64,
}

/// Some rows in the order of the file, and the totals so far.
#[derive(Debug)]
pub struct Batch {
    /// The rows.
    pub rows: Vec<RowReport>,
    /// The totals of the whole import up to here, those of an earlier run included.
    pub totals: Totals,
    /// Whether these rows were dealt with by an earlier run that was interrupted.
    pub is_from_before: bool,
}

/// What to do after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Go on.
    GoOn,
    /// Stop. What is done stays; the same import can go on later.
    Stop,
}

/// How an import ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All rows were dealt with.
    Completed,
    /// A faulty row ended it, as was chosen; what came before stays, or nothing in all-or-nothing.
    Failed,
    /// The caller asked to stop; the same call goes on where it stopped.
    Stopped,
}

/// The whole import.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its identifier; none for a dry run.
    pub import: Option<ImportId>,
    /// The totals, those of an earlier run included.
    pub totals: Totals,
    /// How it ended.
    pub ending: Ending,
    /// The last line that an interrupted run before this one had dealt with.
    pub resumed_after: Option<u64>,
}

impl Outcome {
    /// A stable name, as `CREATED`.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Created => "CREATED",
            Outcome::Updated => "UPDATED",
            Outcome::Unchanged => "UNCHANGED",
            Outcome::Skipped => "SKIPPED",
            Outcome::Failed => "FAILED",
        }
    }

    /// The outcome with this [`Outcome::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Outcome::Created, Outcome::Updated, Outcome::Unchanged, Outcome::Skipped, Outcome::Failed]
            .into_iter()
            .find(|outcome| outcome.code() == code)
    }
}

impl Ending {
    /// A stable name, as `completed`.
    pub fn code(self) -> &'static str {
        match self {
            Ending::Completed => "completed",
            Ending::Failed => "failed",
            Ending::Stopped => "stopped",
        }
    }

    /// The ending with this [`Ending::code`].
    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Ending::Completed, Ending::Failed, Ending::Stopped].into_iter().find(|ending| ending.code() == code)
    }
}

impl Totals {
    /// All rows.
    pub fn rows(self) -> u64 {
        self.created + self.updated + self.unchanged + self.skipped + self.failed
    }

    /// Counts one row.
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed => self.failed += 1,
        }
    }
}
