//! Files that tell what became of rows: all of them for reading, the faulty ones for correcting.

use std::io::{self, Write};

use wire::csv::{Style, Writer, unguard};

use super::Import;
use super::prepare::GUARD_COLUMN;
use super::report::{Batch, Outcome, RowReport};

/// The column that says why a row failed.
const ERROR_COLUMN: &str = "error";

/// A file with a line for each row: where it stands, whom it means, what became of it, and why.
pub struct ReportFile<W> {
    writer: Writer<W>,
}

impl<W: Write> ReportFile<W> {
    /// Begins the file.
    pub fn new(sink: W) -> io::Result<Self> {
        let mut writer = Writer::new(sink, Style::default());
        writer.write_record(["line", "key", "outcome", "codes", "messages"])?;
        Ok(ReportFile { writer })
    }

    /// Adds the rows of a batch.
    pub fn write(&mut self, batch: &Batch) -> io::Result<()> {
        for row in &batch.rows {
            let codes: Vec<&str> = row.problems.iter().map(|problem| problem.code.as_str()).collect();
            let line = row.line.to_string();
            let cells = [line.as_str(), &row.key, row.outcome.code(), &codes.join(" "), &messages(row)];
            self.writer.write_record(cells)?;
        }
        Ok(())
    }

    /// Ends the file; answers what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.writer.finish()
    }
}

/// A file of the rows that failed, as they stand in the imported file, without passwords and with what is wrong: to be
/// corrected and imported again. Nothing is written while no row has failed.
pub struct FailedRows<'a, W> {
    writer: Writer<W>,
    import: &'a Import,
    rows: u64,
}

impl<'a, W: Write> FailedRows<'a, W> {
    /// A file for the failed rows of `import`.
    pub fn new(sink: W, import: &'a Import) -> Self {
        let style = Style { delimiter: import.dialect.delimiter, ..Style::default() };
        FailedRows { writer: Writer::new(sink, style), import, rows: 0 }
    }

    /// Adds the failed rows of a batch.
    pub fn write(&mut self, batch: &Batch) -> io::Result<()> {
        for row in batch.rows.iter().filter(|row| row.outcome == Outcome::Failed) {
            if self.rows == 0 {
                self.write_header()?;
            }
            self.rows += 1;
            self.write_row(row)?;
        }
        Ok(())
    }

    /// Ends the file; answers what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.writer.finish()
    }

    fn write_header(&mut self) -> io::Result<()> {
        let has_header = self.import.dialect.has_header;
        let names = kept(self.import).map(|column| {
            let column = &self.import.columns()[column];
            // Columns that have no name in the file get one that is understood.
            column.field.filter(|_| !has_header).map_or(column.name.as_str(), |field| field.code())
        });
        let names: Vec<&str> = names.chain([ERROR_COLUMN, GUARD_COLUMN]).collect();
        self.writer.write_record(names)
    }

    fn write_row(&mut self, row: &RowReport) -> io::Result<()> {
        let Some(cells) = &row.cells else { return Ok(()) };
        let undo = self.import.undo_guard;
        let plain = |cell| if undo { unguard(cell) } else { cell };
        let mut kept: Vec<String> = kept(self.import).map(|column| plain(cells.get(column)).to_owned()).collect();
        // Cells without a column stay with the last one: mostly they are one value that lacks its quotes.
        for column in self.import.columns().len()..cells.len() {
            if let Some(last) = kept.last_mut() {
                last.push(char::from(self.import.dialect.delimiter.byte()));
                last.push_str(cells.get(column));
            }
        }
        let mut error = format!("Line {}: {}", row.line, messages(row));
        if !self.import.mapping.secrets.is_empty() {
            error.push_str(if cells.is_refused() {
                " The cells are left out, because something secret may stand among them."
            } else {
                " What is secret is left out; enter it again."
            });
        }
        kept.extend([error, "on".to_owned()]);
        self.writer.write_record(kept)
    }
}

/// The columns that are kept: an earlier file of failed rows has columns of ours.
fn kept(import: &Import) -> impl Iterator<Item = usize> {
    let columns = import.columns();
    (0..columns.len()).filter(|column| ![ERROR_COLUMN, GUARD_COLUMN].contains(&columns[*column].name.as_str()))
}

fn messages(row: &RowReport) -> String {
    let messages = row.problems.iter().map(|problem| {
        if problem.field.is_empty() {
            problem.message.clone()
        } else {
            format!("{}: {}", problem.field, problem.message)
        }
    });
    messages.collect::<Vec<_>>().join(" ")
}
