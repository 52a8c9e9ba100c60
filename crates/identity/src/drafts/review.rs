//! The rehearsal before an import is started (ES-98).

use std::io;
use std::time::Duration;

use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::estimate::estimate;
use super::{Draft, Kept};
use crate::files::NewFile;
use crate::imports::{self, Batch, Ending, Import, Next, Outcome, ReportFile, RowReport, Totals};
use crate::{Caller, Error, Identity, Result, accounts};

/// So many problems are shown; all of them can be downloaded.
pub const MOST_PROBLEMS: usize = 100;

/// What would become of an import if it were started now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Review {
    /// How many rows would have which outcome.
    pub totals: Totals,
    /// How it would end.
    pub ending: Ending,
    /// The first problems of rows, one for each value that breaks a rule.
    pub problems: Vec<ProblemRow>,
    /// How many there are in all.
    pub problem_count: u64,
    /// How many accounts there would be.
    pub accounts_after: u64,
    /// How many there may be; 0 for as many as you like.
    pub license_limit: u64,
    /// What was reviewed: to be given when it is started.
    pub mark: String,
    /// How long the import will take, where that can be told.
    pub estimate: Option<Duration>,
    /// When it was found.
    pub found_at: Timestamp,
}

/// One problem of one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProblemRow {
    /// The line of the file.
    pub line: u64,
    /// Whom the row means, as far as it tells.
    pub username: String,
    /// What becomes of the row.
    pub outcome: Outcome,
    /// The field.
    pub field: String,
    /// What is wrong with it. Never holds a password.
    pub message: String,
}

/// Rehearses the import of a draft while somebody waits. All rows with a problem are kept to be downloaded.
///
/// Errors: as [`imports::dry_run`].
pub async fn review(identity: &Identity, caller: &Caller, draft: &Draft, import: &Import) -> Result<Review> {
    let review = rehearse(identity, caller, draft, import, &mut |_| Next::GoOn).await?;
    review.ok_or_else(|| Error::Internal("a review that nobody stopped was stopped".into()))
}

/// Rehearses the import of a draft; `watch` hears how many rows are done, and may stop it: then there is no review.
pub(super) async fn rehearse(
    identity: &Identity,
    caller: &Caller,
    draft: &Draft,
    import: &Import,
    watch: &mut (dyn FnMut(u64) -> Next + Send),
) -> Result<Option<Review>> {
    let unkept = |error: io::Error| Error::Unavailable(format!("the problems can't be kept: {error}"));
    let mut file = ReportFile::new(identity.files().create(&Kept::Problems.name(draft.id))?).map_err(unkept)?;
    let mut problems = Vec::new();
    let mut problem_count = 0;
    let mut on_batch = |batch: &Batch| {
        let faulty = batch.rows.iter().filter(|row| row.outcome == Outcome::Failed);
        let rows: Vec<RowReport> = faulty.cloned().collect();
        for problem in rows.iter().flat_map(problems_of) {
            problem_count += 1;
            if problems.len() < MOST_PROBLEMS {
                problems.push(problem);
            }
        }
        file.write(&Batch { rows, ..*batch }).map_err(unkept)?;
        Ok(watch(batch.totals.rows()))
    };
    let began = identity.clock().now();
    let report = imports::dry_run(identity, caller, import, &mut on_batch).await?;
    if report.ending == Ending::Stopped {
        return Ok(None);
    }
    let took = identity.clock().now().since(began);
    let estimate = estimate(identity, import, took, &report.totals).await?;
    file.finish().and_then(NewFile::finish).map_err(unkept)?;
    let summary = identity.read(caller, async |op| accounts::summary(op).await).await?;
    Ok(Some(Review {
        totals: report.totals,
        ending: report.ending,
        problems,
        problem_count,
        accounts_after: summary.total + report.totals.created,
        license_limit: summary.license_limit,
        mark: import.mark(),
        estimate,
        found_at: identity.clock().now(),
    }))
}

fn problems_of(row: &RowReport) -> impl Iterator<Item = ProblemRow> {
    row.problems.iter().map(|problem| ProblemRow {
        line: row.line,
        username: row.username.clone(),
        outcome: row.outcome,
        field: problem.field.clone(),
        message: problem.message.clone(),
    })
}
