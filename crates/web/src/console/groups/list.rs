//! The list of groups.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use identity::access::Permission;
use identity::groups::{self, Group, GroupColumn, GroupPage, GroupQuery, GroupSort, GroupStart};
use identity::settings;

use super::{PATH, href};
use crate::caller::Member;
use crate::console::pager::{Pager, Position};
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, Query, with_query};
use crate::frame::Frame;
use crate::page_size::{self, Wish};
use crate::render::{filters, page_with, wants_fragment};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/groups/list.html")]
struct ListPage {
    frame: Frame,
    view: ListView,
}

/// What htmx exchanges.
#[derive(Template)]
#[template(path = "console/groups/list_results.html")]
struct ListFragment {
    view: ListView,
}

/// One page of groups.
struct ListView {
    q: String,
    sort: &'static str,
    dir: &'static str,
    size: u32,
    size_error: Option<&'static str>,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    pager: Option<Pager>,
    first: u64,
    last: u64,
    total: u64,
}

/// The heading of a column that can be sorted by.
struct Heading {
    label: &'static str,
    href: String,
    aria_sort: Option<&'static str>,
}

/// One group.
struct Row {
    id: String,
    href: String,
    name: String,
    description: String,
    members: u64,
    is_protected: bool,
    /// Whether this person may change it.
    is_open: bool,
}

/// Which list of groups is looked at.
struct Address {
    q: String,
    sort: GroupSort,
    number: u64,
    start: GroupStart,
}

/// `GET /console/groups?q=…&sort=members&dir=desc&page=…`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let address = Address::read(&fields);
    let wish = Wish::read(fields.text("size"));
    let chosen = match wish {
        Wish::Size(size) => Some(size),
        Wish::None | Wish::Unfit => page_size::of(&headers),
    };
    let read = site.identity().read(&member.caller, async |op| {
        let size = match chosen {
            Some(size) => size,
            None => settings::load(op).await?.user_page_size,
        };
        let Address { ref q, sort, number, start } = address;
        let query = GroupQuery { quick: q.clone(), without: None, sort, size, number, start };
        Ok((groups::list(op, &query).await?, size))
    });
    let (found, size) = read.await.or_failure(&member.caller)?;
    let is_unfit = wish == Wish::Unfit;
    let status = if is_unfit { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = if is_unfit { frame.with_error() } else { frame };
    let view = ListView::new(&site, &member, &address, &found, size, is_unfit);
    let mut response = if wants_fragment(&headers) {
        page_with(status, &ListFragment { view })
    } else {
        page_with(status, &ListPage { frame, view })
    };
    if let Wish::Size(size) = wish {
        response.headers_mut().append(header::SET_COOKIE, page_size::keep(size, site.is_tls()));
    }
    Ok(response)
}

impl Address {
    fn read(fields: &Fields) -> Self {
        let column = if fields.text("sort") == "members" { GroupColumn::Members } else { GroupColumn::Name };
        let start = match (fields.text("after").parse(), fields.text("before").parse()) {
            (Ok(group), _) => GroupStart::After(group),
            (_, Ok(group)) => GroupStart::Before(group),
            _ => GroupStart::Number,
        };
        Address {
            q: fields.text("q").chars().take(groups::MAX_NAME).collect(),
            sort: GroupSort { column, descending: fields.text("dir") == "desc" },
            number: fields.text("page").parse().unwrap_or(1),
            start,
        }
    }

    /// The address of another page, or of the list in another order.
    fn href(&self, sort: GroupSort, number: u64, start: GroupStart) -> String {
        let number = if number > 1 { number.to_string() } else { String::new() };
        let (after, before) = match start {
            GroupStart::Number => (String::new(), String::new()),
            GroupStart::After(group) => (group.to_string(), String::new()),
            GroupStart::Before(group) => (String::new(), group.to_string()),
        };
        let place = [("page", number.as_str()), ("after", &after), ("before", &before)];
        let list = [("q", self.q.as_str()), ("sort", sort_code(sort)), ("dir", dir_code(sort))];
        with_query(PATH, list.into_iter().chain(place))
    }
}

fn sort_code(sort: GroupSort) -> &'static str {
    match sort.column {
        GroupColumn::Name => "",
        GroupColumn::Members => "members",
    }
}

fn dir_code(sort: GroupSort) -> &'static str {
    if sort.descending { "desc" } else { "" }
}

impl ListView {
    fn new(site: &Site, member: &Member, address: &Address, found: &GroupPage, size: u32, is_size_unfit: bool) -> Self {
        let on_page = |number: u64| address.href(address.sort, number, GroupStart::Number);
        let before = found.groups.first().map_or(GroupStart::Number, |group| GroupStart::Before(group.id));
        let after = found.groups.last().map_or(GroupStart::Number, |group| GroupStart::After(group.id));
        let position = Position {
            number: found.number,
            last: Some(found.last),
            has_next: found.number < found.last,
            previous: address.href(address.sort, found.number.saturating_sub(1), before),
            next: address.href(address.sort, found.number.saturating_add(1), after),
        };
        let passed = (found.number - 1) * u64::from(size);
        ListView {
            q: address.q.clone(),
            sort: sort_code(address.sort),
            dir: dir_code(address.sort),
            size,
            size_error: is_size_unfit.then_some("Enter a whole number from 1 to 500"),
            headings: [("Group", GroupColumn::Name), ("Members", GroupColumn::Members)]
                .map(|(label, column)| Heading::new(address, label, column))
                .into(),
            rows: found.groups.iter().map(|group| Row::new(site, member, group)).collect(),
            pager: Pager::at(position, on_page),
            first: if found.groups.is_empty() { 0 } else { passed + 1 },
            last: passed + found.groups.len() as u64,
            total: found.total,
        }
    }

    fn sorted_by(&self) -> &'static str {
        match (self.sort, self.dir) {
            ("members", "desc") => "number of members descending, then name",
            ("members", _) => "number of members, then name",
            (_, "desc") => "name descending",
            _ => "name",
        }
    }
}

impl Heading {
    fn new(address: &Address, label: &'static str, column: GroupColumn) -> Self {
        let is_primary = address.sort.column == column;
        let direction = if address.sort.descending { "descending" } else { "ascending" };
        let turned = GroupSort { column, descending: is_primary && !address.sort.descending };
        Heading { label, href: address.href(turned, 1, GroupStart::Number), aria_sort: is_primary.then_some(direction) }
    }
}

impl Row {
    fn new(site: &Site, member: &Member, group: &Group) -> Self {
        Row {
            id: group.id.to_string(),
            href: href(group.id),
            name: group.name.clone(),
            description: group.description.clone(),
            members: group.members,
            is_protected: group.is_protected,
            is_open: member.may(site, Permission::ManageGroups, group.target()),
        }
    }
}
