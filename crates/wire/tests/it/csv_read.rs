//! Reading: quotes, line breaks, limits, damage.

use std::io::{self, Read};

use wire::csv::{Delimiter, Dialect, Encoding, Error, Limits, Problem, Quote, Reader, Row, RowError};

type Records = Vec<(u64, Vec<String>)>;

fn read_with(bytes: &[u8], dialect: &Dialect, limits: Limits) -> Result<(Records, Vec<RowError>), Error> {
    let mut reader = Reader::new(bytes, dialect, limits)?;
    let (mut records, mut refused) = (Vec::new(), Vec::new());
    while let Some(row) = reader.next_row()? {
        match row {
            Row::Record(record) => records.push((record.line(), record.iter().map(str::to_owned).collect())),
            Row::Refused(refusal) => refused.push(refusal),
        }
    }
    Ok((records, refused))
}

fn read(bytes: &[u8]) -> Result<(Records, Vec<RowError>), Error> {
    read_with(bytes, &Dialect::default(), Limits::default())
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let (records, refused) = read(bytes).expect("readable");
    assert_eq!(refused, []);
    records.into_iter().map(|(_, cells)| cells).collect()
}

fn problem(bytes: &[u8]) -> Problem {
    let (_, refused) = read(bytes).expect("readable");
    assert_eq!(refused.len(), 1, "{refused:?}");
    refused[0].problem
}

#[test]
fn line_feeds_returns_and_both_end_a_line() {
    for bytes in [
        &b"a,b\n1,2\n3,4\n"[..],
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"a,b\r1,2\r3,4\r",
        b"a,b\r\n1,2\r3,4",
        b"\r\n\n\ra,b\r\r\n1,2\n\n3,4",
    ] {
        assert_eq!(cells(bytes), [["1", "2"], ["3", "4"]], "{}", bytes.escape_ascii());
    }
}

#[test]
fn lines_are_counted_alike_for_every_line_break() {
    for line_break in ["\n", "\r", "\r\n"] {
        let file = ["a,b", "", "\"1", "", "x\",2", " , ", "3,4"].join(line_break);
        let (records, _) = read(file.as_bytes()).expect("readable");
        assert_eq!(records[0], (3, vec![["1", "", "x"].join(line_break), "2".into()]), "{line_break:?}");
        assert_eq!(records[1].0, 7, "{line_break:?}");
    }
}

#[test]
fn quotes_enclose_and_double() {
    assert_eq!(cells(b"a,b\n\"x,\"\"y\"\"\n\",\"\"\n"), [["x,\"y\"\n", ""]]);
    assert_eq!(
        cells(b"a,b\nx\"y,\"z\"  \n"),
        [["x\"y", "z"]],
        "a quote within a cell is text, blanks after one are not"
    );
    let dialect = Dialect { quote: Quote::Single, ..Dialect::default() };
    let (records, _) = read_with(b"a,b\n'x,''y',\"\n", &dialect, Limits::default()).expect("readable");
    assert_eq!(records[0].1, ["x,'y", "\""]);
}

#[test]
fn a_quote_that_is_never_closed_names_its_line() {
    let error = read(b"a,b\n1,2\n\"x\ny\",\"3\n4,5\n6,7\n").expect_err("half quoted");
    assert!(matches!(error, Error::UnclosedQuote { line: 4 }), "{error}");
    assert!(matches!(read(b"a,b\n\""), Err(Error::UnclosedQuote { line: 2 })));
}

#[test]
fn a_quote_closed_by_the_next_quoted_cell_refuses_the_lines_between() {
    let (records, refused) = read(b"a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n").expect("readable");
    assert_eq!(records, [(5, vec!["4".to_owned(), "w".to_owned()])]);
    assert_eq!(refused[0].line, 2);
    assert_eq!(refused[0].problem, Problem::BadQuote { opened: 2, closed: 4 });
    assert_eq!(problem(b"a,b\n\"x\"y,2\n"), Problem::BadQuote { opened: 2, closed: 2 });
}

#[test]
fn blank_rows_are_passed_over() {
    assert_eq!(cells("\n \na,b\n,\n\"\", \t\n\u{a0},\u{a0}\n1,2\n \n".as_bytes()), [["1", "2"]]);
}

