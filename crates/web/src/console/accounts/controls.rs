//! What a list of accounts is paged and sorted with, wherever it is shown.

use identity::accounts::{Column, Page, Start};

use super::address::ListAddress;
use crate::console::pager::{Pager, Position};

/// The heading of a column that the list can be sorted by.
pub(crate) struct Heading {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) aria_sort: Option<&'static str>,
}

impl Heading {
    /// A heading; `href` says where the list is that an address describes.
    pub(crate) fn new(
        address: &ListAddress,
        label: &str,
        column: Column,
        href: impl FnOnce(&ListAddress) -> String,
    ) -> Self {
        let direction = if address.sort.descending { "descending" } else { "ascending" };
        Heading {
            label: label.to_owned(),
            href: href(&address.sorted_by(column)),
            aria_sort: (address.sort.column == column).then_some(direction),
        }
    }
}

/// The page controls below what was `found`; `href` as for a [`Heading`].
pub(crate) fn pager(address: &ListAddress, found: &Page, href: impl Fn(&ListAddress) -> String) -> Option<Pager> {
    let before = found.accounts.first().map_or(Start::Number, |account| Start::Before(account.id));
    let after = found.accounts.last().map_or(Start::Number, |account| Start::After(account.id));
    let position = Position {
        number: found.number,
        last: found.last,
        has_next: found.has_next,
        previous: href(&address.on_page(found.number.saturating_sub(1), before)),
        next: href(&address.on_page(found.number.saturating_add(1), after)),
    };
    Pager::at(position, |number| href(&address.on_page(number, Start::Number)))
}
