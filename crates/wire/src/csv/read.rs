//! Rows read from a file one by one.

use std::io::Read;

use super::header::{column_name, column_names};
use super::tokens::{RawRecord, Tokenizer, UnclosedQuote};
use super::utf8_stream::Utf8Stream;
use super::{Dialect, Encoding, Error, Limits, Problem, RowError, Warning};

/// Reads the rows of a file, in memory that does not depend on its size.
pub struct Reader<R> {
    stream: Utf8Stream<R>,
    tokens: Tokenizer,
    record: RawRecord,
    encoding: Encoding,
    limits: Limits,
    columns: Vec<String>,
    has_header: bool,
    warnings: Vec<Warning>,
    rows: u64,
    /// The first row, already read to count its cells, is to be given next.
    is_first_row_waiting: bool,
    is_finished: bool,
}

/// A row of the file that is not blank.
#[derive(Debug)]
pub enum Row<'a> {
    /// It could be read, and has one cell for each column.
    Record(Record<'a>),
    /// It could not.
    Refused(RowError),
}

/// The cells of one row, lent until the next is read.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    line: u64,
    text: &'a str,
    ends: &'a [usize],
}

impl<R: Read> Reader<R> {
    /// Reads as far as the column names, which with [`Dialect::has_header`] are the first row that is not blank, and
    /// else `Column 1`, `Column 2` for the cells of that row.
    ///
    /// Errors: what [`next_row`](Self::next_row) says, and `Empty`, `TooManyColumns`, `Header`.
    pub fn new(source: R, dialect: &Dialect, limits: Limits) -> Result<Self, Error> {
        let mut reader = Self {
            stream: Utf8Stream::new(source, dialect.encoding, limits.file_bytes)?,
            tokens: Tokenizer::new(dialect),
            record: RawRecord::new(limits),
            encoding: dialect.encoding,
            limits,
            columns: Vec::new(),
            has_header: dialect.has_header,
            warnings: Vec::new(),
            rows: 0,
            is_first_row_waiting: false,
            is_finished: false,
        };
        for _ in 0..dialect.skip_lines {
            reader.skip_line()?;
        }
        reader.read_columns()?;
        Ok(reader)
    }

    /// The names of the columns, no two alike.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What is odd about the column names.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Reads the next row that is not blank; none at the end, and none after an error.
    ///
    /// Errors: `Io`, `FileTooLarge`, `TooManyRows`, `UnclosedQuote`; `HeaderOnly` instead of the end if there was no row.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, Error> {
        let has_row = match self.advance() {
            Ok(has_row) => has_row,
            Err(error) => {
                self.is_finished = true;
                return Err(error);
            }
        };
        if !has_row {
            self.is_finished = true;
            return Ok(None);
        }
        Ok(Some(match checked_text(&self.record, self.columns.len(), self.encoding) {
            Ok(text) => {
                Row::Record(Record { line: self.record.line, text, ends: &self.record.ends[..self.columns.len()] })
            }
            Err(problem) => Row::Refused(refusal(&self.record, problem)),
        }))
    }

    fn skip_line(&mut self) -> Result<(), Error> {
        loop {
            let input = self.stream.fill()?;
            if input.is_empty() {
                return Ok(());
            }
            let (used, is_complete) = self.tokens.skip_line(input);
            self.stream.consume(used);
            if is_complete {
                return Ok(());
            }
        }
    }

    fn read_columns(&mut self) -> Result<(), Error> {
        if !self.read_record()? {
            return Err(Error::Empty);
        }
        let found = self.record.found;
        if found > self.limits.columns {
            return Err(Error::TooManyColumns { found, limit: self.limits.columns });
        }
        if self.has_header {
            let text = checked_text(&self.record, found, self.encoding)
                .map_err(|problem| Error::Header { line: self.record.line, problem })?;
            let header = Record { line: self.record.line, text, ends: &self.record.ends };
            self.columns = column_names(header.iter(), &mut self.warnings);
        } else {
            self.columns = (1..=found).map(column_name).collect();
            self.is_first_row_waiting = true;
        }
        Ok(())
    }

    /// Makes the next row that is not blank the present one; false at the end.
    fn advance(&mut self) -> Result<bool, Error> {
        if self.is_finished {
            return Ok(false);
        }
        if self.is_first_row_waiting {
            self.is_first_row_waiting = false;
        } else if !self.read_record()? {
            return if self.rows == 0 { Err(Error::HeaderOnly) } else { Ok(false) };
        }
        self.rows += 1;
        if self.rows > self.limits.rows {
            return Err(Error::TooManyRows { limit: self.limits.rows });
        }
        Ok(true)
    }

    /// Reads the next record that is not blank; false at the end.
    fn read_record(&mut self) -> Result<bool, Error> {
        loop {
            let input = self.stream.fill()?;
            let is_complete = if input.is_empty() {
                match self.tokens.finish(&mut self.record) {
                    Ok(true) => true,
                    Ok(false) => return Ok(false),
                    Err(UnclosedQuote(line)) => return Err(Error::UnclosedQuote { line }),
                }
            } else {
                let (used, is_complete) = self.tokens.feed(input, &mut self.record);
                self.stream.consume(used);
                is_complete
            };
            if is_complete && !self.record.is_blank() {
                return Ok(true);
            }
        }
    }
}

