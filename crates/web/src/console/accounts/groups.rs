//! The groups of one user: which they are, adding to others, taking out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{AccountId, GroupId, Timestamp};
use identity::access::Permission;
use identity::accounts::Outcome;
use identity::groups::{self, Group, GroupQuery};
use identity::memberships;

use super::address::PATH;
use super::bulk_result::{ResultGroup, outcome_page};
use super::in_path::InPath;
use super::profile::{Banner, Head, Tab};
use super::show::{Known, known, known_to};
use crate::caller::Member;
use crate::console::groups::href as group_href;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::notice::Notice;
use crate::render::words::groups as groups_words;
use crate::render::{filters, page, page_with};
use crate::site::Site;

/// More groups than these are not shown; a longer text finds fewer.
const SHOWN: u32 = 100;

#[derive(Template)]
#[template(path = "console/accounts/groups.html")]
struct GroupsPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
}

/// A group that the user is in.
struct Row {
    id: String,
    href: String,
    name: String,
    description: String,
    is_protected: bool,
    added_at: Timestamp,
    /// Whether this person may take the user out of it.
    is_open: bool,
}

#[derive(Template)]
#[template(path = "console/accounts/groups_add.html")]
struct AddPage {
    frame: Frame,
    head: Head,
    q: String,
    choices: Vec<GroupBox>,
    more: u64,
    /// Why there is nothing to choose from; empty when there is.
    message: String,
    problems: Vec<FormProblem>,
}

/// A group that can be ticked.
pub(super) struct GroupBox {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) members: u64,
    pub(super) is_protected: bool,
    pub(super) is_ticked: bool,
    /// Whether this person may change who is in it.
    pub(super) is_open: bool,
}

impl GroupBox {
    pub(super) fn new(site: &Site, member: &Member, group: &Group, ticked: &[GroupId]) -> Self {
        GroupBox {
            id: group.id.to_string(),
            name: group.name.clone(),
            members: group.members,
            is_protected: group.is_protected,
            is_ticked: ticked.contains(&group.id),
            is_open: member.may(site, Permission::ManageGroups, group.target()),
        }
    }
}

/// `GET /console/users/{id}/groups`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let known = known(&site, &member, id).await?;
    let head = Head::new(&site, &member, &known.account, &known.history, Tab::Groups);
    let row = |membership: &memberships::Membership| Row {
        id: membership.group.id.to_string(),
        href: group_href(membership.group.id),
        name: membership.group.name.clone(),
        description: membership.group.description.clone(),
        is_protected: membership.group.is_protected,
        added_at: membership.added_at,
        is_open: head.offers.update() && member.may(&site, Permission::ManageGroups, membership.group.target()),
    };
    let rows = known.groups.iter().map(row).collect();
    Ok(page(&GroupsPage { frame, head, rows }))
}

/// `GET /console/users/{id}/groups/add?q=…`.
pub(crate) async fn choose(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let known = known_to(&site, &member, Permission::UpdateAccount, id).await?;
    ask(&site, frame, &member, &known, fields.text("q"), Problems::default()).await
}

/// `POST /console/users/{id}/groups/add`.
pub(crate) async fn add(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let wanted: Vec<GroupId> = posted.fields.all("group").filter_map(|group| group.parse().ok()).collect();
    if wanted.is_empty() {
        let known = known_to(&site, &member, Permission::UpdateAccount, id).await?;
        let mut problems = Problems::default();
        problems.add("", "Tick at least one group");
        return ask(&site, frame, &member, &known, posted.fields.text("q"), problems).await;
    }
    let write = site.identity().write(&member.caller, async |op| {
        let outcomes = memberships::add_to_groups(op, id, &wanted).await?;
        Ok((outcomes, groups::find_many(op, &wanted).await?))
    });
    let (outcomes, found) = write.await.or_failure(&member.caller)?;
    let done = outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Done).count() as u64;
    if done == outcomes.len() as u64 {
        return Ok(Notice::GroupsJoined(done).told_at(&href(id), &site));
    }
    let name = |id: GroupId| {
        found
            .iter()
            .find(|group| group.id == id)
            .map_or_else(|| "A group that does not exist".to_owned(), |group| group.name.clone())
    };
    let lines = outcomes.into_iter().map(|(id, outcome)| ResultGroup::new(words(outcome), vec![name(id)])).collect();
    let title = format!("Added to {}", groups_words(done));
    Ok(outcome_page(frame, title, lines, href(id)))
}

/// What became of one group.
fn words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "Added".to_owned(),
        Outcome::Unchanged => "A member already".to_owned(),
        Outcome::Denied(denial) => format!("Skipped: {denial}"),
        Outcome::Gone | Outcome::Pending | Outcome::NotReached => "Skipped: no longer exists".to_owned(),
    }
}

/// `POST /console/users/{id}/groups/remove`: takes the user out of one group.
pub(crate) async fn remove(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let Ok(group) = posted.fields.text("group").parse::<GroupId>() else {
        known_to(&site, &member, Permission::UpdateAccount, id).await?;
        return Err(Failure::Invalid(vec!["Choose a group.".to_owned()]));
    };
    let write = site.identity().write(&member.caller, async |op| memberships::remove_members(op, group, &[id]).await);
    let report = write.await.or_failure(&member.caller)?;
    match report.first() {
        Some((_, Outcome::Done)) => Ok(Notice::GroupLeft.told_at(&href(id), &site)),
        Some((_, Outcome::Unchanged)) => Ok(Notice::Unchanged.told_at(&href(id), &site)),
        Some((_, Outcome::Denied(denial))) => Err(Failure::Denied { code: denial.code(), message: denial.to_string() }),
        _ => Err(Failure::NotFound),
    }
}

fn href(id: AccountId) -> String {
    format!("{PATH}/{id}/groups")
}

/// The groups to choose from, or why there are none (ES-154).
async fn ask(
    site: &Site,
    frame: Frame,
    member: &Member,
    known: &Known,
    q: &str,
    problems: Problems,
) -> Result<Response, Failure> {
    let account = &known.account;
    let query =
        GroupQuery { quick: q.to_owned(), without: Some(account.id), size: SHOWN, number: 1, ..GroupQuery::default() };
    let read = site.identity().read(&member.caller, async |op| {
        let found = groups::list(op, &query).await?;
        let all = groups::list(op, &GroupQuery { size: 1, number: 1, ..GroupQuery::default() }).await?.total;
        Ok((found, all))
    });
    let (found, all) = read.await.or_failure(&member.caller)?;
    let name = account.display_name();
    let message = match found.total {
        _ if all == 0 => "There are no groups yet. Create one first.".to_owned(),
        0 if q.is_empty() => format!("{name} is already a member of every group."),
        _ => String::new(),
    };
    let page = AddPage {
        head: Head::new(site, member, account, &known.history, Tab::Groups),
        q: q.to_owned(),
        choices: found.groups.iter().map(|group| GroupBox::new(site, member, group, &[])).collect(),
        more: found.total.saturating_sub(found.groups.len() as u64),
        message,
        frame: if problems.is_empty() { frame } else { frame.with_error() },
        problems: problems.0,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(status, &page))
}
