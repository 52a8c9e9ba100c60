//! Bytes cut into records and cells, whatever chunks they come in.
//!
//! The crate `csv` reads an unclosed quote as one cell to the end of the file, counts only line feeds, and knows no
//! limits; here each of these has to become an error that names its line.

use super::{Dialect, Limits, Problem};

const CR: u8 = b'\r';
const LF: u8 = b'\n';

/// The state between two chunks.
pub(super) struct Tokenizer {
    delimiter: u8,
    quote: u8,
    /// The bytes that end a run of text outside quotes: delimiter, CR, LF.
    plain_stops: [bool; 256],
    /// The bytes that end a run of text within quotes: quote, CR, LF.
    quoted_stops: [bool; 256],
    state: State,
    /// The byte before was a CR: an LF now belongs to the same line break.
    is_after_cr: bool,
    /// The present physical line, from 1.
    line: u64,
    /// The line of the last opening quote.
    opened: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a record.
    Record,
    /// Before a cell.
    Field,
    /// In a cell without quotes.
    Plain,
    /// Within quotes.
    Quoted,
    /// After a quote within quotes: it closes the cell or is the first of a doubled one.
    Closed,
    /// After blanks that follow a closing quote.
    ClosedBlank,
}

/// The cells of one record, undecoded; reused for the next.
pub(super) struct RawRecord {
    /// The physical line where it starts, from 1.
    pub(super) line: u64,
    /// All cells, each followed by a space: so that no character can be made of the bytes of two cells.
    pub(super) bytes: Vec<u8>,
    /// Where each cell ends in `bytes`; only those of the first `Limits::columns` cells.
    pub(super) ends: Vec<usize>,
    /// The number of cells in the file.
    pub(super) found: usize,
    /// What is wrong with its structure.
    pub(super) problem: Option<Problem>,
    start: usize,
    limits: Limits,
}

/// The file ended within quotes that were opened on this line.
pub(super) struct UnclosedQuote(pub(super) u64);

impl Tokenizer {
    pub(super) fn new(dialect: &Dialect) -> Self {
        let (delimiter, quote) = (dialect.delimiter.byte(), dialect.quote.byte());
        let stops = |first: u8| {
            let mut stops = [false; 256];
            for byte in [first, CR, LF] {
                stops[usize::from(byte)] = true;
            }
            stops
        };
        Self {
            delimiter,
            quote,
            plain_stops: stops(delimiter),
            quoted_stops: stops(quote),
            state: State::Record,
            is_after_cr: false,
            line: 1,
            opened: 1,
        }
    }

    /// Passes over the rest of a physical line; the bytes used, and whether its end was among them.
    pub(super) fn skip_line(&mut self, input: &[u8]) -> (usize, bool) {
        let start = usize::from(self.is_after_cr && input.first() == Some(&LF));
        self.is_after_cr &= input.is_empty();
        match input[start..].iter().position(|&byte| byte == CR || byte == LF) {
            Some(at) => {
                self.break_line(input[start + at]);
                (start + at + 1, true)
            }
            None => (input.len(), false),
        }
    }

