//! What the list of users shows.

use std::sync::Arc;

use base::Timestamp;
use identity::access::{Permission, Target};
use identity::accounts::{Account, Column, Page, Status, StatusFilter, Summary, Total};
use identity::attributes::{Attribute, Attributes};
use identity::bulk_changes::Standing;
use identity::groups::Group;
use identity::settings::Words;

use super::address::{ListAddress, Selected};
use super::bulk_change::UnderWay;
use super::chips::{Chip, chips};
use super::controls::pager;
use super::custom;
use super::last_sign_in::LastSignIn;
use super::offers::Offers;
use super::selection::MOST_AT_ONCE;
use super::strip::Strip;
use super::tools::{Advanced, Tools};
use super::{Pill, href, row_pills};
use crate::caller::Member;
use crate::console::pager::Pager;
use crate::render::words::grouped;
use crate::site::Site;

/// What is read for the list, in one snapshot.
pub(crate) struct Known {
    pub(crate) summary: Summary,
    pub(crate) found: Page,
    pub(crate) page_size: u32,
    /// The groups that can be chosen, and the one that the list is narrowed to.
    pub(crate) groups: Vec<Group>,
    /// The changes of very many users that go on.
    pub(crate) under_way: Vec<Standing>,
    pub(crate) attributes: Arc<Attributes>,
}

/// The list with everything around it.
pub(crate) struct ListView {
    pub(crate) strip: Strip,
    /// The changes of very many users that go on.
    pub(crate) under_way: Vec<UnderWay>,
    pub(crate) tools: Tools,
    pub(crate) advanced: Option<Advanced>,
    pub(crate) chips: Vec<Chip>,
    pub(crate) headings: Vec<Heading>,
    /// The attributes that are columns too, by their labels.
    pub(crate) listed: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) pager: Option<Pager>,
    /// Whether these are registrations that can be decided about.
    pub(crate) decides: bool,
    /// The address of this very list, to come back to.
    pub(crate) here: String,
    pub(crate) reset_href: String,
    /// Where this list is exported, for whoever may.
    pub(crate) export_href: Option<String>,
    pub(crate) is_filtered: bool,
    /// Whether nobody is there but the one who looks.
    pub(crate) is_first_run: bool,
    /// Who is selected when the list comes.
    pub(crate) selected: Selected,
    /// Where everybody on the page is selected.
    pub(crate) select_page_href: String,
    /// Where all that match become selected, when more match than are shown and not too many.
    pub(crate) select_all_href: Option<String>,
    /// How many match; a floor when `matching_words` says "more than".
    pub(crate) matching: u64,
    pub(crate) matching_words: String,
    /// Where everything is counted, when the number is a floor.
    pub(crate) count_all_href: Option<String>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) sorted_by: String,
}

/// The heading of a column that can be sorted by.
pub(crate) struct Heading {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) class: &'static str,
    pub(crate) aria_sort: Option<&'static str>,
    pub(crate) rank: Option<usize>,
}

/// One user.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) pills: Vec<Pill>,
    pub(crate) last_sign_in: LastSignIn,
    pub(crate) created_at: Timestamp,
    /// What it has of the attributes that are columns.
    pub(crate) custom: Vec<String>,
    pub(crate) offers: Offers,
}

