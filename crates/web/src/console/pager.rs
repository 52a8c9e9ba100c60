//! The page controls below a list.

/// One number among the page controls.
pub(crate) struct PageLink {
    pub(crate) number: u64,
    pub(crate) href: String,
    pub(crate) is_current: bool,
    /// Whether pages were left out before this one.
    pub(crate) after_gap: bool,
}

/// The page controls: first, previous, some numbers, next, last.
pub(crate) struct Pager {
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) numbers: Vec<PageLink>,
    pub(crate) next: Option<String>,
    pub(crate) last: Option<String>,
}

/// What the controls are made from.
pub(crate) struct Position {
    pub(crate) number: u64,
    /// The number of the last page, when it is known.
    pub(crate) last: Option<u64>,
    pub(crate) has_next: bool,
    /// Address of the previous page, by where this one begins.
    pub(crate) previous: String,
    /// Address of the next page, by where this one ends.
    pub(crate) next: String,
}

impl Pager {
    /// The controls at `position`; `None` when everything fits on one page. `page` gives the address of a number.
    pub(crate) fn at(position: Position, page: impl Fn(u64) -> String) -> Option<Self> {
        let Position { number, last, has_next, previous, next } = position;
        if number == 1 && !has_next {
            return None;
        }
        let mut shown: Vec<u64> = (1..=3).chain(number.saturating_sub(1)..=number.saturating_add(1)).collect();
        shown.extend(last);
        let end = last.unwrap_or(number.saturating_add(u64::from(has_next)));
        shown.retain(|number| (1..=end).contains(number));
        shown.sort_unstable();
        shown.dedup();
        let mut before = 0;
        let numbers = shown
            .into_iter()
            .map(|shown| {
                let after_gap = shown > before + 1;
                before = shown;
                PageLink { number: shown, href: page(shown), is_current: shown == number, after_gap }
            })
            .collect();
        Some(Pager {
            first: (number > 1).then(|| page(1)),
            previous: (number > 1).then_some(previous),
            numbers,
            next: has_next.then_some(next),
            last: last.filter(|last| *last > number).map(page),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(number: u64, last: Option<u64>, has_next: bool) -> Option<Vec<String>> {
        let position = Position { number, last, has_next, previous: "p".into(), next: "n".into() };
        let pager = Pager::at(position, |number| number.to_string())?;
        let text = |link: &PageLink| {
            format!(
                "{}{}{}",
                if link.after_gap { "…" } else { "" },
                link.number,
                if link.is_current { "*" } else { "" }
            )
        };
        Some(pager.numbers.iter().map(text).collect())
    }

    #[test]
    fn es_10_there_are_no_controls_when_all_fit() {
        assert_eq!(numbers(1, Some(1), false), None);
        assert!(numbers(1, Some(2), true).is_some());
    }

    #[test]
    fn the_beginning_the_neighbors_and_the_end_are_shown() {
        assert_eq!(numbers(1, Some(500), true).expect("a pager"), ["1*", "2", "3", "…500"]);
        assert_eq!(numbers(8, Some(500), true).expect("a pager"), ["1", "2", "3", "…7", "8*", "9", "…500"]);
        assert_eq!(numbers(2, Some(2), false).expect("a pager"), ["1", "2*"]);
        assert_eq!(numbers(5, None, true).expect("a pager"), ["1", "2", "3", "4", "5*", "6"]);
    }
}
