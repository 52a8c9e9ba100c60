//! What can be wrong with a file, with a row of it, and what its reader should know.

use std::{fmt, io};

use super::Encoding;

/// Why the whole file is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source failed.
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
    /// Nothing but blanks.
    #[error("the file is empty; choose the file that holds the rows to import")]
    Empty,
    /// A header without rows.
    #[error("the file holds only column names and no rows; add at least one row below them")]
    HeaderOnly,
    /// A format that is not text, by its first bytes.
    #[error("this is {format}, not a text file; open it in the program it comes from and export it as CSV (UTF-8)")]
    NotText {
        /// What it is, with its article: `an Excel workbook or ZIP archive`.
        format: &'static str,
    },
    /// NUL characters in the sample: a binary file, or damage.
    #[error("line {line} holds a NUL character, which text never does; export the file again as CSV (UTF-8)")]
    HoldsNul {
        /// The first such line.
        line: u64,
    },
    /// More bytes than [`Limits::file_bytes`](super::Limits::file_bytes).
    #[error("the file is larger than {limit_bytes} bytes; split it into several files")]
    FileTooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// More rows than [`Limits::rows`](super::Limits::rows).
    #[error("the file holds more than {limit} rows; split it into several files")]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// More columns than [`Limits::columns`](super::Limits::columns).
    #[error(
        "the first row has {found} columns and at most {limit} are allowed; leave out the columns that are not imported"
    )]
    TooManyColumns {
        /// The columns of the first row.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The row with the column names can't be read.
    #[error("the column names can't be read: line {line}, {problem}")]
    Header {
        /// Where the header starts.
        line: u64,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The file ends within quotes: the rows after the opening one can't be told apart.
    #[error("the quote opened on line {line} is never closed; close it, or choose another quote character")]
    UnclosedQuote {
        /// The line of the opening quote.
        line: u64,
    },
}

impl Error {
    /// The code that stays the same when the message changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "IO",
            Self::Empty => "EMPTY",
            Self::HeaderOnly => "HEADER_ONLY",
            Self::NotText { .. } => "NOT_TEXT",
            Self::HoldsNul { .. } => "HOLDS_NUL",
            Self::FileTooLarge { .. } => "FILE_TOO_LARGE",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::Header { .. } => "BAD_HEADER",
            Self::UnclosedQuote { .. } => "UNCLOSED_QUOTE",
        }
    }
}

/// Why one row is refused; the rows after it are still read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct RowError {
    /// The physical line where the row starts, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: Problem,
    /// The cells as far as they could be read, undecodable bytes as U+FFFD, too long ones cut; for the report only.
    pub cells: Vec<String>,
}

/// What is wrong with a row. Columns count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Bytes that the encoding gives no meaning.
    Undecodable {
        /// The first column that holds them.
        column: usize,
        /// The encoding that was tried.
        encoding: Encoding,
    },
    /// A NUL or another control character; tabs and line breaks are allowed.
    ControlCharacter {
        /// The first column that holds one.
        column: usize,
        /// The character.
        character: char,
    },
    /// More or fewer cells than columns. Blank cells at the end are not counted as too many.
    ColumnCount {
        /// The columns of the header, or of the first row.
        expected: usize,
        /// The cells of this row.
        found: usize,
    },
    /// A cell above [`Limits::field_bytes`](super::Limits::field_bytes).
    FieldTooLong {
        /// The first such column.
        column: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// A row above [`Limits::record_bytes`](super::Limits::record_bytes).
    RecordTooLong {
        /// The limit.
        limit_bytes: usize,
    },
    /// Text between a closing quote and the next delimiter: the quote was opened or closed at the wrong place.
    BadQuote {
        /// The line of the opening quote.
        opened: u64,
        /// The line of the text behind the closing one; every line between belongs to this row.
        closed: u64,
    },
}

impl Problem {
    /// The code that stays the same when the message changes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Undecodable { .. } => "DECODE",
            Self::ControlCharacter { .. } => "CONTROL_CHARACTER",
            Self::ColumnCount { .. } => "COLUMN_COUNT",
            Self::FieldTooLong { .. } => "FIELD_TOO_LONG",
            Self::RecordTooLong { .. } => "RECORD_TOO_LONG",
            Self::BadQuote { .. } => "BAD_QUOTE",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undecodable { column, encoding } => write!(
                f,
                "column {column} holds bytes that are not {encoding}; save the file as UTF-8, or choose the encoding it was written in"
            ),
            Self::ControlCharacter { column, character } => {
                write!(f, "column {column} holds the control character U+{:04X}; remove it", u32::from(*character))
            }
            Self::ColumnCount { expected, found } => write!(
                f,
                "{found} cells where {expected} are expected; add or remove cells, and put quotes around cells that hold the delimiter"
            ),
            Self::FieldTooLong { column, limit_bytes } => {
                write!(f, "column {column} is longer than {limit_bytes} bytes; shorten it, or look for a missing quote")
            }
            Self::RecordTooLong { limit_bytes } => {
                write!(f, "the row is longer than {limit_bytes} bytes; shorten it, or look for a missing quote")
            }
            Self::BadQuote { opened, closed } if opened == closed => {
                write!(f, "text follows a closing quote; put quotes around the whole cell and double those within it")
            }
            Self::BadQuote { opened, closed } => write!(
                f,
                "the quote opened on line {opened} is not closed properly, and all lines up to {closed} were taken for one row; close it"
            ),
        }
    }
}

/// Something to show before the file is used; nothing is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// No mark and no rule told the encoding: it is the likeliest one.
    EncodingGuessed(Encoding),
    /// Most of the file is UTF-8, some of it is not: those rows will be refused.
    EncodingMixed {
        /// The first line in the sample that is not UTF-8.
        line: u64,
    },
    /// No delimiter was found: every row is one cell.
    OneColumn,
    /// The first row looks like a row of values: the columns have no names.
    NoHeader,
    /// Several columns have the same name, apart from case; all but the first got a number.
    DuplicateHeader {
        /// The name in the file.
        name: String,
        /// The column that was renamed, from 1.
        column: usize,
    },
    /// A column without a name, now called `Column n`.
    BlankHeader {
        /// The column, from 1.
        column: usize,
    },
}

impl Warning {
    /// The code that stays the same when the message changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EncodingGuessed(_) => "ENCODING_GUESSED",
            Self::EncodingMixed { .. } => "ENCODING_MIXED",
            Self::OneColumn => "ONE_COLUMN",
            Self::NoHeader => "NO_HEADER",
            Self::DuplicateHeader { .. } => "DUPLICATE_HEADER",
            Self::BlankHeader { .. } => "BLANK_HEADER",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EncodingGuessed(encoding) => write!(
                f,
                "the file does not say its encoding, {encoding} is a guess; check letters with accents in the preview"
            ),
            Self::EncodingMixed { line } => write!(
                f,
                "the file mixes encodings: line {line} is not UTF-8 as the rest is; such rows are refused until the file is saved as UTF-8"
            ),
            Self::OneColumn => {
                f.write_str("no delimiter was found, each row is one cell; choose the delimiter if that is wrong")
            }
            Self::NoHeader => {
                f.write_str("the first row looks like values, not like column names; check which column is which")
            }
            Self::DuplicateHeader { name, column } => {
                write!(f, "column {column} has the same name as another, “{name}”; check which of them to use")
            }
            Self::BlankHeader { column } => write!(f, "column {column} has no name in the file"),
        }
    }
}