impl ListView {
    /// What is shown of the list at `address`.
    pub(crate) fn new(site: &Site, member: &Member, address: &ListAddress, known: &Known, is_size_unfit: bool) -> Self {
        let Known { summary, found, page_size, groups, under_way, attributes } = known;
        let page_size = *page_size;
        let group = groups.iter().find(|group| address.group == Some(group.id)).map(|group| group.name.as_str());
        let (matching, is_floor) = match found.total {
            Total::Exact(total) => (total, false),
            Total::MoreThan(floor) => (floor, true),
        };
        let shown = found.accounts.len() as u64;
        let first = found.first_index(page_size);
        let can_select_all = !is_floor && matching > shown && matching <= u64::from(MOST_AT_ONCE);
        let is_filtered = address.is_filtered();
        let listed: Vec<&Attribute> =
            custom::seen(attributes).filter(|attribute| attribute.definition.is_listed).collect();
        ListView {
            listed: listed.iter().map(|attribute| attribute.definition.label.clone()).collect(),
            strip: Strip::new(address, summary, &member.words),
            under_way: under_way.iter().map(UnderWay::of).collect(),
            tools: Tools::new(address, &member.words, page_size, is_size_unfit),
            advanced: address.is_advanced.then(|| Advanced::new(address, groups, attributes)),
            // The toolbar shows its own two.
            chips: if address.hidden_filter_pairs().is_empty() {
                Vec::new()
            } else {
                chips(address, group, attributes, &member.words)
            },
            headings: Column::ALL.map(|column| Heading::new(address, &member.words, column)).into(),
            rows: found.accounts.iter().map(|account| Row::new(site, member, account, &listed)).collect(),
            pager: pager(address, found, ListAddress::href),
            reset_href: address.unfiltered().href(),
            export_href: member
                .may(site, Permission::ExportAccounts, Target::Organization)
                .then(|| address.export_href()),
            decides: address.status == Some(StatusFilter::Status(Status::PendingApproval)),
            is_filtered,
            is_first_run: !is_filtered && summary.total <= 1,
            selected: if address.selected == Selected::All && !can_select_all {
                Selected::Nobody
            } else {
                address.selected
            },
            select_page_href: address.with_selected(Selected::Page).href(),
            select_all_href: can_select_all.then(|| address.with_selected(Selected::All).href()),
            matching,
            matching_words: if is_floor { format!("more than {}", grouped(matching)) } else { grouped(matching) },
            count_all_href: is_floor.then(|| ListAddress { counts_all: true, ..address.clone() }.href()),
            first,
            last: first + shown.saturating_sub(1),
            sorted_by: sorted_by(address, &member.words),
            here: address.with_selected(Selected::Nobody).href(),
        }
    }

    pub(crate) fn is_page_selected(&self) -> bool {
        self.selected != Selected::Nobody
    }

    pub(crate) fn is_all_selected(&self) -> bool {
        self.selected == Selected::All
    }
}

impl Heading {
    fn new(address: &ListAddress, words: &Words, column: Column) -> Self {
        let is_primary = address.sort.column == column;
        let direction = if address.sort.descending { "descending" } else { "ascending" };
        let place = address.sort.column.secondary().iter().position(|secondary| *secondary == column);
        Heading {
            label: match column {
                Column::LastName => "Last name".to_owned(),
                Column::FirstName => "First name".to_owned(),
                Column::Username => words.username.to_string(),
                Column::Email => "Email".to_owned(),
                Column::Status => "Status".to_owned(),
                Column::LastSignIn => "Last sign-in, UTC".to_owned(),
                Column::Created => "Created".to_owned(),
            },
            href: address.sorted_by(column).href(),
            class: if column == Column::Created { "col-created" } else { "" },
            aria_sort: is_primary.then_some(direction),
            rank: place.map(|place| place + 2),
        }
    }
}

impl Row {
    fn new(site: &Site, member: &Member, account: &Account, listed: &[&Attribute]) -> Self {
        let value = |attribute: &&Attribute| custom::words(&attribute.definition, account.custom.get(&attribute.key));
        let now = site.identity().clock().now();
        Row {
            id: account.id.to_string(),
            href: href(account),
            name: account.display_name(),
            last_name: account.last_name.clone(),
            first_name: account.first_name.clone(),
            username: account.username.clone(),
            email: account.email.clone().unwrap_or_default(),
            pills: row_pills(account, &member.words, now),
            last_sign_in: LastSignIn::of(account, now),
            created_at: account.created_at,
            custom: listed.iter().map(value).collect(),
            offers: Offers::new(site, member, account),
        }
    }
}

fn sorted_by(address: &ListAddress, words: &Words) -> String {
    let username = words.username.inside();
    let name = |column| match column {
        Column::LastName => "last name",
        Column::FirstName => "first name",
        Column::Username => &username,
        Column::Email => "email",
        Column::Status => "status",
        Column::LastSignIn => "last sign-in",
        Column::Created => "creation",
    };
    let mut words = name(address.sort.column).to_owned();
    if address.sort.descending {
        words.push_str(" descending");
    }
    let secondary: Vec<_> = address.sort.column.secondary().iter().map(|column| name(*column)).collect();
    if !secondary.is_empty() {
        words.push_str(", then ");
        words.push_str(&secondary.join(", "));
    }
    words
}
