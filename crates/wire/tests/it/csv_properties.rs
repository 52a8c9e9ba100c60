//! Properties: what was written is read again, and any bytes at all do no harm.

use std::io::{self, Read};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wire::csv::{
    Delimiter, Dialect, Encoding, Error, Guard, Limits, Quote, Reader, Row, Style, Writer, detect, unguard,
};

/// Gives the bytes in pieces of a fixed size, so that every state of the reader meets the end of a chunk.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}

/// Cells of what is likely to go wrong: quotes, delimiters, line breaks, formulas, blanks, letters of many scripts.
fn cell() -> impl Strategy<Value = String> {
    let awkward = vec(
        select(vec![
            "\"", "'", ",", ";", "\t", "|", ":", "\r", "\n", "\r\n", " ", "=", "+", "＝", "x", "é", "ễ", "山", "🙂",
            "\u{feff}", "sep=;",
        ]),
        0..6,
    )
    .prop_map(|parts| parts.concat());
    prop_oneof![awkward, "[^\\p{Cc}]{0,12}"]
}

fn is_blank(record: &[String]) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

fn records() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..5).prop_flat_map(|columns| vec(vec(cell(), columns), 1..6)).prop_map(|mut records| {
        records.retain(|record| !is_blank(record));
        records
    })
}

fn write(records: &[Vec<String>], style: Style) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), style);
    for record in records {
        writer.write_record(record).expect("a Vec takes everything");
    }
    writer.finish().expect("a Vec takes everything")
}

fn read(source: impl Read, dialect: &Dialect) -> Vec<Vec<String>> {
    let mut reader = Reader::new(source, dialect, Limits::default()).expect("readable");
    let mut records = Vec::new();
    while let Some(row) = reader.next_row().expect("readable") {
        match row {
            Row::Record(record) => records.push(record.iter().map(str::to_owned).collect()),
            Row::Refused(refusal) => panic!("{refusal}"),
        }
    }
    records
}

fn in_utf_16(text: &[u8], to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = std::str::from_utf8(text).expect("the writer writes UTF-8");
    text.encode_utf16().flat_map(to_bytes).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        records in records(),
        delimiter in select(Delimiter::ALL.to_vec()),
        has_byte_order_mark: bool,
        piece in 1_usize..40,
    ) {
        prop_assume!(!records.is_empty());
        let written = write(&records, Style { delimiter, has_byte_order_mark, guard: Guard::Exact });
        let dialect = Dialect { delimiter, has_header: false, ..Dialect::default() };
        prop_assert_eq!(&read(Pieces(&written, piece), &dialect), &records);

        let utf_16le = in_utf_16(&written, u16::to_le_bytes);
        prop_assert_eq!(&read(Pieces(&utf_16le, piece), &Dialect { encoding: Encoding::UTF_16LE, ..dialect }), &records);
        let utf_16be = in_utf_16(&written, u16::to_be_bytes);
        prop_assert_eq!(&read(Pieces(&utf_16be, piece), &Dialect { encoding: Encoding::UTF_16BE, ..dialect }), &records);
    }

    #[test]
    fn what_other_encodings_can_hold_is_read_again(
        records in vec(vec("[ -~é-ïñ-üÿ€œ\"\n;]{0,8}x", 3), 1..5),
        label in select(vec!["windows-1252", "windows-1254"]),
        piece in 1_usize..40,
    ) {
        let written = write(&records, Style { has_byte_order_mark: false, guard: Guard::Exact, ..Style::default() });
        let text = std::str::from_utf8(&written).expect("the writer writes UTF-8");
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label of the standard");
        let (bytes, _, was_replaced) = encoding.encode(text);
        prop_assume!(!was_replaced);
        let dialect = Dialect { encoding: encoding.into(), has_header: false, ..Dialect::default() };
        prop_assert_eq!(read(Pieces(&bytes, piece), &dialect), records);
    }

    #[test]
    fn what_another_writer_writes_is_read_again(records in records(), delimiter in select(Delimiter::ALL.to_vec())) {
        prop_assume!(!records.is_empty() && !records[0][0].starts_with('\u{feff}'));
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter.byte()).from_writer(Vec::new());
        for record in &records {
            writer.write_record(record).expect("a Vec takes everything");
        }
        let written = writer.into_inner().expect("a Vec takes everything");
        let dialect = Dialect { delimiter, has_header: false, ..Dialect::default() };
        prop_assert_eq!(read(&written[..], &dialect), records);
    }

    #[test]
    fn what_is_written_is_read_by_another_reader(records in records(), delimiter in select(Delimiter::ALL.to_vec())) {
        let written = write(&records, Style { delimiter, has_byte_order_mark: false, guard: Guard::Exact });
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter.byte()).has_headers(false).from_reader(&written[..]);
        let read: Vec<Vec<String>> = reader.deserialize().collect::<Result<_, _>>().expect("readable");
        prop_assert_eq!(read, records);
    }

    #[test]
    fn the_guard_is_undone_exactly(records in records()) {
        let written = write(&records, Style { guard: Guard::Spreadsheet, ..Style::default() });
        prop_assume!(!records.is_empty());
        let dialect = Dialect { has_header: false, ..Dialect::default() };
        let read = read(&written[..], &dialect);
        for cell in read.iter().flatten() {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']), "{}", cell);
        }
        let unguarded: Vec<Vec<String>> =
            read.iter().map(|record| record.iter().map(|cell| unguard(cell).to_owned()).collect()).collect();
        prop_assert_eq!(unguarded, records);
    }

    #[test]
    fn the_guard_is_undone_for_any_text(cell in "['=+@x\\t\\x00＝-]{0,6}") {
        let written = write(&[vec![cell.clone(), "x".into()]], Style { has_byte_order_mark: false, ..Style::default() });
        let text = String::from_utf8(written).expect("the writer writes UTF-8");
        let guarded = text.strip_suffix(",x\r\n").expect("nothing here needs quotes");
        prop_assert_eq!(unguard(guarded), cell);
    }

    #[test]
    fn any_bytes_are_read_alike_in_any_pieces(
        bytes in vec(select(b"ab,;\"'\r\n \t\0\xc3\xa9\xff\x80=".to_vec()), 0..60),
        quote in select(Quote::ALL.to_vec()),
        encoding in select(Encoding::CHOICES.to_vec()),
        has_header: bool,
        skip_lines in 0_u64..3,
        piece in 1_usize..7,
    ) {
        let _ = detect(&bytes, true);
        let dialect = Dialect { encoding, delimiter: Delimiter::Comma, quote, has_header, skip_lines };
        prop_assert_eq!(transcript(Pieces(&bytes, piece), &dialect), transcript(&bytes[..], &dialect));
    }
}

fn transcript(source: impl Read, dialect: &Dialect) -> Result<Vec<String>, String> {
    let describe = |error: Error| error.to_string();
    let mut reader = Reader::new(source, dialect, Limits::default()).map_err(describe)?;
    let mut rows = vec![format!("{:?}", reader.columns())];
    while let Some(row) = reader.next_row().map_err(describe)? {
        rows.push(match row {
            Row::Record(record) => format!("{} {:?}", record.line(), record.iter().collect::<Vec<_>>()),
            Row::Refused(refusal) => format!("{refusal:?}"),
        });
    }
    Ok(rows)
}
