//! The delimiter of a sample.

use super::{FoundDelimiter, Sample, SampleRecord};
use crate::csv::{Delimiter, Dialect, Warning};

/// The delimiters that are looked for, the likelier first.
const CANDIDATES: [Delimiter; 4] = [Delimiter::Comma, Delimiter::Semicolon, Delimiter::Tab, Delimiter::Pipe];

/// What a first line `sep=;` says, as Excel reads and writes it.
pub(super) fn sep_line(line: &[u8]) -> Option<Delimiter> {
    match line {
        [name @ .., byte] if name.eq_ignore_ascii_case(b"sep=") => Delimiter::from_byte(*byte),
        _ => None,
    }
}

/// Sets the delimiter that cuts the sample into the most consistent number of columns.
pub(super) fn find(sample: Sample<'_>, dialect: &mut Dialect, warnings: &mut Vec<Warning>) -> FoundDelimiter {
    let mut best = Score::default();
    for delimiter in CANDIDATES {
        let score = Score::of(&sample.records(&Dialect { delimiter, ..*dialect }));
        if score.points > best.points {
            best = score;
            dialect.delimiter = delimiter;
        }
    }
    if best.columns == 0 {
        warnings.push(Warning::OneColumn);
        return FoundDelimiter::Default;
    }
    FoundDelimiter::Scored { columns: best.columns }
}

#[derive(Default)]
struct Score {
    columns: usize,
    points: f64,
}

impl Score {
    /// The share of records that have the commonest number of columns; more columns count a little more, and the
    /// first record, which is mostly the header, counts for half.
    fn of(records: &[SampleRecord]) -> Self {
        let columns = commonest(records);
        if columns < 2 {
            return Self::default();
        }
        let fits = |record: &SampleRecord| record.is_well_quoted && record.cells.len() == columns;
        let share = ratio(records.iter().filter(|record| fits(record)).count(), records.len());
        let first = if records.first().is_some_and(fits) { 1.0 } else { 0.5 };
        Self { columns, points: share * first * (1.0 - ratio(1, columns)) }
    }
}

/// The commonest number of columns above one, the greater of two that are equally common.
fn commonest(records: &[SampleRecord]) -> usize {
    let mut counts: Vec<usize> = records.iter().map(|record| record.cells.len()).filter(|&count| count > 1).collect();
    counts.sort_unstable();
    counts.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).map_or(0, |same| same[0])
}

#[expect(clippy::cast_precision_loss, reason = "both are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
