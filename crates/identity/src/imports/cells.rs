//! The cells of one row in two allocations: some files have thousands of columns.

/// The cells of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    text: String,
    ends: Vec<usize>,
    is_refused: bool,
}

impl Cells {
    /// The cells of a row that could be read.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut kept = Cells::default();
        for cell in cells {
            kept.text.push_str(cell);
            kept.ends.push(kept.text.len());
        }
        kept
    }

    /// The cells of a row that could not be read, as far as they go.
    pub(super) fn of_refused<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        Cells { is_refused: true, ..Cells::of(cells) }
    }

    /// The cell of a column, counted from 0; blank where there is none.
    pub(super) fn get(&self, column: usize) -> &str {
        let start = if column == 0 { Some(0) } else { self.ends.get(column - 1).copied() };
        match (start, self.ends.get(column)) {
            (Some(start), Some(end)) => &self.text[start..*end],
            _ => "",
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row could not be read, so that a cell may stand in a wrong column.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// About how much memory it takes.
    pub(super) fn size_bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_where_they_were() {
        let cells = Cells::of(["a", "", "ünï"].into_iter());
        assert_eq!((cells.get(0), cells.get(1), cells.get(2), cells.get(3)), ("a", "", "ünï", ""));
        assert_eq!(cells.len(), 3);
    }
}
