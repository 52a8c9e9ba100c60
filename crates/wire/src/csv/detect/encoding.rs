//! The encoding of a sample.

use std::collections::BTreeSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::FoundEncoding;
use crate::csv::{Encoding, Error, Warning};

/// The first bytes of what people upload by mistake.
const FORMATS: [(&[u8], &str); 12] = [
    (b"PK\x03\x04", "an Excel workbook or ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\xff\xfe\0\0", "UTF-32 text"),
    (b"\0\0\xfe\xff", "UTF-32 text"),
];

/// The words that are looked at to guess an encoding.
const GUESSED_WORDS: usize = 500;

/// The encoding, by the byte order mark, or else what the sample is valid in, or else the likeliest.
pub(super) fn find(
    sample: &[u8],
    is_whole_file: bool,
    warnings: &mut Vec<Warning>,
) -> Result<(Encoding, FoundEncoding), Error> {
    if let Some((_, format)) = FORMATS.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Err(Error::NotText { format });
    }
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(sample) {
        let encoding = Encoding::from(encoding);
        if encoding == Encoding::UTF_8 {
            refuse_nul(sample)?;
        }
        return Ok((encoding, FoundEncoding::ByteOrderMark));
    }
    if let Some(encoding) = utf_16_by_pattern(sample) {
        return Ok((encoding, FoundEncoding::Valid));
    }
    refuse_nul(sample)?;

    let utf_8 = Utf8Census::of(sample, is_whole_file);
    let Some(line) = utf_8.first_bad_line else {
        return Ok((Encoding::UTF_8, FoundEncoding::Valid));
    };
    // Text of another encoding is hardly ever valid UTF-8 by chance, so this is UTF-8 with damage. Taking it for
    // Windows-1252 would decode every byte, and spoil every good name.
    if utf_8.good > 0 && utf_8.good >= utf_8.bad {
        warnings.push(Warning::EncodingMixed { line });
        return Ok((Encoding::UTF_8, FoundEncoding::MostlyValid));
    }
    let encoding = guess(sample, is_whole_file);
    warnings.push(Warning::EncodingGuessed(encoding));
    Ok((encoding, FoundEncoding::Guessed))
}

/// How much of a sample is UTF-8, ASCII not counted.
struct Utf8Census {
    good: usize,
    bad: usize,
    first_bad_line: Option<u64>,
}

impl Utf8Census {
    fn of(sample: &[u8], is_whole_file: bool) -> Self {
        let mut census = Self { good: 0, bad: 0, first_bad_line: None };
        let mut used = 0;
        for chunk in sample.utf8_chunks() {
            census.good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
            let start = used + chunk.valid().len();
            used = start + chunk.invalid().len();
            let is_cut_short = !is_whole_file
                && used == sample.len()
                && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            if !chunk.invalid().is_empty() && !is_cut_short {
                census.bad += 1;
                census.first_bad_line.get_or_insert_with(|| line_at(sample, start));
            }
        }
        census
    }
}

/// UTF-16 without a byte order mark: half of every delimiter and line break is zero, always the same half.
///
/// Other letters tell nothing, for text may be Chinese, and a stray NUL must not turn a file into UTF-16.
fn utf_16_by_pattern(sample: &[u8]) -> Option<Encoding> {
    const MARKS: &[u8] = b",;\t|\r\n";
    let (pairs, _) = sample.as_chunks::<2>();
    let bytes = sample.iter().filter(|byte| MARKS.contains(byte)).count();
    let in_encoding = |to_unit: fn([u8; 2]) -> u16| {
        let is_mark = |unit: u16| u8::try_from(unit).is_ok_and(|byte| MARKS.contains(&byte));
        let is_text = |unit: u16| unit >= 0x20 || is_mark(unit);
        let marks = pairs.iter().filter(|pair| is_mark(to_unit(**pair))).count();
        marks > 0 && 2 * marks >= bytes && pairs.iter().all(|pair| is_text(to_unit(*pair)))
    };
    if in_encoding(u16::from_le_bytes) {
        Some(Encoding::UTF_16LE)
    } else if in_encoding(u16::from_be_bytes) {
        Some(Encoding::UTF_16BE)
    } else {
        None
    }
}

fn refuse_nul(sample: &[u8]) -> Result<(), Error> {
    match sample.iter().position(|&byte| byte == 0) {
        Some(at) => Err(Error::HoldsNul { line: line_at(sample, at) }),
        None => Ok(()),
    }
}

/// The encoding that makes the likeliest words of the bytes; of Unicode there is none left.
///
/// The detector knows languages, but a list of people mixes them: among “Renée Þórsson” and “Mária” it finds Central
/// Europe. So its judgement of the whole counts only if its judgements of the single words bear it out.
fn guess(sample: &[u8], is_whole_file: bool) -> Encoding {
    let whole = likeliest(sample, is_whole_file);
    if !whole.is_single_byte() {
        return whole.into();
    }
    let words: BTreeSet<&[u8]> = sample
        .split(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic())
        .filter(|word| !word.is_ascii())
        .take(GUESSED_WORDS)
        .collect();
    let western = words.iter().filter(|word| likeliest(word, true) == encoding_rs::WINDOWS_1252).count();
    if 2 * western > words.len() { Encoding::WINDOWS_1252 } else { whole.into() }
}

fn likeliest(text: &[u8], is_whole: bool) -> &'static encoding_rs::Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(text, is_whole);
    detector.guess(None, Utf8Detection::Deny)
}

/// The physical line of a byte, from 1.
fn line_at(sample: &[u8], at: usize) -> u64 {
    let before = &sample[..at];
    let breaks = before
        .iter()
        .enumerate()
        .filter(|&(index, &byte)| byte == b'\n' || (byte == b'\r' && before.get(index + 1) != Some(&b'\n')))
        .count();
    breaks as u64 + 1
}
