//! The files that an import leaves behind: what became of each row, and the faulty rows themselves.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use identity::imports::{Batch, FailedRows, Import, ReportFile};

type Sink = BufWriter<File>;

/// The files that were asked for.
pub(super) struct Files<'a> {
    report: Option<ReportFile<Sink>>,
    failed_rows: Option<FailedRows<'a, Sink>>,
}

impl<'a> Files<'a> {
    /// Makes the files, empty.
    ///
    /// Errors: one can't be made.
    pub(super) fn create(import: &'a Import, report: Option<&Path>, failed_rows: Option<&Path>) -> Result<Self> {
        Ok(Files {
            report: match report {
                Some(path) => Some(ReportFile::new(create(path)?).with_context(|| unwritable(path))?),
                None => None,
            },
            failed_rows: match failed_rows {
                Some(path) => Some(FailedRows::new(create(path)?, import)),
                None => None,
            },
        })
    }

    /// Adds the rows of a batch.
    pub(super) fn write(&mut self, batch: &Batch) -> io::Result<()> {
        if let Some(report) = &mut self.report {
            report.write(batch)?;
        }
        if let Some(failed_rows) = &mut self.failed_rows {
            failed_rows.write(batch)?;
        }
        Ok(())
    }

    /// Writes what is still held back.
    pub(super) fn finish(self) -> io::Result<()> {
        if let Some(report) = self.report {
            report.finish()?;
        }
        if let Some(failed_rows) = self.failed_rows {
            failed_rows.finish()?;
        }
        Ok(())
    }
}

/// Names and addresses are for nobody but the owner of the file.
pub(in crate::cli) fn create(path: &Path) -> Result<Sink> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    Ok(BufWriter::new(file.with_context(|| unwritable(path))?))
}

fn unwritable(path: &Path) -> String {
    format!("{} can't be written", path.display())
}
