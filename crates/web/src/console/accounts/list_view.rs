//! What the list of users shows.

use base::Timestamp;
use identity::access::Permission;
use identity::accounts::{Account, Column, Page, RoleFilter, Start, Status, StatusFilter, Summary, Total};

use super::address::{ListAddress, ROLE_FILTERS, role_code};
use super::bulk::MOST_AT_ONCE;
use super::{Pill, href, pills};
use crate::caller::Member;
use crate::console::pager::{Pager, Position};
use crate::input::Input;
use crate::render::filters::grouped;
use crate::site::Site;

/// The list with everything around it.
pub(crate) struct ListView {
    pub(crate) strip: Strip,
    pub(crate) tools: Tools,
    pub(crate) advanced: Option<Advanced>,
    pub(crate) chips: Vec<Chip>,
    pub(crate) headings: Vec<Heading>,
    pub(crate) rows: Vec<Row>,
    pub(crate) pager: Option<Pager>,
    /// The address of this very list, to come back to.
    pub(crate) here: String,
    pub(crate) reset_href: String,
    pub(crate) is_filtered: bool,
    pub(crate) is_all_selected: bool,
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

/// The figures above the list, each a filter.
pub(crate) struct Strip {
    pub(crate) cells: Vec<Cell>,
    pub(crate) license: Option<License>,
}

/// One figure.
pub(crate) struct Cell {
    pub(crate) href: String,
    pub(crate) number: u64,
    pub(crate) label: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) is_current: bool,
}

/// How much of the license is used.
pub(crate) struct License {
    pub(crate) limit: u64,
    pub(crate) left: u64,
    pub(crate) percent: u64,
}

/// The toolbar.
pub(crate) struct Tools {
    pub(crate) q: String,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) advanced_href: String,
    /// What the form must carry along: the order, and filters that have no field in the toolbar.
    pub(crate) kept: Vec<(&'static str, String)>,
    pub(crate) size: u32,
    pub(crate) size_error: Option<&'static str>,
}

/// One choice of several.
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) label: String,
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
    pub(crate) created_from: Input,
    pub(crate) created_to: Input,
    pub(crate) no_sign_in_since: Input,
}

/// An active filter, with the list that lacks it.
pub(crate) struct Chip {
    pub(crate) words: String,
    pub(crate) without_href: String,
}

/// The heading of a column that can be sorted by.
pub(crate) struct Heading {
    pub(crate) label: &'static str,
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
    pub(crate) last_sign_in_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) may_enable: bool,
    pub(crate) may_disable: bool,
    pub(crate) may_delete: bool,
}

impl ListView {
    /// What is shown of the page `found` of the list at `address`.
    pub(crate) fn new(
        site: &Site,
        member: &Member,
        address: ListAddress,
        summary: &Summary,
        found: &Page,
        size: u32,
        is_size_unfit: bool,
    ) -> Self {
        let (matching, is_floor) = match found.total {
            Total::Exact(total) => (total, false),
            Total::MoreThan(floor) => (floor, true),
        };
        let shown = found.accounts.len() as u64;
        let first = found.first_index(size);
        let can_select_all = !is_floor && matching > shown && matching <= MOST_AT_ONCE as u64;
        let is_filtered = address.is_filtered();
        ListView {
            strip: Strip::new(&address, summary),
            tools: Tools::new(&address, size, is_size_unfit),
            advanced: address.is_advanced.then(|| Advanced::new(&address)),
            chips: if is_filtered { chips(&address) } else { Vec::new() },
            headings: Column::ALL.map(|column| Heading::new(&address, column)).into(),
            rows: found.accounts.iter().map(|account| Row::new(site, member, account)).collect(),
            pager: pager(&address, found),
            reset_href: address.unfiltered().href(),
            is_filtered,
            is_all_selected: address.selects_all && can_select_all,
            select_all_href: can_select_all.then(|| ListAddress { selects_all: true, ..address.clone() }.href()),
            matching,
            matching_words: if is_floor { format!("more than {}", grouped(matching)) } else { grouped(matching) },
            count_all_href: is_floor.then(|| ListAddress { counts_all: true, ..address.clone() }.href()),
            first,
            last: first + shown.saturating_sub(1),
            sorted_by: sorted_by(&address),
            here: ListAddress { selects_all: false, ..address }.href(),
        }
    }
}

