//! The list of users.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use identity::groups::{self, GroupQuery};
use identity::{Operation, accounts, attributes, bulk_changes, settings};

use super::address::ListAddress;
use super::custom::Entry;
use super::last_sign_in::LastSignIn;
use super::list_view::{Known, ListView};
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::page_size::{self, Wish};
use crate::render::{filters, page_with, wants_fragment};
use crate::site::Site;

const HX_PUSH_URL: HeaderName = HeaderName::from_static("hx-push-url");

#[derive(Template)]
#[template(path = "console/accounts/list.html")]
struct ListPage {
    frame: Frame,
    view: ListView,
}

/// What htmx exchanges: the list, and the few places around it that depend on it.
#[derive(Template)]
#[template(path = "console/accounts/list_fragment.html")]
struct ListFragment {
    frame: Frame,
    view: ListView,
}

/// `GET /console/users`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let wish = Wish::read(fields.text("size"));
    let chosen = match wish {
        Wish::Size(number) => Some(number),
        Wish::None | Wish::Unfit => page_size::of(&headers),
    };
    let (address, known) = read(&site, &member, ListAddress::read(&fields), chosen).await?;
    let is_unfit = wish == Wish::Unfit;
    let status = if is_unfit { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = if is_unfit { frame.with_error() } else { frame };
    let href = address.href();
    let view = ListView::new(&site, &member, &address, &known, is_unfit);
    let mut response = if wants_fragment(&headers) {
        let mut response = page_with(status, &ListFragment { frame, view });
        // The address without the blanks that a form sends.
        if let Ok(href) = HeaderValue::from_str(&href) {
            response.headers_mut().insert(HX_PUSH_URL, href);
        }
        response
    } else {
        page_with(status, &ListPage { frame, view })
    };
    if let Wish::Size(number) = wish {
        response.headers_mut().append(header::SET_COOKIE, page_size::keep(number, site.is_tls()));
    }
    Ok(response)
}

/// More groups than these are too many to choose from; a group's own page leads to its members.
const MOST_GROUPS: u32 = 500;

/// The figures and the page in one snapshot, and the address as far as it can be followed.
async fn read(
    site: &Site,
    member: &Member,
    address: ListAddress,
    chosen: Option<u32>,
) -> Result<(ListAddress, Known), Failure> {
    let identity = site.identity();
    let read = identity.read(&member.caller, async |op| {
        let page_size = match chosen {
            Some(number) => number,
            None => settings::load(op).await?.user_page_size,
        };
        let summary = accounts::summary(op).await?;
        let attributes = attributes::list(op).await?;
        let address = address.heeding(&attributes);
        let found = accounts::list(op, identity.anchors(), &address.query(page_size)).await?;
        let groups = groups_for(op, &address).await?;
        let under_way = bulk_changes::under_way(op).await?;
        Ok((address, Known { summary, found, page_size, groups, attributes, under_way }))
    });
    read.await.or_failure(&member.caller)
}

/// The groups that can be chosen in the advanced search, and the one that the list is narrowed to.
async fn groups_for(op: &mut Operation<'_>, address: &ListAddress) -> identity::Result<Vec<groups::Group>> {
    let mut found = Vec::new();
    if address.is_advanced {
        let query = GroupQuery { size: MOST_GROUPS, number: 1, ..GroupQuery::default() };
        found = groups::list(op, &query).await?.groups;
    }
    if let Some(chosen) = address.group.filter(|chosen| found.iter().all(|group| group.id != *chosen)) {
        found.append(&mut groups::find_many(op, &[chosen]).await?);
    }
    Ok(found)
}
