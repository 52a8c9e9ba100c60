//! The groups of one user: which they are, adding to others, taking out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::{AccountId, GroupId, Timestamp};
use identity::access::Permission;
use identity::accounts::Outcome;
use identity::groups::{self, GroupQuery};
use identity::memberships;

use super::address::PATH;
use super::bulk_result::{ResultGroup, outcome_page};
use super::group_choice::GroupChoice;
use super::in_path::InPath;
use super::profile::{Head, Tab, What};
use super::show::{known, known_to};
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
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

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

/// What the question shows, on a page or in a dialog.
struct Question {
    choice: GroupChoice,
    /// Why there is nothing to choose from; empty when there is.
    message: String,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/groups_add.html")]
struct AddPage {
    frame: Frame,
    head: Head,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/groups_add_dialog.html")]
struct AddDialog {
    frame: Frame,
    head: Head,
    question: Question,
}

/// `GET /console/users/{id}/groups`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let known = known(&site, &member, id).await?;
    let head = Head::new(&site, &member, &known.account, &known.standing, known.groups.len(), Tab::Groups);
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
    headers: HeaderMap,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, &headers, id, fields.text("q"), &[]).await
}

/// `POST /console/users/{id}/groups/add`: adds to the groups that were ticked. With `?look=1` it asks again, about the
/// groups that a text finds.
pub(crate) async fn add(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    InPath(id): InPath,
    Query(query): Query,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let wanted: Vec<GroupId> = posted.fields.all("group").filter_map(|group| group.parse().ok()).collect();
    let q = posted.fields.text("q");
    if query.is_checked("look") {
        return ask(&site, frame, &member, &headers, id, q, &wanted).await;
    }
    if wanted.is_empty() {
        let (head, mut question) = question(&site, &member, id, q, &[]).await?;
        let mut problems = Problems::default();
        problems.add("", "Tick at least one group");
        question.problems = problems.0;
        let page = AddPage { frame: frame.with_error(), head, question };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
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
        Outcome::Gone | Outcome::Pending | Outcome::Disabled | Outcome::NotWaiting | Outcome::NotReached => {
            "Skipped: no longer exists".to_owned()
        }
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

async fn ask(
    site: &Site,
    frame: Frame,
    member: &Member,
    headers: &HeaderMap,
    id: AccountId,
    q: &str,
    ticked: &[GroupId],
) -> Result<Response, Failure> {
    let (head, question) = question(site, member, id, q, ticked).await?;
    Ok(if wants_fragment(headers) {
        page(&AddDialog { frame, head, question })
    } else {
        page(&AddPage { frame, head, question })
    })
}

/// The groups to choose from, or why there are none (ES-154).
async fn question(
    site: &Site,
    member: &Member,
    id: AccountId,
    q: &str,
    ticked: &[GroupId],
) -> Result<(Head, Question), Failure> {
    let known = known_to(site, member, Permission::UpdateAccount, id).await?;
    let action = format!("{}/add", href(id));
    let mut choice = GroupChoice::find(site, member, &action, Some(id), q, ticked).await?;
    let head = Head::new(site, member, &known.account, &known.standing, known.groups.len(), Tab::Groups);
    choice.besides = format!(" that {} is not in already", head.called);
    let read = site.identity().read(&member.caller, async |op| {
        groups::list(op, &GroupQuery { size: 1, number: 1, ..GroupQuery::default() }).await
    });
    let message = match read.await.or_failure(&member.caller)?.total {
        0 => "There are no groups yet. Create one first.".to_owned(),
        _ if q.is_empty() && choice.boxes.is_empty() => format!("{} is already a member of every group.", head.name),
        _ => String::new(),
    };
    Ok((head, Question { choice, message, problems: Vec::new() }))
}
