//! The active filters, each with a way to remove it.

use jiff::civil::Date;

use super::address::{ListAddress, role_words};

/// An active filter, with the list that lacks it.
pub(crate) struct Chip {
    pub(crate) words: String,
    pub(crate) without_href: String,
}

/// A chip for each part that narrows the list at `address`, whose group is called `group`.
pub(super) fn chips(address: &ListAddress, group: Option<&str>) -> Vec<Chip> {
    type Remove = fn(&mut ListAddress);
    let a = address;
    let status = a.status.map(|status| format!("Status: {status}"));
    let role = a.role.map(|role| format!("Role: {}", role_words(role)));
    let group = a.group.map(|_| format!("Group: {}", group.unwrap_or("no longer there")));
    let parts: [(Option<String>, Remove); 11] = [
        (text(&a.q, ""), |a| a.q.clear()),
        (text(&a.last, "Last name contains "), |a| a.last.clear()),
        (text(&a.first, "First name contains "), |a| a.first.clear()),
        (text(&a.username, "Username contains "), |a| a.username.clear()),
        (text(&a.email, "Email contains "), |a| a.email.clear()),
        (status, |a| {
            a.status = None;
        }),
        (role, |a| {
            a.role = None;
        }),
        (group, |a| {
            a.group = None;
        }),
        (day(a.created_from, "Created from "), |a| {
            a.created_from = None;
        }),
        (day(a.created_to, "Created to "), |a| {
            a.created_to = None;
        }),
        (day(a.no_sign_in_since, "No sign-in since "), |a| {
            a.no_sign_in_since = None;
        }),
    ];
    let chip = |(words, remove): (Option<String>, Remove)| {
        words.map(|words| Chip { words, without_href: address.with(remove).href() })
    };
    parts.into_iter().filter_map(chip).collect()
}

fn text(value: &str, before: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| format!("{before}“{value}”"))
}

fn day(value: Option<Date>, before: &str) -> Option<String> {
    value.map(|day| format!("{before}{}", day.strftime("%-d %b %Y")))
}