impl<'a> Record<'a> {
    /// The physical line where the row starts, from 1: what a text editor shows.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The cell of a column, counted from 0; none beyond the last column.
    pub fn get(&self, column: usize) -> Option<&'a str> {
        let end = *self.ends.get(column)?;
        let start = if column == 0 { 0 } else { self.ends[column - 1] + 1 };
        Some(&self.text[start..end])
    }

    /// The cells in their order, as many as there are columns.
    pub fn iter(&self) -> Cells<'a> {
        Cells { record: *self, next: 0 }
    }
}

impl<'a> IntoIterator for &Record<'a> {
    type Item = &'a str;
    type IntoIter = Cells<'a>;

    fn into_iter(self) -> Cells<'a> {
        self.iter()
    }
}

/// The cells of a [`Record`] in their order.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    record: Record<'a>,
    next: usize,
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let cell = self.record.get(self.next)?;
        self.next += 1;
        Some(cell)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.record.ends.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Cells<'_> {}

/// The text of all cells, if nothing is wrong with them and there is one for each column.
fn checked_text(record: &RawRecord, columns: usize, encoding: Encoding) -> Result<&str, Problem> {
    if let Some(problem) = record.problem {
        return Err(problem);
    }
    let text = std::str::from_utf8(&record.bytes).map_err(|_| Problem::Undecodable {
        column: column_of(record, |cell| std::str::from_utf8(cell).is_err()),
        encoding,
    })?;
    if may_hold_controls(&record.bytes)
        && let Some(character) = text.chars().find(|&character| is_refused(character))
    {
        let column = column_of(record, |cell| std::str::from_utf8(cell).is_ok_and(|cell| cell.contains(is_refused)));
        // The Encoding Standard maps the bytes that Windows-1252 leaves without a meaning to control characters.
        let is_unassigned = !encoding.is_unicode() && !character.is_ascii();
        return Err(if is_unassigned {
            Problem::Undecodable { column, encoding }
        } else {
            Problem::ControlCharacter { column, character }
        });
    }
    if record.found < columns || has_more(record, columns) {
        return Err(Problem::ColumnCount { expected: columns, found: record.found });
    }
    Ok(text)
}

fn refusal(record: &RawRecord, problem: Problem) -> RowError {
    RowError {
        line: record.line,
        problem,
        cells: record.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
    }
}

/// The first column, from 1, of which this holds.
fn column_of(record: &RawRecord, holds: impl Fn(&[u8]) -> bool) -> usize {
    record.cells().position(holds).map_or(1, |index| index + 1)
}

/// Whether there is anything but blanks beyond the last column.
fn has_more(record: &RawRecord, columns: usize) -> bool {
    record.found > record.ends.len()
        || record.cells().skip(columns).any(|cell| !String::from_utf8_lossy(cell).trim().is_empty())
}

/// Whether a closer look is needed: at bytes below the space, at DEL, and at what U+0080 to U+009F start with.
///
/// Looks at every byte without stopping at the first, for the compiler to look at many at once.
#[expect(clippy::needless_bitwise_bool, reason = "a branch for each byte would be several times slower")]
fn may_hold_controls(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, &byte| found | (byte < b' ') | (byte == 0x7f) | (byte == 0xc2))
}

fn is_refused(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
}
