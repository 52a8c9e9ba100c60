//! Rows written to a file, RFC 4180.

use std::io::{self, Write};

use super::Delimiter;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// How a file is written; always UTF-8, lines end with CR LF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// What stands between two cells.
    pub delimiter: Delimiter,
    /// Whether the file begins with a byte order mark, without which Excel takes UTF-8 for Windows-1252.
    pub has_byte_order_mark: bool,
    /// What happens to cells that a spreadsheet would take for formulas.
    pub guard: Guard,
}

impl Default for Style {
    /// What opens in a spreadsheet without harm.
    fn default() -> Self {
        Self { delimiter: Delimiter::Comma, has_byte_order_mark: true, guard: Guard::Spreadsheet }
    }
}

/// What happens to cells that a spreadsheet would take for formulas.
///
/// Names come from strangers who register themselves: a “first name” `=HYPERLINK(…)` would run on the administrator's
/// computer (ASVS 5.0 1.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    /// They get a `'` in front, which [`unguard`] removes.
    Spreadsheet,
    /// They are written as they are; such a file is for programs.
    Exact,
}

/// Writes records to a sink. One call to the sink for each record: give it a buffered one.
pub struct Writer<W> {
    sink: W,
    style: Style,
    line: Vec<u8>,
    is_at_start: bool,
}

impl<W: Write> Writer<W> {
    /// A writer that has written nothing yet, not even the byte order mark.
    pub fn new(sink: W, style: Style) -> Self {
        Self { sink, style, line: Vec::new(), is_at_start: true }
    }

    /// Writes one record. One of blank cells only is written, but readers pass over it as a blank line.
    pub fn write_record<I>(&mut self, cells: I) -> io::Result<()>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.line.clear();
        if self.is_at_start && self.style.has_byte_order_mark {
            self.line.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.line.push(self.style.delimiter.byte());
            }
            self.write_cell(cell.as_ref());
        }
        self.line.extend_from_slice(b"\r\n");
        self.sink.write_all(&self.line)?;
        self.is_at_start = false;
        Ok(())
    }

    /// Flushes the sink and gives it back.
    pub fn finish(mut self) -> io::Result<W> {
        self.sink.flush()?;
        Ok(self.sink)
    }

    fn write_cell(&mut self, cell: &str) {
        let guard = if self.style.guard == Guard::Spreadsheet && wants_guard(cell) { "'" } else { "" };
        let is_quoted = needs_quotes(cell, self.style.delimiter.byte());
        if !is_quoted {
            self.line.extend_from_slice(guard.as_bytes());
            self.line.extend_from_slice(cell.as_bytes());
            return;
        }
        self.line.push(b'"');
        self.line.extend_from_slice(guard.as_bytes());
        for byte in cell.bytes() {
            if byte == b'"' {
                self.line.push(b'"');
            }
            self.line.push(byte);
        }
        self.line.push(b'"');
    }
}

/// Removes the `'` that [`Guard::Spreadsheet`] put in front of a cell; other cells stay as they are.
///
/// Undoes the guard for every cell, also for those that began with `'=` before it.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if wants_guard(rest) => rest,
        _ => cell,
    }
}

/// Whether a spreadsheet would take it for a formula, or [`unguard`] for a guarded cell.
fn wants_guard(cell: &str) -> bool {
    const TRIGGERS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
    cell.trim_start_matches('\'').starts_with(TRIGGERS)
}

fn needs_quotes(cell: &str, delimiter: u8) -> bool {
    cell.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n'))
        // Some readers trim what is not quoted.
        || cell.starts_with(' ')
        || cell.ends_with(' ')
        // At the start of the file these would be taken for a byte order mark and for a `sep=;` line.
        || cell.starts_with(BYTE_ORDER_MARK)
        || cell.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(style: Style, cells: &[&str]) -> String {
        let mut writer = Writer::new(Vec::new(), style);
        writer.write_record(cells).expect("a Vec takes everything");
        String::from_utf8(writer.finish().expect("a Vec takes everything")).expect("only text was written")
    }

    #[test]
    fn cells_are_quoted_when_they_must_be() {
        let style = Style { has_byte_order_mark: false, ..Style::default() };
        assert_eq!(
            written(style, &["a", "b c", "d,e", "f\"g", "h\ni", " j", ""]),
            "a,b c,\"d,e\",\"f\"\"g\",\"h\ni\",\" j\",\r\n"
        );
        let style = Style { delimiter: Delimiter::Semicolon, ..style };
        assert_eq!(written(style, &["d,e", "d;e"]), "d,e;\"d;e\"\r\n");
    }

    #[test]
    fn the_byte_order_mark_is_written_once() {
        let mut writer = Writer::new(Vec::new(), Style::default());
        writer.write_record(["a"]).expect("a Vec takes everything");
        writer.write_record(["b"]).expect("a Vec takes everything");
        assert_eq!(writer.finish().expect("a Vec takes everything"), "\u{feff}a\r\nb\r\n".as_bytes());
    }

    #[test]
    fn formulas_are_guarded_for_spreadsheets_only() {
        let cells = ["=1+1", "+49", "-1", "@SUM(1)", "\tx", "＝1", "'=1", "O'Brien", "'", "1=1"];
        let style = Style { has_byte_order_mark: false, ..Style::default() };
        assert_eq!(written(style, &cells), "'=1+1,'+49,'-1,'@SUM(1),'\tx,'＝1,''=1,O'Brien,',1=1\r\n");
        let style = Style { guard: Guard::Exact, ..style };
        assert_eq!(written(style, &cells), "=1+1,+49,-1,@SUM(1),\tx,＝1,'=1,O'Brien,',1=1\r\n");
    }

    #[test]
    fn only_a_guard_is_removed() {
        assert_eq!(unguard("'=1"), "=1");
        assert_eq!(unguard("''=1"), "'=1");
        assert_eq!(unguard("'tis"), "'tis");
        assert_eq!(unguard("'"), "'");
        assert_eq!(unguard("=1"), "=1");
    }
}
