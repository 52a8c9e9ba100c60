//! The first rows of a file, as they are understood so far.

use wire::csv::Row;

use super::Import;
use super::file::{refused, sentence};
use crate::Result;

/// What stands in place of a password.
const HIDDEN: &str = "••••";

/// A row as it stands in the file.
#[derive(Clone, Debug)]
pub struct PreviewRow {
    /// The physical line where it starts, from 1.
    pub line: u64,
    /// Its cells; those of passwords are hidden (ES-99).
    pub cells: Vec<String>,
    /// Why it can't be read.
    pub problem: Option<String>,
}

/// The first rows, at most `most`.
///
/// Errors: `Invalid` with field `file` when the file can't be read that far.
pub fn preview(import: &Import, most: usize) -> Result<Vec<PreviewRow>> {
    let mut reader = import.file.read(&import.dialect)?;
    let secrets = &import.mapping.secrets;
    let mut rows = Vec::new();
    while rows.len() < most {
        let row = match reader.next_row().map_err(|error| refused(&error))? {
            None => break,
            Some(Row::Record(record)) => {
                let shown = |(column, cell): (usize, &str)| {
                    if secrets.contains(&column) && !cell.is_empty() { HIDDEN.to_owned() } else { cell.to_owned() }
                };
                PreviewRow { line: record.line(), cells: record.iter().enumerate().map(shown).collect(), problem: None }
            }
            // A password may have slipped into another column.
            Some(Row::Refused(refusal)) => PreviewRow {
                line: refusal.line,
                cells: if secrets.is_empty() { refusal.cells } else { Vec::new() },
                problem: Some(sentence(&refusal.problem.to_string())),
            },
        };
        rows.push(row);
    }
    Ok(rows)
}

/// How many rows the file has.
///
/// Errors: `Invalid` with field `file` when it can't be read to its end, as when it has too many.
pub fn count_rows(import: &Import) -> Result<u64> {
    let mut reader = import.file.read(&import.dialect)?;
    let mut rows = 0;
    while reader.next_row().map_err(|error| refused(&error))?.is_some() {
        rows += 1;
    }
    Ok(rows)
}