    /// Adds input to the record; the bytes used, and whether the record is complete.
    pub(super) fn feed(&mut self, input: &[u8], record: &mut RawRecord) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            match self.state {
                State::Record => {
                    if self.is_after_cr && byte == LF {
                        at += 1;
                    }
                    if self.is_after_cr {
                        self.is_after_cr = false;
                        continue;
                    }
                    record.clear(self.line);
                    self.state = State::Field;
                }
                State::Field if byte == self.quote => {
                    self.opened = self.line;
                    self.state = State::Quoted;
                    at += 1;
                }
                State::Field => self.state = State::Plain,
                State::Plain => {
                    let text = run(&input[at..], &self.plain_stops);
                    record.push(text);
                    at += text.len();
                    if let Some(&stop) = input.get(at) {
                        at += 1;
                        if self.end_field(stop, record) {
                            return (at, true);
                        }
                    }
                }
                State::Quoted => {
                    let text = run(&input[at..], &self.quoted_stops);
                    self.is_after_cr &= text.is_empty();
                    record.push(text);
                    at += text.len();
                    if let Some(&stop) = input.get(at) {
                        at += 1;
                        if stop == self.quote {
                            self.is_after_cr = false;
                            self.state = State::Closed;
                        } else {
                            self.break_line(stop);
                            record.push(&[stop]);
                        }
                    }
                }
                State::Closed if byte == self.quote => {
                    record.push(&[byte]);
                    self.state = State::Quoted;
                    at += 1;
                }
                State::Closed | State::ClosedBlank => {
                    if self.plain_stops[usize::from(byte)] {
                        at += 1;
                        if self.end_field(byte, record) {
                            return (at, true);
                        }
                    } else if byte == b' ' {
                        self.state = State::ClosedBlank;
                        at += 1;
                    } else {
                        // A stray quote explains any other problem that the record has by now.
                        record.problem = Some(Problem::BadQuote { opened: self.opened, closed: self.line });
                        self.state = State::Plain;
                    }
                }
            }
        }
        (at, false)
    }

    /// Ends the input; whether this completed a record.
    pub(super) fn finish(&mut self, record: &mut RawRecord) -> Result<bool, UnclosedQuote> {
        match self.state {
            State::Record => Ok(false),
            State::Quoted => Err(UnclosedQuote(self.opened)),
            State::Field | State::Plain | State::Closed | State::ClosedBlank => {
                record.end_field();
                self.state = State::Record;
                Ok(true)
            }
        }
    }

    /// Ends the cell; whether the record ends with it.
    fn end_field(&mut self, stop: u8, record: &mut RawRecord) -> bool {
        record.end_field();
        if stop == self.delimiter {
            self.state = State::Field;
            return false;
        }
        self.break_line(stop);
        self.state = State::Record;
        true
    }

    /// Counts a line break: LF, CR, or CR LF once.
    fn break_line(&mut self, stop: u8) {
        if stop == CR || !self.is_after_cr {
            self.line += 1;
        }
        self.is_after_cr = stop == CR;
    }
}

/// The input up to the first stop.
fn run<'a>(input: &'a [u8], stops: &[bool; 256]) -> &'a [u8] {
    let length = input.iter().position(|&byte| stops[usize::from(byte)]);
    &input[..length.unwrap_or(input.len())]
}

impl RawRecord {
    pub(super) fn new(limits: Limits) -> Self {
        Self { line: 1, bytes: Vec::new(), ends: Vec::new(), found: 0, problem: None, start: 0, limits }
    }

    /// The bytes of each kept cell.
    pub(super) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let cell = &self.bytes[start..end];
            start = end + 1;
            cell
        })
    }

    /// Whether there is nothing in it but white space.
    pub(super) fn is_blank(&self) -> bool {
        if self.problem.is_some() {
            return false;
        }
        match self.bytes.iter().find(|&&byte| !matches!(byte, b' ' | b'\t' | CR | LF)) {
            None => true,
            Some(byte) if byte.is_ascii() => false,
            // A no-break space, for example.
            Some(_) => std::str::from_utf8(&self.bytes).is_ok_and(|text| text.trim().is_empty()),
        }
    }

    fn clear(&mut self, line: u64) {
        self.line = line;
        self.bytes.clear();
        self.ends.clear();
        self.found = 0;
        self.problem = None;
        self.start = 0;
    }

    fn push(&mut self, text: &[u8]) {
        if self.found >= self.limits.columns {
            return;
        }
        let field_room = self.limits.field_bytes - (self.bytes.len() - self.start);
        let record_room = self.limits.record_bytes.saturating_sub(self.bytes.len());
        let room = field_room.min(record_room);
        if text.len() <= room {
            self.bytes.extend_from_slice(text);
            return;
        }
        self.bytes.extend_from_slice(&text[..room]);
        self.problem.get_or_insert(if record_room < field_room {
            Problem::RecordTooLong { limit_bytes: self.limits.record_bytes }
        } else {
            Problem::FieldTooLong { column: self.found + 1, limit_bytes: self.limits.field_bytes }
        });
    }

    fn end_field(&mut self) {
        if self.found < self.limits.columns {
            self.ends.push(self.bytes.len());
            self.bytes.push(b' ');
            self.start = self.bytes.len();
        }
        self.found += 1;
    }
}
