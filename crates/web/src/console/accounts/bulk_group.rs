//! Adding several users to groups: first the question to which, then the deed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::GroupId;
use identity::access::Permission;
use identity::bulk_changes::BulkVerb;
use identity::groups::{self, GroupQuery};

use super::bulk_change;
use super::groups::GroupBox;
use super::selection::Selection;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::render::words::users;
use crate::render::{filters, page_with};
use crate::site::Site;

/// More groups than these are not shown; a longer text finds fewer.
const SHOWN: u32 = 100;

#[derive(Template)]
#[template(path = "console/accounts/bulk_group.html")]
struct QuestionPage {
    frame: Frame,
    title: String,
    q: String,
    choices: Vec<GroupBox>,
    /// How many groups match beyond those that are shown.
    more: u64,
    ids: Vec<String>,
    /// How many users match, when all that match were chosen.
    matching: Option<usize>,
    /// How many matched when they were chosen, if that is another number by now.
    changed_from: Option<u64>,
    return_to: String,
    problems: Vec<FormProblem>,
}

/// `POST /console/users/bulk/group`: asks, unless the question was answered.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let selection = Selection::read(&site, &member, Permission::ManageGroups, &posted.fields).await?;
    let wanted: Vec<GroupId> = posted.fields.all("group").filter_map(|group| group.parse().ok()).collect();
    let is_answer = posted.fields.is_checked("answer");
    let changed_from = selection.all_seen.filter(|seen| *seen != selection.ids.len() as u64);
    if !is_answer || wanted.is_empty() || changed_from.is_some() {
        let mut problems = Problems::default();
        if is_answer && wanted.is_empty() {
            problems.add("", "Tick at least one group");
        }
        return ask(&site, frame, &member, &selection, posted.fields.text("q"), &wanted, problems).await;
    }
    let verb = BulkVerb::Join(wanted);
    bulk_change::change(&site, frame, &member, &verb, &selection.ids, selection.return_to).await
}

async fn ask(
    site: &Site,
    frame: Frame,
    member: &Member,
    selection: &Selection,
    q: &str,
    ticked: &[GroupId],
    problems: Problems,
) -> Result<Response, Failure> {
    let query = GroupQuery { quick: q.to_owned(), size: SHOWN, number: 1, ..GroupQuery::default() };
    let read = site.identity().read(&member.caller, async |op| {
        // What was ticked stays in sight when something else is looked for.
        Ok((groups::find_many(op, ticked).await?, groups::list(op, &query).await?))
    });
    let (mut shown, found) = read.await.or_failure(&member.caller)?;
    let more = found.total.saturating_sub(found.groups.len() as u64);
    shown.extend(found.groups.into_iter().filter(|group| !ticked.contains(&group.id)));
    let is_all = selection.all_seen.is_some();
    let page = QuestionPage {
        title: format!("Add {} to groups", users(selection.ids.len() as u64)),
        q: q.to_owned(),
        choices: shown.iter().map(|group| GroupBox::new(site, member, group, ticked)).collect(),
        more,
        ids: if is_all { Vec::new() } else { selection.ids.iter().map(ToString::to_string).collect() },
        matching: is_all.then_some(selection.ids.len()),
        changed_from: selection.all_seen.filter(|seen| *seen != selection.ids.len() as u64),
        return_to: selection.return_to.clone(),
        frame: if problems.is_empty() { frame } else { frame.with_error() },
        problems: problems.0,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(status, &page))
}
