//! The dialect of a file, found from its beginning.

mod delimiter;
mod encoding;
mod header;

use super::tokens::{RawRecord, Tokenizer};
use super::utf8_stream::Utf8Stream;
use super::{Delimiter, Dialect, Encoding, Error, Limits, Quote, Warning};

/// How much of a file [`detect`] wants to see.
pub const SAMPLE_BYTES: usize = 256 * 1024;

/// The records that are looked at.
const SAMPLE_RECORDS: usize = 200;

/// A dialect, and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// How to read the file.
    pub dialect: Dialect,
    /// Why that encoding.
    pub encoding: FoundEncoding,
    /// Why that delimiter.
    pub delimiter: FoundDelimiter,
    /// Why a header, or why none.
    pub header: FoundHeader,
    /// What to ask the person who gave the file.
    pub warnings: Vec<Warning>,
}

/// How the encoding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundEncoding {
    /// By the byte order mark.
    ByteOrderMark,
    /// The sample is valid in it: UTF-8, or UTF-16 by its pattern of NUL bytes.
    Valid,
    /// Most of the sample beyond ASCII is valid UTF-8, and some is not.
    MostlyValid,
    /// By the likelihood of the letters, when it can't be Unicode.
    Guessed,
}

/// How the delimiter was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundDelimiter {
    /// A `sep=;` line says it.
    SepLine,
    /// It cuts the sample into the most consistent number of columns.
    Scored {
        /// That number.
        columns: usize,
    },
    /// None occurs, the comma is as good as any.
    Default,
}

/// How it was found whether there is a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundHeader {
    /// The first row holds words that name columns.
    Words,
    /// The first row holds values: addresses, numbers, what rows below repeat.
    Values,
    /// Neither; most files have one.
    Default,
}

/// Finds the dialect of a file from its first bytes, up to [`SAMPLE_BYTES`].
///
/// The quote is always `"`; the other one must be chosen. Header names are not judged here but by
/// [`Reader::new`](super::Reader::new), which has its own warnings.
///
/// Errors: `Empty`, `NotText`, `HoldsNul`.
pub fn detect(sample: &[u8], is_whole_file: bool) -> Result<Detection, Error> {
    let is_whole_file = is_whole_file && sample.len() <= SAMPLE_BYTES;
    let sample = &sample[..sample.len().min(SAMPLE_BYTES)];
    let mut warnings = Vec::new();
    let (encoding, found_encoding) = encoding::find(sample, is_whole_file, &mut warnings)?;
    let text = transcoded(sample, encoding)?;

    let first_line = text.split(|&byte| byte == b'\r' || byte == b'\n').next().unwrap_or_default();
    let sep_line = delimiter::sep_line(first_line);
    let mut dialect = Dialect {
        encoding,
        delimiter: Delimiter::Comma,
        quote: Quote::Double,
        has_header: true,
        skip_lines: u64::from(sep_line.is_some() || is_version_line(first_line)),
    };
    let text = Sample { text: &text, is_whole_file };
    let found_delimiter = if let Some(delimiter) = sep_line {
        dialect.delimiter = delimiter;
        FoundDelimiter::SepLine
    } else {
        delimiter::find(text, &mut dialect, &mut warnings)
    };

    let records = text.records(&dialect);
    if records.is_empty() {
        return Err(Error::Empty);
    }
    let header = header::find(&records);
    if header == FoundHeader::Values {
        dialect.has_header = false;
        warnings.push(Warning::NoHeader);
    }
    Ok(Detection { dialect, encoding: found_encoding, delimiter: found_delimiter, header, warnings })
}

/// Microsoft Entra's templates begin with a line that holds only their version.
fn is_version_line(line: &[u8]) -> bool {
    line.starts_with(b"version:v") && line.trim_ascii_end().len() < 20
}

/// The beginning of a file, in UTF-8.
#[derive(Clone, Copy)]
struct Sample<'a> {
    text: &'a [u8],
    is_whole_file: bool,
}

/// A record of the sample; what can't be decoded does not matter here.
struct SampleRecord {
    cells: Vec<String>,
    is_well_quoted: bool,
}

impl Sample<'_> {
    /// The first records, read with that dialect, without blank ones, and without one that the sample cuts short.
    fn records(self, dialect: &Dialect) -> Vec<SampleRecord> {
        let mut tokens = Tokenizer::new(dialect);
        let mut raw = RawRecord::new(Limits::default());
        let mut records = Vec::new();
        let mut rest = self.text;
        for _ in 0..dialect.skip_lines {
            rest = &rest[tokens.skip_line(rest).0..];
        }
        while records.len() < SAMPLE_RECORDS {
            let (used, is_complete) = tokens.feed(rest, &mut raw);
            rest = &rest[used..];
            if !is_complete {
                // A record cut short is better than none.
                let is_wanted = self.is_whole_file || records.is_empty();
                let last = tokens.finish(&mut raw);
                if is_wanted && !matches!(last, Ok(false)) && !raw.is_blank() {
                    records.push(SampleRecord::new(&raw, last.is_ok()));
                }
                break;
            }
            if !raw.is_blank() {
                records.push(SampleRecord::new(&raw, raw.problem.is_none()));
            }
        }
        records
    }
}

impl SampleRecord {
    fn new(raw: &RawRecord, is_well_quoted: bool) -> Self {
        Self { cells: raw.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(), is_well_quoted }
    }
}

fn transcoded(sample: &[u8], encoding: Encoding) -> Result<Vec<u8>, Error> {
    let mut text = Vec::with_capacity(sample.len());
    let mut stream = Utf8Stream::new(sample, encoding, u64::MAX)?;
    loop {
        let chunk = stream.fill()?;
        if chunk.is_empty() {
            return Ok(text);
        }
        text.extend_from_slice(chunk);
        let used = chunk.len();
        stream.consume(used);
    }
}
