//! Putting users into a group: find them by name, username or address, and tick them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{AccountId, GroupId};
use identity::access::Permission;
use identity::accounts::{self, Account, Filter, ListQuery, PageRequest, Total};
use identity::bulk_changes::BulkVerb;
use identity::groups::{self, Group};
use identity::memberships;

use super::{GroupInPath, Head, href};
use crate::caller::Member;
use crate::console::accounts::bulk_change;
use crate::console::accounts::selection::ticked;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::render::{filters, page_with};
use crate::site::Site;

/// More users than these are not shown; a longer text finds fewer.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "console/groups/add.html")]
struct AddPage {
    frame: Frame,
    head: Head,
    q: String,
    found: Vec<Candidate>,
    /// How many match beyond those that are shown.
    more: u64,
    problems: Vec<FormProblem>,
}

/// Somebody who may be put into the group.
struct Candidate {
    id: String,
    name: String,
    username: String,
    email: String,
    is_member: bool,
    /// Whether this person may change the account.
    is_open: bool,
}

/// `GET /console/groups/{group}/add?q=…`.
pub(crate) async fn choose(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    GroupInPath(id): GroupInPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, id, fields.text("q"), Problems::default()).await
}

/// `POST /console/groups/{group}/add`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    GroupInPath(id): GroupInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    // Whoever may not change the group is told that first.
    find(&site, &member, id, "").await?;
    let ids = ticked(&posted.fields);
    if ids.is_empty() {
        let mut problems = Problems::default();
        problems.add("", "Tick at least one user");
        return ask(&site, frame, &member, id, posted.fields.text("q"), problems).await;
    }
    bulk_change::change(&site, frame, &member, &BulkVerb::Join(vec![id]), &ids, href(id)).await
}

async fn ask(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: GroupId,
    q: &str,
    problems: Problems,
) -> Result<Response, Failure> {
    let (group, accounts, total, members) = find(site, member, id, q).await?;
    let candidate = |account: &Account| Candidate {
        id: account.id.to_string(),
        name: account.display_name(),
        username: account.username.clone(),
        email: account.email.clone().unwrap_or_default(),
        is_member: members.contains(&account.id),
        is_open: member.may(site, Permission::UpdateAccount, account.target()),
    };
    let page = AddPage {
        head: Head::new(site, member, &group, false),
        q: q.to_owned(),
        found: accounts.iter().map(candidate).collect(),
        more: total.saturating_sub(accounts.len() as u64),
        frame: if problems.is_empty() { frame } else { frame.with_error() },
        problems: problems.0,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(status, &page))
}

/// The group, for somebody who may change it, with the users that `q` finds, how many it finds in all, and which of
/// them are in the group already. An empty text finds nobody.
async fn find(
    site: &Site,
    member: &Member,
    id: GroupId,
    q: &str,
) -> Result<(Group, Vec<Account>, u64, Vec<AccountId>), Failure> {
    let identity = site.identity();
    let filter = Filter { quick: q.to_owned(), ..Filter::default() };
    let read = identity.read(&member.caller, async |op| {
        let group = groups::find(op, id).await?;
        let _ = op.allow(Permission::ManageGroups, group.target())?;
        if filter.is_empty() {
            return Ok((group, Vec::new(), 0, Vec::new()));
        }
        let query = ListQuery { filter, size: SHOWN, page: PageRequest::default(), ..ListQuery::default() };
        let found = accounts::list(op, identity.anchors(), &query).await?;
        let (Total::Exact(total) | Total::MoreThan(total)) = found.total;
        let ids: Vec<AccountId> = found.accounts.iter().map(|account| account.id).collect();
        let members = memberships::joined_at(op, id, &ids).await?.into_keys().collect();
        Ok((group, found.accounts, total, members))
    });
    read.await.or_failure(&member.caller)
}