impl Strip {
    fn new(address: &ListAddress, summary: &Summary) -> Self {
        let status = |status| Some(StatusFilter::Status(status));
        let figures = [
            (None, summary.total, "All users", ""),
            (status(Status::Enabled), summary.enabled, "Enabled", "circle-check"),
            (status(Status::Disabled), summary.disabled, "Disabled", "ban"),
            (Some(StatusFilter::Locked), summary.locked, "Locked", "lock"),
            (status(Status::PendingActivation), summary.pending_activation, "Pending activation", "mail"),
            (status(Status::PendingApproval), summary.pending_approval, "Pending approval", "hourglass"),
            (Some(StatusFilter::PendingPasswordReset), summary.pending_reset, "Pending reset", "key-round"),
            (Some(StatusFilter::PendingFirstPassword), summary.pending_first_password, "First password", "send"),
        ];
        let cell = |(status, number, label, icon)| {
            let target = address.unfiltered().with(|target| target.status = status);
            let is_current = target.filter() == address.filter();
            Cell { href: target.href(), number, label, icon, is_current }
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

impl Tools {
    fn new(address: &ListAddress, size: u32, is_size_unfit: bool) -> Self {
        let in_toolbar = |name: &str| name == "q" || name == "status";
        let mut kept = address.filter_pairs();
        kept.retain(|(name, value)| !value.is_empty() && !in_toolbar(name) && !address.is_advanced);
        if address.sort.column != Column::default() {
            kept.push(("sort", address.sort.column.code().to_owned()));
        }
        if address.sort.descending {
            kept.push(("dir", "desc".to_owned()));
        }
        let any = Choice { value: "", label: "Any account status".to_owned(), is_chosen: address.status.is_none() };
        let choice = |status: StatusFilter| Choice {
            value: status.code(),
            label: status.to_string(),
            is_chosen: address.status == Some(status),
        };
        Tools {
            q: address.q.clone(),
            statuses: std::iter::once(any).chain(StatusFilter::ALL.map(choice)).collect(),
            advanced_href: ListAddress { is_advanced: true, ..address.clone() }.href(),
            kept,
            size,
            size_error: is_size_unfit.then_some("Enter a whole number from 1 to 500."),
        }
    }
}

impl Advanced {
    fn new(address: &ListAddress) -> Self {
        let input = |value: &str| Input { value: value.to_owned(), error: None };
        let date = |day: Option<jiff::civil::Date>| input(&day.map(|day| day.to_string()).unwrap_or_default());
        let any = Choice { value: "", label: "Any or none".to_owned(), is_chosen: address.role.is_none() };
        let choice = |filter: RoleFilter| Choice {
            value: role_code(filter),
            label: role_words(filter),
            is_chosen: address.role == Some(filter),
        };
        Advanced {
            close_href: ListAddress { is_advanced: false, ..address.clone() }.href(),
            last_name: input(&address.last),
            first_name: input(&address.first),
            username: input(&address.username),
            email: input(&address.email),
            roles: std::iter::once(any).chain(ROLE_FILTERS.map(choice)).collect(),
            created_from: date(address.created_from),
            created_to: date(address.created_to),
            no_sign_in_since: date(address.no_sign_in_since),
        }
    }
}

impl Heading {
    fn new(address: &ListAddress, column: Column) -> Self {
        let is_primary = address.sort.column == column;
        let direction = if address.sort.descending { "descending" } else { "ascending" };
        let place = address.sort.column.secondary().iter().position(|secondary| *secondary == column);
        Heading {
            label: match column {
                Column::LastName => "Last name",
                Column::FirstName => "First name",
                Column::Username => "Username",
                Column::Email => "Email",
                Column::Status => "Status",
                Column::LastSignIn => "Last sign-in, UTC",
                Column::Created => "Created",
            },
            href: address.sorted_by(column).href(),
            class: if column == Column::Created { "col-created" } else { "" },
            aria_sort: is_primary.then_some(direction),
            rank: place.map(|place| place + 2),
        }
    }
}

impl Row {
    fn new(site: &Site, member: &Member, account: &Account) -> Self {
        let may = |permission| member.may(site, permission, account.target());
        let status = account.status();
        Row {
            id: account.id.to_string(),
            href: href(account),
            name: account.display_name(),
            last_name: account.last_name.clone(),
            first_name: account.first_name.clone(),
            username: account.username.clone(),
            email: account.email.clone().unwrap_or_default(),
            pills: pills(account, site.identity().clock().now()),
            last_sign_in_at: account.last_sign_in_at,
            created_at: account.created_at,
            may_enable: status == Status::Disabled && may(Permission::EnableAccount),
            may_disable: status == Status::Enabled && may(Permission::DisableAccount),
            may_delete: may(Permission::DeleteAccount),
        }
    }
}

fn chips(address: &ListAddress) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut add = |is_active: bool, words: String, remove: fn(&mut ListAddress)| {
        if is_active {
            chips.push(Chip { words, without_href: address.with(remove).href() });
        }
    };
    let text = |value: &str| !value.trim().is_empty();
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.strftime("%-d %b %Y").to_string()).unwrap_or_default();
    add(text(&address.q), format!("“{}”", address.q), |a| a.q.clear());
    add(text(&address.last), format!("Last name contains “{}”", address.last), |a| a.last.clear());
    add(text(&address.first), format!("First name contains “{}”", address.first), |a| a.first.clear());
    add(text(&address.username), format!("Username contains “{}”", address.username), |a| a.username.clear());
    add(text(&address.email), format!("Email contains “{}”", address.email), |a| a.email.clear());
    let status = address.status.map(|status| status.to_string()).unwrap_or_default();
    add(address.status.is_some(), format!("Status: {status}"), |a| a.status = None);
    let role = address.role.map(role_words).unwrap_or_default();
    add(address.role.is_some(), format!("Role: {role}"), |a| a.role = None);
    add(address.created_from.is_some(), format!("Created from {}", day(address.created_from)), |a| a.created_from = None);
    add(address.created_to.is_some(), format!("Created to {}", day(address.created_to)), |a| a.created_to = None);
    let since = address.no_sign_in_since;
    add(since.is_some(), format!("No sign-in since {}", day(since)), |a| a.no_sign_in_since = None);
    chips
}

fn role_words(filter: RoleFilter) -> String {
    match filter {
        RoleFilter::Any => "Any administrator".to_owned(),
        RoleFilter::None => "No administrator".to_owned(),
        RoleFilter::Role(role) => role.to_string(),
    }
}

fn sorted_by(address: &ListAddress) -> String {
    let name = |column| match column {
        Column::LastName => "last name",
        Column::FirstName => "first name",
        Column::Username => "username",
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

fn pager(address: &ListAddress, found: &Page) -> Option<Pager> {
    let before = found.accounts.first().map_or(Start::Number, |account| Start::Before(account.id));
    let after = found.accounts.last().map_or(Start::Number, |account| Start::After(account.id));
    let position = Position {
        number: found.number,
        last: found.last,
        has_next: found.has_next,
        previous: address.on_page(found.number.saturating_sub(1), before).href(),
        next: address.on_page(found.number.saturating_add(1), after).href(),
    };
    Pager::at(position, |number| address.on_page(number, Start::Number).href())
}
