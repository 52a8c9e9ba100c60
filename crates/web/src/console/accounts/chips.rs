//! The active filters, each with a way to remove it.

use base::AttributeId;
use identity::attributes::Attributes;
use identity::settings::Words;
use jiff::civil::Date;

use super::address::{ListAddress, role_words};
use super::custom;
use super::status_words;

/// An active filter, with the list that lacks it.
pub(crate) struct Chip {
    pub(crate) words: String,
    pub(crate) without_href: String,
}

/// A chip for each part that narrows the list at `address`, whose group is called `group`.
pub(super) fn chips(address: &ListAddress, group: Option<&str>, attributes: &Attributes, words: &Words) -> Vec<Chip> {
    type Remove = fn(&mut ListAddress);
    let status = address.status.map(|status| format!("Status: {}", status_words(status, words)));
    let role = address.role.map(|role| format!("Role: {}", role_words(role)));
    let group = address.group.map(|_| format!("Group: {}", group.unwrap_or("no longer there")));
    let parts: [(Option<String>, Remove); 11] = [
        (text(&address.q, ""), |list| list.q.clear()),
        (text(&address.last, "Last name contains "), |list| list.last.clear()),
        (text(&address.first, "First name contains "), |list| list.first.clear()),
        (text(&address.username, &format!("{} contains ", words.username)), |list| list.username.clear()),
        (text(&address.email, "Email contains "), |list| list.email.clear()),
        (status, |list| {
            list.status = None;
        }),
        (role, |list| {
            list.role = None;
        }),
        (group, |list| {
            list.group = None;
        }),
        (day(address.created_from, "Created from "), |list| {
            list.created_from = None;
        }),
        (day(address.created_to, "Created to "), |list| {
            list.created_to = None;
        }),
        (day(address.no_sign_in_since, "No sign-in since "), |list| {
            list.no_sign_in_since = None;
        }),
    ];
    let chip = |(words, remove): (Option<String>, Remove)| {
        words.map(|words| Chip { words, without_href: address.with(remove).href() })
    };
    let fixed = parts.into_iter().filter_map(chip);
    fixed.chain(address.custom.iter().map(|(id, wanted)| custom_chip(address, attributes, *id, wanted))).collect()
}

fn custom_chip(address: &ListAddress, attributes: &Attributes, id: AttributeId, wanted: &str) -> Chip {
    let words = attributes.by_id(id).map(|attribute| match &attribute.definition {
        definition if definition.kind.is_searched_in_parts() => format!("{} contains “{wanted}”", definition.label),
        definition => format!("{}: {}", definition.label, custom::words(definition, &[wanted.to_owned()])),
    });
    let without_href = address.with(|list| list.custom.retain(|(other, _)| *other != id)).href();
    Chip { words: words.unwrap_or_default(), without_href }
}

fn text(value: &str, before: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| format!("{before}“{value}”"))
}

fn day(value: Option<Date>, before: &str) -> Option<String> {
    value.map(|day| format!("{before}{}", day.strftime("%-d %b %Y")))
}