#[test]
fn blank_cells_beyond_the_last_column_are_dropped_and_others_refused() {
    assert_eq!(cells(b"a,b\n1,2, ,\n"), [["1", "2"]]);
    assert_eq!(problem(b"a,b\n1,2,,3\n"), Problem::ColumnCount { expected: 2, found: 4 });
    assert_eq!(problem(b"a,b\n1\n"), Problem::ColumnCount { expected: 2, found: 1 });
}

#[test]
fn a_refused_row_keeps_its_cells_for_the_report() {
    let (_, refused) = read(b"a,b\n1,\xe9,3\n").expect("readable");
    assert_eq!(refused[0].cells, ["1", "\u{fffd}", "3"]);
    assert_eq!(
        refused[0].to_string(),
        "line 2: column 2 holds bytes that are not UTF-8; save the file as UTF-8, or choose the encoding it was written in"
    );
}

#[test]
fn a_character_is_never_made_of_two_cells() {
    assert_eq!(problem(b"a,b\n\xc3,\xa9\n"), Problem::Undecodable { column: 1, encoding: Encoding::UTF_8 });
}

#[test]
fn control_characters_are_refused_and_tabs_are_not() {
    assert_eq!(cells(b"a,b\n\t1,2\t\n"), [["\t1", "2\t"]]);
    for (cell, character) in [("\0", '\0'), ("x\u{1b}", '\u{1b}'), ("\u{7f}", '\u{7f}'), ("é\u{85}", '\u{85}')] {
        let file = format!("a,b\n1,{cell}\n2,3\n");
        assert_eq!(problem(file.as_bytes()), Problem::ControlCharacter { column: 2, character });
    }
}

#[test]
fn bytes_that_windows_1252_leaves_out_are_undecodable() {
    let dialect = Dialect { encoding: Encoding::WINDOWS_1252, ..Dialect::default() };
    let (records, refused) = read_with(b"a\n\x80 \xe9\n\x81\n", &dialect, Limits::default()).expect("readable");
    assert_eq!(records, [(2, vec!["€ é".to_owned()])]);
    assert_eq!(refused[0].problem, Problem::Undecodable { column: 1, encoding: Encoding::WINDOWS_1252 });
}

#[test]
fn half_a_character_of_utf_16_is_undecodable() {
    let dialect = Dialect { encoding: Encoding::UTF_16LE, ..Dialect::default() };
    let lone_surrogate = b"\xff\xfea\0\n\x001\0\n\0\x00\xd82\0\n\x003\0";
    let (records, refused) = read_with(lone_surrogate, &dialect, Limits::default()).expect("readable");
    assert_eq!(records, [(2, vec!["1".to_owned()]), (4, vec!["3".to_owned()])]);
    assert_eq!((refused[0].line, refused[0].problem.code()), (3, "DECODE"));
    let (_, refused) = read_with(b"a\0\n\x001\0\n\x002\0\x33", &dialect, Limits::default()).expect("readable");
    assert_eq!((refused[0].line, refused[0].problem.code()), (3, "DECODE"), "an odd byte at the end");
}

#[test]
fn the_byte_order_mark_is_not_part_of_the_first_name() {
    let dialects = [
        (Encoding::UTF_8, &b"\xef\xbb\xbfa\nx\n"[..]),
        (Encoding::UTF_8, b"\xef\xbb\xbf\"a\"\nx\n"),
        (Encoding::UTF_16LE, b"\xff\xfea\0\n\0x\0"),
        (Encoding::UTF_16BE, b"\xfe\xff\0a\0\n\0x"),
    ];
    for (encoding, bytes) in dialects {
        let dialect = Dialect { encoding, ..Dialect::default() };
        // A source may give one byte at a time.
        let mut reader = Reader::new(Dribble(bytes), &dialect, Limits::default()).expect("readable");
        assert_eq!(reader.columns(), ["a"]);
        let row = reader.next_row().expect("readable");
        assert!(matches!(row, Some(Row::Record(record)) if record.get(0) == Some("x") && record.get(1).is_none()));
        assert!(reader.next_row().expect("readable").is_none());
    }
}

