//! The registrations that wait for approval: who, since when, from where, and what they answered.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::Timestamp;
use identity::access::Permission;
use identity::accounts::{self, Account, Column, Page, Status, StatusFilter, Total};
use identity::attributes::{self, Attributes};
use identity::bulk_changes;
use identity::settings;

use super::accounts::address::{ListAddress, Selected};
use super::accounts::bulk_change::UnderWay;
use super::accounts::controls::{Heading, pager};
use super::accounts::custom::{self, CustomValue};
use super::accounts::href;
use super::accounts::selection::MOST_AT_ONCE;
use super::pager::Pager;
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, Query};
use crate::frame::Frame;
use crate::page_size;
use crate::render::words::grouped;
use crate::render::{filters, page, wants_fragment};
use crate::site::Site;

/// Where this is.
pub(crate) const PATH: &str = "/console/registrations";

#[derive(Template)]
#[template(path = "console/registrations/list.html")]
struct QueuePage {
    frame: Frame,
    view: QueueView,
}

/// What htmx exchanges.
#[derive(Template)]
#[template(path = "console/registrations/list_results.html")]
struct QueueFragment {
    frame: Frame,
    view: QueueView,
}

/// One page of registrations.
struct QueueView {
    q: String,
    /// The order, which the form carries along.
    kept: Vec<(&'static str, String)>,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    pager: Option<Pager>,
    here: String,
    is_filtered: bool,
    /// Whether people can register at all.
    is_open: bool,
    /// How many have not confirmed their address yet.
    unconfirmed: u64,
    /// The changes of very many users that go on.
    under_way: Vec<UnderWay>,
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

/// One registration.
struct Row {
    id: String,
    href: String,
    name: String,
    username: String,
    email: String,
    /// What follows the @.
    domain: String,
    is_verified: bool,
    registered_at: Timestamp,
    answers: Vec<CustomValue>,
}

/// What is read, in one snapshot.
struct Known {
    found: Page,
    size: u32,
    is_open: bool,
    unconfirmed: u64,
    under_way: Vec<UnderWay>,
    attributes: Arc<Attributes>,
}

/// The list at an address of this page, if `text` is one.
pub(crate) fn parse(text: &str) -> Option<ListAddress> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    (path == PATH).then(|| read_address(&Fields::parse(query.as_bytes())))
}

/// Those who wait for approval, the longest first unless the address says otherwise.
fn read_address(fields: &Fields) -> ListAddress {
    let address = ListAddress::read_sorted_by(Column::Created, fields);
    ListAddress { status: Some(StatusFilter::Status(Status::PendingApproval)), ..address }
}

/// The address of the list, whose path tells the status.
fn href_of(address: &ListAddress) -> String {
    ListAddress { status: None, ..address.clone() }.href_at(PATH)
}

/// `GET /console/registrations?q=…&sort=…&page=…`, like the list of users.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let address = read_address(&fields);
    let known = read(&site, &member, &headers, &address).await?;
    let view = QueueView::new(&address, known, &frame);
    Ok(if wants_fragment(&headers) { page(&QueueFragment { frame, view }) } else { page(&QueuePage { frame, view }) })
}

async fn read(site: &Site, member: &Member, headers: &HeaderMap, address: &ListAddress) -> Result<Known, Failure> {
    let identity = site.identity();
    let read = identity.read(&member.caller, async |op| {
        let settings = settings::load(op).await?;
        let size = page_size::of(headers).unwrap_or(settings.user_page_size);
        let found = accounts::list(op, identity.anchors(), &address.query(size)).await?;
        let under_way = bulk_changes::under_way(op).await?;
        let decisions =
            under_way.iter().filter(|standing| standing.verb.permission() == Permission::DecideRegistration);
        Ok(Known {
            found,
            size,
            is_open: settings.registration,
            unconfirmed: accounts::summary(op).await?.pending_activation,
            under_way: decisions.map(UnderWay::of).collect(),
            attributes: attributes::list(op).await?,
        })
    });
    read.await.or_failure(&member.caller)
}

impl QueueView {
    fn new(address: &ListAddress, known: Known, frame: &Frame) -> Self {
        let Known { found, size, is_open, unconfirmed, under_way, attributes } = known;
        let (matching, is_floor) = match found.total {
            Total::Exact(total) => (total, false),
            Total::MoreThan(floor) => (floor, true),
        };
        let (first, shown) = (found.first_index(size), found.accounts.len() as u64);
        let can_select_all = !is_floor && matching > shown && matching <= u64::from(MOST_AT_ONCE);
        let is_too_much = address.selected == Selected::All && !can_select_all;
        let username = frame.words.username.to_string();
        let columns = [
            ("Name", Column::LastName),
            (username.as_str(), Column::Username),
            ("Email", Column::Email),
            ("Registered", Column::Created),
        ];
        QueueView {
            q: address.q.clone(),
            kept: kept(address),
            headings: columns.map(|(label, column)| Heading::new(address, label, column, href_of)).into(),
            rows: found.accounts.iter().map(|account| Row::new(account, &attributes)).collect(),
            pager: pager(address, &found, href_of),
            here: href_of(&address.with_selected(Selected::Nobody)),
            is_filtered: ListAddress { status: None, ..address.clone() }.is_filtered(),
            is_open,
            unconfirmed,
            under_way,
            selected: if is_too_much { Selected::Nobody } else { address.selected },
            select_page_href: href_of(&address.with_selected(Selected::Page)),
            select_all_href: can_select_all.then(|| href_of(&address.with_selected(Selected::All))),
            matching,
            first,
            last: first + shown.saturating_sub(1),
            total_words: if is_floor { format!("more than {}", grouped(matching)) } else { grouped(matching) },
        }
    }

    fn is_page_selected(&self) -> bool {
        self.selected != Selected::Nobody
    }

    fn is_all_selected(&self) -> bool {
        self.selected == Selected::All
    }
}

fn kept(address: &ListAddress) -> Vec<(&'static str, String)> {
    let mut kept = Vec::new();
    if address.sort.column != address.usual {
        kept.push(("sort", address.sort.column.code().to_owned()));
    }
    if address.sort.descending {
        kept.push(("dir", "desc".to_owned()));
    }
    kept
}

impl Row {
    fn new(account: &Account, attributes: &Attributes) -> Self {
        let email = account.email.clone().unwrap_or_default();
        Row {
            id: account.id.to_string(),
            href: href(account),
            name: account.display_name(),
            username: account.username.clone(),
            domain: email.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default(),
            email,
            is_verified: account.state.email.verified_at.is_some(),
            registered_at: account.created_at,
            answers: answers(account, attributes),
        }
    }
}

/// What an applicant answered beside names and address.
fn answers(account: &Account, attributes: &Attributes) -> Vec<CustomValue> {
    let mobile = account.mobile.iter().map(|mobile| CustomValue { label: "Mobile".to_owned(), words: mobile.clone() });
    let custom = custom::seen(attributes).map(|attribute| CustomValue {
        label: attribute.definition.label.clone(),
        words: custom::words(&attribute.definition, account.custom.get(&attribute.key)),
    });
    mobile.chain(custom).filter(|answer| !answer.words.is_empty()).collect()
}
