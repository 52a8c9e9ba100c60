//! The list of everybody who holds an administrator role.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::Timestamp;
use identity::Error;
use identity::access::{Permission, Role, Target};
use identity::accounts::{self, Account, Page, PageRequest, Start, Total};
use identity::settings::{self, Words};

use super::PATH;
use crate::caller::Member;
use crate::console::accounts::last_sign_in::LastSignIn;
use crate::console::accounts::{Pill, href, row_pills};
use crate::console::pager::{Pager, Position};
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::page_size;
use crate::render::{filters, page_with, wants_fragment};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/administrators/list.html")]
struct ListPage {
    frame: Frame,
    view: ListView,
    username: Input,
    problems: Vec<FormProblem>,
}

/// What htmx exchanges.
#[derive(Template)]
#[template(path = "console/administrators/list_results.html")]
struct ListFragment {
    frame: Frame,
    view: ListView,
}

/// One page of administrators.
struct ListView {
    rows: Vec<Row>,
    pager: Option<Pager>,
    first: u64,
    last: u64,
    total: u64,
}

/// One administrator.
struct Row {
    id: String,
    href: String,
    name: String,
    username: String,
    roles: Vec<String>,
    is_super: bool,
    pills: Vec<Pill>,
    last_sign_in: LastSignIn,
}

/// `GET /console/administrators?page=…`; with a username, on to the question whether to make that person super
/// administrator.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let username = fields.text("username");
    let mut problems = Problems::default();
    if fields.all("username").next().is_some() {
        match find(&site, &member, username).await? {
            Some(account) => return Ok(Redirect::to(&format!("{PATH}/{}/grant", account.id)).into_response()),
            None => problems
                .add("username", format!("Enter the {} of somebody who has an account", frame.words.username.inside())),
        }
    }
    let number = fields.text("page").parse().unwrap_or(1);
    let view = read(&site, &member, &headers, number).await?;
    if wants_fragment(&headers) {
        return Ok(page_with(StatusCode::OK, &ListFragment { frame, view }));
    }
    let has_problem = !problems.is_empty();
    let status = if has_problem { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = if has_problem { frame.with_error() } else { frame };
    let username = problems.input("username", username);
    Ok(page_with(status, &ListPage { frame, view, username, problems: problems.0 }))
}

/// The account with this username, for somebody who may see administrators.
async fn find(site: &Site, member: &Member, username: &str) -> Result<Option<Account>, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let _ = op.allow(Permission::ViewAdministrators, Target::Organization)?;
        match accounts::find_by_username(op, username).await {
            Ok(account) => Ok(Some(account)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    });
    read.await.or_failure(&member.caller)
}

async fn read(site: &Site, member: &Member, headers: &HeaderMap, number: u64) -> Result<ListView, Failure> {
    let identity = site.identity();
    let read = identity.read(&member.caller, async |op| {
        let size = match page_size::of(headers) {
            Some(size) => size,
            None => settings::load(op).await?.user_page_size,
        };
        let wanted = PageRequest { number, start: Start::Number };
        Ok((accounts::administrators(op, identity.anchors(), size, wanted).await?, size))
    });
    let (found, size) = read.await.or_failure(&member.caller)?;
    Ok(ListView::new(&found, &member.words, size, identity.clock().now()))
}

impl ListView {
    fn new(found: &Page, words: &Words, size: u32, now: Timestamp) -> Self {
        let on_page = |number: u64| format!("{PATH}?page={number}");
        let position = Position {
            number: found.number,
            last: found.last,
            has_next: found.has_next,
            previous: on_page(found.number.saturating_sub(1)),
            next: on_page(found.number.saturating_add(1)),
        };
        let first = found.first_index(size);
        let (Total::Exact(total) | Total::MoreThan(total)) = found.total;
        ListView {
            rows: found.accounts.iter().map(|account| Row::new(account, words, now)).collect(),
            pager: Pager::at(position, on_page),
            first,
            last: first + (found.accounts.len() as u64).saturating_sub(1),
            total,
        }
    }
}

impl Row {
    fn new(account: &Account, words: &Words, now: Timestamp) -> Self {
        Row {
            id: account.id.to_string(),
            href: href(account),
            name: account.display_name(),
            username: account.username.clone(),
            roles: account.roles.iter().map(|role| role.to_string()).collect(),
            is_super: account.roles.has(Role::SuperAdministrator),
            pills: row_pills(account, words, now),
            last_sign_in: LastSignIn::of(account, now),
        }
    }
}
