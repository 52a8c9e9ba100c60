//! What became of each row, kept for people to look at and to download.

use std::io::{self, BufRead, BufReader, Read, Write};

use base::{AccountId, ImportId};
use serde::{Deserialize, Serialize};

use super::Kept;
use crate::access::{Permission, Target};
use crate::files::NewFile;
use crate::imports::{Batch, FailedRows, Import, Outcome, ReportFile};
use crate::{Caller, Error, Identity, Problem, Result};

/// What became of one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToldRow {
    /// What became of it.
    pub outcome: Outcome,
    /// The line of the file.
    pub line: u64,
    /// Whom the row means, as far as it tells.
    pub username: String,
    /// The account that was made or found.
    pub account: Option<AccountId>,
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
}

/// Some rows, and whether more follow.
#[derive(Clone, Debug)]
pub struct ToldRows {
    /// The rows.
    pub rows: Vec<ToldRow>,
    /// Whether more follow.
    pub has_more: bool,
}

/// A file that people take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Download {
    /// What became of each row.
    Report,
    /// The rows that failed, to be put right and imported again.
    Failed,
    /// What a review found; of a draft, for those who may see it.
    Problems,
}

/// The files that an import leaves behind, while it runs.
pub(super) struct Telling<'a> {
    rows: NewFile,
    report: ReportFile<NewFile>,
    failed: FailedRows<'a, NewFile>,
}

impl<'a> Telling<'a> {
    pub(super) fn begin(identity: &Identity, id: ImportId, import: &'a Import) -> Result<Self> {
        let create = |kept: Kept| identity.files().create(&kept.name(id));
        Ok(Telling {
            rows: create(Kept::Told)?,
            report: ReportFile::new(create(Kept::Report)?).map_err(unkept)?,
            failed: FailedRows::new(create(Kept::Failed)?, import),
        })
    }

    pub(super) fn add(&mut self, batch: &Batch) -> Result<()> {
        self.write(batch).map_err(unkept)
    }

    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        for row in &batch.rows {
            let told = ToldRow {
                outcome: row.outcome,
                line: row.line,
                username: row.username.clone(),
                account: row.account,
                problems: row.problems.clone(),
            };
            let mut line = serde_json::to_vec(&told)?;
            line.push(b'\n');
            self.rows.write_all(&line)?;
        }
        self.report.write(batch)?;
        self.failed.write(batch)
    }

    pub(super) fn finish(self) -> Result<()> {
        let finish = || {
            self.rows.finish()?;
            self.report.finish()?.finish()?;
            self.failed.finish()?.finish()
        };
        finish().map_err(unkept)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where an error is mapped")]
fn unkept(error: io::Error) -> Error {
    Error::Unavailable(format!("the report can't be kept: {error}"))
}

/// Rows of the report of an import that is over, those with `outcome` when it is given, at most `limit` after skipping
/// some; `None` when no report is kept: the import runs, or is one of the command line, of long ago, or of elsewhere.
///
/// Errors: `Denied` without `ImportAccounts`; `Unavailable`.
pub async fn told_rows(
    identity: &Identity,
    caller: &Caller,
    id: ImportId,
    outcome: Option<Outcome>,
    skip: u64,
    limit: usize,
) -> Result<Option<ToldRows>> {
    let Some(source) = open(identity, caller, id, Kept::Told).await? else { return Ok(None) };
    // Each line begins with it, and strings can't hold quotes as they stand.
    let wanted = outcome.map(|outcome| format!("{{\"outcome\":\"{}\"", outcome.code()));
    let mut left = skip;
    let mut rows = Vec::new();
    for line in BufReader::with_capacity(64 * 1024, source).lines() {
        let line = line.map_err(unkept)?;
        if wanted.as_ref().is_some_and(|wanted| !line.starts_with(wanted.as_str())) {
            continue;
        }
        if left > 0 {
            left -= 1;
            continue;
        }
        if rows.len() == limit {
            return Ok(Some(ToldRows { rows, has_more: true }));
        }
        let row = serde_json::from_str(&line);
        rows.push(row.map_err(|error| Error::Internal(format!("a report can't be read: {error}")))?);
    }
    Ok(Some(ToldRows { rows, has_more: false }))
}

/// A file to take away, as CSV; `None` when it isn't kept.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound` for problems of somebody else's draft; `Unavailable`.
pub async fn download(identity: &Identity, caller: &Caller, id: ImportId, what: Download) -> Result<Option<Vec<u8>>> {
    let kept = match what {
        Download::Report => Kept::Report,
        Download::Failed => Kept::Failed,
        Download::Problems => {
            identity.read(caller, async |op| super::open(op, id).await).await?;
            Kept::Problems
        }
    };
    let Some(mut source) = open(identity, caller, id, kept).await? else { return Ok(None) };
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(unkept)?;
    Ok(Some(bytes))
}

async fn open(identity: &Identity, caller: &Caller, id: ImportId, kept: Kept) -> Result<Option<impl Read + use<>>> {
    let read = identity.read(caller, async |op| {
        let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
        Ok(())
    });
    read.await?;
    if !identity.files().has(&kept.name(id)) {
        return Ok(None);
    }
    identity.files().open(&kept.name(id)).map(Some)
}