#[test]
fn a_cell_of_70_kib_refuses_its_row_and_no_other() {
    let long = "x".repeat(70 * 1024);
    for cell in [long.clone(), format!("\"{long}\"")] {
        let file = format!("a,b\n1,{cell}\n2,y\n");
        let (records, refused) = read(file.as_bytes()).expect("readable");
        assert_eq!(records, [(3, vec!["2".to_owned(), "y".to_owned()])]);
        assert_eq!(refused[0].problem, Problem::FieldTooLong { column: 2, limit_bytes: 65_536 });
        assert_eq!(refused[0].cells[1].len(), 65_536);
    }
    let just_fits = format!("a\n{}\n", &long[..64 * 1024]);
    assert_eq!(cells(just_fits.as_bytes())[0][0].len(), 65_536);
}

#[test]
fn rows_of_129_columns_are_read() {
    let row = |prefix: &str| (0..129).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    let file = format!("{}\n{}\n", row("column").join(","), row("x").join(","));
    assert_eq!(cells(file.as_bytes()), [row("x")]);
}

#[test]
fn each_limit_is_named() {
    let with = |limits: Limits| read_with(b"a,b\n1,2\n3,4\n", &Dialect::default(), limits);
    let default = Limits::default();
    assert!(matches!(with(Limits { file_bytes: 11, ..default }), Err(Error::FileTooLarge { limit_bytes: 11 })));
    assert!(with(Limits { file_bytes: 12, ..default }).is_ok());
    assert!(matches!(with(Limits { rows: 1, ..default }), Err(Error::TooManyRows { limit: 1 })));
    assert!(with(Limits { rows: 2, ..default }).is_ok());
    assert!(matches!(with(Limits { columns: 1, ..default }), Err(Error::TooManyColumns { found: 2, limit: 1 })));
    let (_, refused) = read_with(b"a,b\nxxxxx,yyyyyy\n", &Dialect::default(), Limits { record_bytes: 10, ..default })
        .expect("readable");
    assert_eq!(refused[0].problem, Problem::RecordTooLong { limit_bytes: 10 });
    let (_, refused) =
        read_with(b"a,b\n1,2,3,4\n", &Dialect::default(), Limits { columns: 2, ..default }).expect("readable");
    assert_eq!(refused[0].problem, Problem::ColumnCount { expected: 2, found: 4 });
}

#[test]
fn nothing_is_read_after_an_error() {
    let mut reader =
        Reader::new(&b"a\n1\n2\n"[..], &Dialect::default(), Limits { rows: 1, ..Limits::default() }).expect("readable");
    assert!(matches!(reader.next_row(), Ok(Some(_))));
    assert!(reader.next_row().is_err());
    assert!(matches!(reader.next_row(), Ok(None)));
}

#[test]
fn files_without_rows_are_refused() {
    for bytes in [&b""[..], b"\n\r\n", b" , \n", b"\xef\xbb\xbf"] {
        assert!(matches!(read(bytes), Err(Error::Empty)), "{}", bytes.escape_ascii());
    }
    assert!(matches!(read(b"a,b\n,\n"), Err(Error::HeaderOnly)));
}

#[test]
fn a_header_that_cannot_be_read_refuses_the_file() {
    let error = read(b"\na,\xe9\n1,2\n").expect_err("not UTF-8");
    assert_eq!(error.code(), "BAD_HEADER");
    assert!(matches!(error, Error::Header { line: 2, problem: Problem::Undecodable { column: 2, .. } }));
}

#[test]
fn lines_can_be_passed_over() {
    for line_break in ["\n", "\r", "\r\n"] {
        let file = ["version:v1.0", "\"", "a,b", "1,2"].join(line_break);
        let dialect = Dialect { skip_lines: 2, ..Dialect::default() };
        let (records, _) = read_with(file.as_bytes(), &dialect, Limits::default()).expect("readable");
        assert_eq!(records, [(4, vec!["1".to_owned(), "2".to_owned()])]);
    }
    let dialect = Dialect { skip_lines: 9, ..Dialect::default() };
    assert!(matches!(read_with(b"a\n1\n", &dialect, Limits::default()), Err(Error::Empty)));
}

#[test]
fn a_colon_can_be_chosen() {
    let dialect = Dialect { delimiter: Delimiter::Colon, ..Dialect::default() };
    let (records, _) = read_with(b"a:b\n1:2\n", &dialect, Limits::default()).expect("readable");
    assert_eq!(records[0].1, ["1", "2"]);
}

/// Gives one byte at a time, and pretends to be interrupted in between.
struct Dribble<'a>(&'a [u8]);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(buffer.len()).min(1);
        self.0.read(&mut buffer[..count])
    }
}
