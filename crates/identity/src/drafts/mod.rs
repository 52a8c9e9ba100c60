//! Imports that somebody prepares in the console: a file, what was chosen for it step by step, and at the end a job that
//! carries it out. A draft belongs to whoever began it; nothing of the organization changes before it is started.

mod carry_out;
mod check;
mod estimate;
mod execute;
mod review;
mod rows;
mod steps;
mod sweep;
mod told;
mod upload;

use std::sync::Arc;

use base::{AccountId, ImportId, Timestamp};

pub use carry_out::{JOB, carry_out};
pub use check::{CHECK_JOB, Check, MOST_ROWS_WHILE_WAITING, begin_check, carry_out_check, check};
pub use execute::{Standing, standing, start, stop};
pub use review::{MOST_PROBLEMS, ProblemRow, Review, review};
pub use steps::{discard, keep, mine, open, prepared, proposed};
pub use told::{Download, ToldRow, ToldRows, download, told_rows};
pub use upload::{MOST_COLUMNS, Upload, count_rows, upload};

pub(crate) use sweep::sweep;

use crate::attributes::Attributes;
use crate::imports::Choices;

/// An import in preparation.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its identifier, and that of the import once it is carried out.
    pub id: ImportId,
    /// Whose it is.
    pub owner: AccountId,
    /// What the file was called where it came from.
    pub file_name: String,
    /// How large it is.
    pub size_bytes: u64,
    /// How many rows it has, read as chosen.
    pub rows: u64,
    /// What was chosen so far.
    pub choices: Choices,
    /// The last step that is done.
    pub step: Step,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was started; from then on it can't be changed.
    pub started_at: Option<Timestamp>,
    sha256: [u8; 32],
    node: String,
    /// The attributes that columns may be.
    attributes: Arc<Attributes>,
}

/// A step of the way, in order (ES-71).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The file is there.
    Upload,
    /// How it is read, and what new accounts are like.
    Options,
    /// What its columns mean.
    Map,
    /// What happens to accounts that exist.
    Merge,
    /// Everything was looked at.
    Review,
    /// It was started.
    Execute,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 6] = [Step::Upload, Step::Options, Step::Map, Step::Merge, Step::Review, Step::Execute];

    /// Its number, from 1.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The step with this number.
    pub fn from_number(number: u64) -> Option<Step> {
        Step::ALL.into_iter().find(|step| u64::from(step.number()) == number)
    }
}

/// A file that belongs to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// What was uploaded.
    Upload,
    /// What became of each row, for pages.
    Told,
    /// What became of each row, to be downloaded.
    Report,
    /// The rows that failed, to be put right.
    Failed,
    /// What a review found, to be downloaded.
    Problems,
    /// What the review of a long file found.
    Review,
}

impl Kept {
    const ALL: [Kept; 6] = [Kept::Upload, Kept::Told, Kept::Report, Kept::Failed, Kept::Problems, Kept::Review];

    /// Its name in the folder, which nobody but the server chooses.
    fn name(self, id: ImportId) -> String {
        let ending = match self {
            Kept::Upload => "upload",
            Kept::Told => "rows",
            Kept::Report => "report",
            Kept::Failed => "failed",
            Kept::Problems => "problems",
            Kept::Review => "review",
        };
        format!("{id}.{ending}")
    }

    /// The import that a name belongs to, and which file of it that is.
    fn of(name: &str) -> Option<(ImportId, Kept)> {
        let id = name.split('.').next()?.parse().ok()?;
        Kept::ALL.into_iter().find(|kept| kept.name(id) == name).map(|kept| (id, kept))
    }
}
