//! One group: who is in it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::{AccountId, GroupId, Timestamp};
use identity::accounts::{self, Account, Column, Page, StatusFilter, Total};
use identity::groups::{self, Group};
use identity::memberships;
use identity::settings::{self, Words};

use super::{GroupInPath, Head, href};
use crate::caller::Member;
use crate::console::accounts::address::{ListAddress, Selected};
use crate::console::accounts::controls::{Heading, pager};
use crate::console::accounts::selection::MOST_AT_ONCE;
use crate::console::accounts::tools::Choice;
use crate::console::accounts::{Pill, href as account_href, row_pills, status_words};
use crate::console::pager::Pager;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::page_size;
use crate::render::words::grouped;
use crate::render::{filters, page, wants_fragment};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/groups/members.html")]
struct MembersPage {
    frame: Frame,
    head: Head,
    view: MembersView,
}

/// What htmx exchanges.
#[derive(Template)]
#[template(path = "console/groups/members_results.html")]
struct MembersFragment {
    frame: Frame,
    head: Head,
    view: MembersView,
}

/// One page of members.
struct MembersView {
    q: String,
    statuses: Vec<Choice>,
    /// The order, which the form carries along.
    kept: Vec<(&'static str, String)>,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    pager: Option<Pager>,
    here: String,
    is_filtered: bool,
    /// Who is selected when the list comes.
    selected: Selected,
    select_page_href: String,
    /// Where all that match become selected, when more match than are shown and not too many.
    select_all_href: Option<String>,
    /// How many match; a floor when `total_words` says "more than".
    matching: u64,
    first: u64,
    last: u64,
    total_words: String,
}

/// One member.
struct Row {
    id: String,
    href: String,
    name: String,
    last_name: String,
    first_name: String,
    username: String,
    pills: Vec<Pill>,
    member_since: Option<Timestamp>,
}

/// What is read of a group for its page, in one snapshot.
struct Known {
    group: Group,
    found: Page,
    joined_at: HashMap<AccountId, Timestamp>,
    size: u32,
}

/// `GET /console/groups/{group}?q=…&status=…&sort=…&page=…`, like the list of users.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    GroupInPath(id): GroupInPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let address = ListAddress { group: None, ..ListAddress::read(&fields) };
    let known = read(&site, &member, &headers, id, &address).await?;
    let head = Head::new(&site, &member, &known.group, false);
    let view = MembersView::new(&site, &address, &known, &frame.words);
    Ok(if wants_fragment(&headers) {
        page(&MembersFragment { frame, head, view })
    } else {
        page(&MembersPage { frame, head, view })
    })
}

async fn read(
    site: &Site,
    member: &Member,
    headers: &HeaderMap,
    id: GroupId,
    address: &ListAddress,
) -> Result<Known, Failure> {
    let identity = site.identity();
    let read = identity.read(&member.caller, async |op| {
        let group = groups::find(op, id).await?;
        let size = match page_size::of(headers) {
            Some(size) => size,
            None => settings::load(op).await?.user_page_size,
        };
        let query = ListAddress { group: Some(id), ..address.clone() }.query(size);
        let found = accounts::list(op, identity.anchors(), &query).await?;
        let ids: Vec<AccountId> = found.accounts.iter().map(|account| account.id).collect();
        Ok(Known { joined_at: memberships::joined_at(op, id, &ids).await?, group, found, size })
    });
    read.await.or_failure(&member.caller)
}

impl MembersView {
    fn new(site: &Site, address: &ListAddress, known: &Known, words: &Words) -> Self {
        let username = words.username.to_string();
        let path = href(known.group.id);
        let found = &known.found;
        let now = site.identity().clock().now();
        let first = found.first_index(known.size);
        let (matching, is_floor) = match found.total {
            Total::Exact(total) => (total, false),
            Total::MoreThan(floor) => (floor, true),
        };
        let shown = found.accounts.len() as u64;
        let can_select_all = !is_floor && matching > shown && matching <= u64::from(MOST_AT_ONCE);
        let is_too_much = address.selected == Selected::All && !can_select_all;
        let mut kept = Vec::new();
        if address.sort.column != Column::default() {
            kept.push(("sort", address.sort.column.code().to_owned()));
        }
        if address.sort.descending {
            kept.push(("dir", "desc".to_owned()));
        }
        let columns = [
            ("Last name", Column::LastName),
            ("First name", Column::FirstName),
            (username.as_str(), Column::Username),
            ("Status", Column::Status),
        ];
        MembersView {
            q: address.q.clone(),
            statuses: statuses(address, words),
            kept,
            headings: columns
                .map(|(label, column)| Heading::new(address, label, column, |list| list.href_at(&path)))
                .into(),
            rows: found.accounts.iter().map(|account| Row::new(account, &known.joined_at, words, now)).collect(),
            pager: pager(address, found, |list| list.href_at(&path)),
            here: address.with_selected(Selected::Nobody).href_at(&path),
            is_filtered: address.is_filtered(),
            selected: if is_too_much { Selected::Nobody } else { address.selected },
            select_page_href: address.with_selected(Selected::Page).href_at(&path),
            select_all_href: can_select_all.then(|| address.with_selected(Selected::All).href_at(&path)),
            matching,
            first,
            last: first + shown.saturating_sub(1),
            total_words: if is_floor { format!("more than {}", grouped(matching)) } else { grouped(matching) },
        }
    }
}

impl MembersView {
    fn is_page_selected(&self) -> bool {
        self.selected != Selected::Nobody
    }

    fn is_all_selected(&self) -> bool {
        self.selected == Selected::All
    }
}

fn statuses(address: &ListAddress, words: &Words) -> Vec<Choice> {
    let any = Choice { value: "", label: "Any account status".to_owned(), is_chosen: address.status.is_none() };
    let choice = |status: StatusFilter| Choice {
        value: status.code(),
        label: status_words(status, words),
        is_chosen: address.status == Some(status),
    };
    std::iter::once(any).chain(StatusFilter::ALL.map(choice)).collect()
}

impl Row {
    fn new(account: &Account, joined_at: &HashMap<AccountId, Timestamp>, words: &Words, now: Timestamp) -> Self {
        Row {
            id: account.id.to_string(),
            href: account_href(account),
            name: account.display_name(),
            last_name: account.last_name.clone(),
            first_name: account.first_name.clone(),
            username: account.username.clone(),
            pills: row_pills(account, words, now),
            member_since: joined_at.get(&account.id).copied(),
        }
    }
}
