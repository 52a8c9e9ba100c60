//! Adding several users to groups: first the question to which, then the deed.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{AccountId, GroupId};
use identity::Error;
use identity::access::Permission;
use identity::accounts::{BulkReport, Outcome};
use identity::groups::{self, Group, GroupQuery};
use identity::memberships::{self, MembershipVerb};

use super::bulk_result::{BACK_TO_USERS, ResultGroup, outcome_ids, result_page};
use super::groups::GroupBox;
use super::selection::{Selection, existing};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::notice::Notice;
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
    let (report, refused) = add(&site, &member, &wanted, &selection.ids).await?;
    let done = outcome_ids(&report, Outcome::Done).len();
    if done == report.len() && refused.is_empty() {
        return Ok(Notice::MembersAdded(done as u64).told_at(&selection.return_to, &site));
    }
    let names = existing(&site, &member, &selection.ids).await?;
    let names: Vec<_> = names.into_iter().map(|account| (account.id, account.display_name())).collect();
    let back = (selection.return_to, BACK_TO_USERS);
    Ok(result_page(frame, &report, &names, "added", "Members already", back, refused))
}

/// Adds the users to each group. What became of each user is the most that became of them in any group; groups that
/// could not be changed at all are told apart.
async fn add(
    site: &Site,
    member: &Member,
    wanted: &[GroupId],
    ids: &[AccountId],
) -> Result<(BulkReport, Vec<ResultGroup>), Failure> {
    let read = site.identity().read(&member.caller, async |op| groups::find_many(op, wanted).await);
    let found = read.await.or_failure(&member.caller)?;
    let name = |id: GroupId| found.iter().find(|group| group.id == id).map(|group: &Group| group.name.clone());
    let mut most: HashMap<AccountId, Outcome> = HashMap::new();
    let mut refused = Vec::new();
    for group in wanted {
        let work = memberships::in_batches(site.identity(), &member.caller, *group, ids, MembershipVerb::Add);
        let why_not = match work.await {
            Ok(report) => {
                for (id, outcome) in report {
                    let present = most.entry(id).or_insert(outcome);
                    if rank(outcome) > rank(*present) {
                        *present = outcome;
                    }
                }
                continue;
            }
            Err(Error::Denied(denial)) => denial.to_string(),
            Err(Error::NotFound) => "this group no longer exists".to_owned(),
            Err(error) => return Err(error).or_failure(&member.caller),
        };
        let name = name(*group).unwrap_or_else(|| "A group that does not exist".to_owned());
        refused.push(ResultGroup::new(format!("Skipped: {why_not}"), vec![name]));
    }
    let report = ids.iter().filter_map(|id| most.get(id).map(|outcome| (*id, *outcome))).collect();
    Ok((report, refused))
}

/// Which of two outcomes says more.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotReached => 3,
        Outcome::Done => 2,
        Outcome::Denied(_) | Outcome::Gone | Outcome::Pending => 1,
        Outcome::Unchanged => 0,
    }
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
