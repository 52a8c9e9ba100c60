//! The figures above the list of users.

use identity::accounts::{Status, StatusFilter, Summary};
use identity::settings::Words;

use super::address::ListAddress;

/// The figures above the list, each a filter.
pub(crate) struct Strip {
    pub(crate) cells: Vec<Cell>,
    pub(crate) license: Option<License>,
}

/// One figure.
pub(crate) struct Cell {
    pub(crate) href: String,
    pub(crate) number: u64,
    pub(crate) label: String,
    pub(crate) icon: &'static str,
    pub(crate) is_current: bool,
}

/// How much of the license is used.
pub(crate) struct License {
    pub(crate) limit: u64,
    pub(crate) left: u64,
    pub(crate) percent: u64,
}

impl Strip {
    pub(super) fn new(address: &ListAddress, summary: &Summary, words: &Words) -> Self {
        let status = |status| Some(StatusFilter::Status(status));
        let first_password = format!("First {}", words.password.inside());
        let figures = [
            (None, summary.total, "All users", ""),
            (status(Status::Enabled), summary.enabled, "Enabled", "circle-check"),
            (status(Status::Disabled), summary.disabled, "Disabled", "ban"),
            (Some(StatusFilter::Locked), summary.locked, "Locked", "lock"),
            (status(Status::PendingActivation), summary.pending_activation, "Pending activation", "mail"),
            (status(Status::PendingApproval), summary.pending_approval, "Pending approval", "hourglass"),
            (Some(StatusFilter::PendingPasswordReset), summary.pending_reset, "Pending reset", "key-round"),
            (Some(StatusFilter::PendingFirstPassword), summary.pending_first_password, first_password.as_str(), "send"),
        ];
        let cell = |(status, number, label, icon): (Option<StatusFilter>, u64, &str, &'static str)| {
            let target = address.unfiltered().with(|target| target.status = status);
            let is_current = target.filter() == address.filter();
            Cell { href: target.href(), number, label: label.to_owned(), icon, is_current }
        };
        let limit = summary.license_limit;
        let license = (limit > 0).then(|| License {
            limit,
            left: limit.saturating_sub(summary.total),
            percent: (summary.total.saturating_mul(100) / limit).min(100),
        });
        Strip { cells: figures.into_iter().map(cell).collect(), license }
    }
}
