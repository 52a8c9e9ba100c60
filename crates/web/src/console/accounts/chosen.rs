//! Whom a question is about, as its form carries it on to the answer.

use super::selection::Selection;

/// Whom a question is about.
pub(crate) struct Chosen {
    /// The accounts, when they were ticked one by one.
    pub(crate) ids: Vec<String>,
    /// How many match, when all that match were chosen.
    pub(crate) matching: Option<usize>,
    /// How many matched when they were chosen, if that is another number by now.
    pub(crate) changed_from: Option<u64>,
    /// The list that they were chosen in, to go back to.
    pub(crate) return_to: String,
}

impl From<Selection> for Chosen {
    fn from(selection: Selection) -> Self {
        let is_all = selection.all_seen.is_some();
        Chosen {
            ids: if is_all { Vec::new() } else { selection.ids.iter().map(ToString::to_string).collect() },
            matching: is_all.then_some(selection.ids.len()),
            changed_from: selection.changed_from(),
            return_to: selection.return_to,
        }
    }
}
