//! Statements that insert rows, one or very many.

use std::fmt::Write;

/// `insert into {table} ({columns}) values ($1, $2), ($3, $4) {unless}` for `rows` rows of `width` values.
pub(crate) fn statement(into: &str, rows: usize, width: usize, unless: &str) -> String {
    let mut text = format!("insert into {into} values ");
    for row in 0..rows {
        text.push_str(if row > 0 { ", (" } else { "(" });
        for value in 0..width {
            let comma = if value > 0 { ", " } else { "" };
            // Writing to a String can't fail.
            let _ = write!(text, "{comma}${}", row * width + value + 1);
        }
        text.push(')');
    }
    if !unless.is_empty() {
        text.push(' ');
        text.push_str(unless);
    }
    text
}

/// Cuts a list into parts of a few fixed sizes, the largest 500: a database prepares a statement for each size once,
/// and not one for each length that a list happens to have.
pub(crate) fn parts<T>(list: &[T]) -> impl Iterator<Item = &[T]> {
    const SIZES: [usize; 5] = [500, 100, 20, 4, 1];
    let mut rest = list;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (part, others) = rest.split_at(size);
        rest = others;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_through_all_rows() {
        assert_eq!(statement("t (a, b)", 2, 2, ""), "insert into t (a, b) values ($1, $2), ($3, $4)");
        assert_eq!(
            statement("t (a)", 1, 1, "on conflict do nothing"),
            "insert into t (a) values ($1) on conflict do nothing"
        );
    }

    #[test]
    fn parts_are_of_few_sizes_and_miss_nothing() {
        let list: Vec<u32> = (0..627).collect();
        let sizes: Vec<usize> = parts(&list).map(<[u32]>::len).collect();
        assert_eq!(sizes, [500, 100, 20, 4, 1, 1, 1]);
        assert_eq!(parts(&list).flatten().copied().collect::<Vec<_>>(), list);
    }
}
