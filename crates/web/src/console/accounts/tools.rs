//! The toolbar above the list of users, and its panel for the advanced search.

use identity::accounts::{Column, RoleFilter, StatusFilter};
use identity::attributes::{Attribute, Attributes};
use identity::groups::Group;
use identity::settings::Words;

use super::address::{ListAddress, Pair, ROLE_FILTERS, Selected, can_be_asked_for, custom_name, role_words};
use super::custom::{CustomField, Entry, entry_of_filter, typable};
use super::status_words;
use crate::input::Input;

/// The toolbar.
pub(crate) struct Tools {
    pub(crate) q: String,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) advanced_href: String,
    /// What the form must carry along: the order, and filters that have no field in the toolbar.
    pub(crate) kept: Vec<Pair>,
    pub(crate) size: u32,
    pub(crate) size_error: Option<&'static str>,
}

/// One choice of several.
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// A group to choose.
pub(crate) struct GroupChoice {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_chosen: bool,
}

/// The panel of the advanced search.
pub(crate) struct Advanced {
    pub(crate) close_href: String,
    pub(crate) last_name: Input,
    pub(crate) first_name: Input,
    pub(crate) username: Input,
    pub(crate) email: Input,
    pub(crate) roles: Vec<Choice>,
    pub(crate) groups: Vec<GroupChoice>,
    pub(crate) custom: Vec<CustomField>,
    pub(crate) created_from: Input,
    pub(crate) created_to: Input,
    pub(crate) no_sign_in_since: Input,
}

impl Tools {
    pub(super) fn new(address: &ListAddress, words: &Words, size: u32, is_size_unfit: bool) -> Self {
        let mut kept = if address.is_advanced { Vec::new() } else { address.hidden_filter_pairs() };
        if address.sort.column != Column::default() {
            kept.push(("sort".into(), address.sort.column.code().to_owned()));
        }
        if address.sort.descending {
            kept.push(("dir".into(), "desc".to_owned()));
        }
        let any = Choice { value: "", label: "Any account status".to_owned(), is_chosen: address.status.is_none() };
        let choice = |status: StatusFilter| Choice {
            value: status.code(),
            label: status_words(status, words),
            is_chosen: address.status == Some(status),
        };
        Tools {
            q: address.q.clone(),
            statuses: std::iter::once(any).chain(StatusFilter::ALL.map(choice)).collect(),
            advanced_href: ListAddress { is_advanced: true, ..address.with_selected(Selected::Nobody) }.href(),
            kept,
            size,
            size_error: is_size_unfit.then_some("Enter a whole number from 1 to 500"),
        }
    }
}

impl Advanced {
    pub(super) fn new(address: &ListAddress, groups: &[Group], attributes: &Attributes) -> Self {
        let group = |group: &Group| GroupChoice {
            id: group.id.to_string(),
            name: group.name.clone(),
            is_chosen: address.group == Some(group.id),
        };
        let input = |value: &str| Input { value: value.to_owned(), error: None };
        let date = |day: Option<jiff::civil::Date>| input(&day.map(|day| day.to_string()).unwrap_or_default());
        let any = Choice { value: "", label: "Any or none".to_owned(), is_chosen: address.role.is_none() };
        let choice = |filter: RoleFilter| Choice {
            value: filter.code(),
            label: role_words(filter),
            is_chosen: address.role == Some(filter),
        };
        Advanced {
            close_href: ListAddress { is_advanced: false, ..address.with_selected(Selected::Nobody) }.href(),
            last_name: input(&address.last),
            first_name: input(&address.first),
            username: input(&address.username),
            email: input(&address.email),
            roles: std::iter::once(any).chain(ROLE_FILTERS.map(choice)).collect(),
            groups: groups.iter().map(group).collect(),
            custom: attributes
                .iter()
                .filter(|attribute| can_be_asked_for(attribute))
                .map(|attribute| custom_field(address, attribute))
                .collect(),
            created_from: date(address.created_from),
            created_to: date(address.created_to),
            no_sign_in_since: date(address.no_sign_in_since),
        }
    }
}

/// The field in which is said what an attribute must hold.
fn custom_field(address: &ListAddress, attribute: &Attribute) -> CustomField {
    let wanted = address.custom.iter().find(|(id, _)| *id == attribute.id).map_or("", |(_, wanted)| wanted);
    let definition = &attribute.definition;
    let entry = entry_of_filter(definition, wanted);
    let value = if matches!(entry, Entry::Suggested(_)) { typable(definition, wanted) } else { wanted.to_owned() };
    CustomField {
        id: custom_name(attribute.id),
        label: definition.label.clone(),
        hint: String::new(),
        is_optional: false,
        input: Input { value, error: None },
        entry,
    }
}
