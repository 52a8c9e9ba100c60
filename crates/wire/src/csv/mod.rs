//! Delimited text (CSV, RFC 4180 with what spreadsheets and directories make of it): detected, read row by row, written.
//!
//! ```
//! use wire::csv::{Limits, Reader, Row, detect};
//!
//! let file = "Username;Email\namy;amy@example.com\n".as_bytes();
//! let detection = detect(file, true)?;
//! let mut reader = Reader::new(file, &detection.dialect, Limits::default())?;
//! while let Some(row) = reader.next_row()? {
//!     match row {
//!         Row::Record(record) => assert_eq!(record.get(1), Some("amy@example.com")),
//!         Row::Refused(refusal) => panic!("{refusal}"),
//!     }
//! }
//! # Ok::<(), wire::csv::Error>(())
//! ```

mod detect;
mod dialect;
mod encoding;
mod error;
mod header;
mod limits;
mod read;
mod tokens;
mod utf8_stream;
mod write;

pub use detect::{Detection, FoundDelimiter, FoundEncoding, FoundHeader, SAMPLE_BYTES, detect};
pub use dialect::{Delimiter, Dialect, Quote};
pub use encoding::Encoding;
pub use error::{Error, Problem, RowError, Warning};
pub use limits::Limits;
pub use read::{Cells, Reader, Record, Row};
pub use write::{Guard, Style, Writer, unguard};
