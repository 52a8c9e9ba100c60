//! A change of many users: done at once when they are few; otherwise a page tells how far its job has come, and at the
//! end what became of them.

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::{AccountId, BulkChangeId};
use identity::accounts::Outcome;
use identity::bulk_changes::{self, Applied, Begun, BulkVerb, Standing};
use identity::{groups, jobs};

use super::address::PATH;
use super::bulk_result::{Ending, ResultGroup, Told, VerbWords, outcome_ids, result_page};
use super::selection::existing;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Query, local_path, with_query};
use crate::frame::Frame;
use crate::notice::Notice;
use crate::progress::{Figure, Progress};
use crate::render::words::{listed, registrations, users};
use crate::render::{filters, lead_htmx_to, page, page_with, wants_fragment};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/bulk_change.html")]
struct CoursePage {
    frame: Frame,
    title: String,
    progress: Progress,
    here: String,
    may_stop: bool,
    stop_action: String,
    return_to: String,
}

/// A change that goes on while somebody looks at something else.
pub(crate) struct UnderWay {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) percent: u64,
}

/// The change that `{change}` in the address of a route names; what is no identifier names nothing.
pub(crate) struct ChangeInPath(BulkChangeId);

impl<S: Send + Sync> FromRequestParts<S> for ChangeInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        text.parse().map(ChangeInPath).map_err(|_| Failure::NotFound)
    }
}

/// Does `verb` to users: at once, and says what became of them, or by a job, to whose page it leads.
pub(crate) async fn change(
    site: &Site,
    frame: Frame,
    member: &Member,
    verb: &BulkVerb,
    ids: &[AccountId],
    return_to: String,
) -> Result<Response, Failure> {
    // Those who are deleted have no names any more.
    let names = existing(site, member, ids).await?;
    let work = bulk_changes::change_many(site.identity(), &member.caller, verb, ids);
    let applied = match work.await.or_failure(&member.caller)? {
        Begun::AsJob(id) => return Ok(Redirect::to(&page_href(id, "", &return_to)).into_response()),
        Begun::AtOnce(applied) => applied,
    };
    let done = outcome_ids(&applied.report, Outcome::Done);
    if done.len() == applied.report.len() && applied.refused.is_empty() {
        return Ok(notice(verb, done).told_at(&return_to, site));
    }
    let names: Vec<_> = names.into_iter().map(|account| (account.id, account.display_name())).collect();
    let refused = refused_groups(site, member, &applied).await?;
    Ok(result_page(frame, &Told::of(&applied.report, &names), &VerbWords::of(verb), None, refused, return_to))
}

/// What the next page tells when it was done to everybody.
fn notice(verb: &BulkVerb, done: Vec<AccountId>) -> Notice {
    let number = done.len() as u64;
    match verb {
        BulkVerb::Enable => Notice::Enabled(number, done),
        BulkVerb::Disable => Notice::Disabled(number, done),
        BulkVerb::Lock(_) => Notice::Locked(number, done),
        BulkVerb::Unlock => Notice::Unlocked(number),
        BulkVerb::Delete => Notice::Deleted(number),
        BulkVerb::Approve => Notice::AllApproved(number),
        BulkVerb::Reject(_) => Notice::AllRejected(number),
        BulkVerb::Join(_) => Notice::MembersAdded(number),
        BulkVerb::Leave(_) => Notice::MembersRemoved(number),
    }
}

/// The groups that could not be changed at all, with why.
async fn refused_groups(site: &Site, member: &Member, applied: &Applied) -> Result<Vec<ResultGroup>, Failure> {
    let ids: Vec<_> = applied.refused.iter().map(|(group, _)| *group).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let read = site.identity().read(&member.caller, async |op| groups::find_many(op, &ids).await);
    let found = read.await.or_failure(&member.caller)?;
    let told = applied.refused.iter().map(|(id, outcome)| {
        let group = found.iter().find(|group| group.id == *id);
        let name = group.map_or_else(|| "A group that does not exist".to_owned(), |group| group.name.clone());
        refused_group(name, *outcome)
    });
    Ok(told.collect())
}

fn refused_group(name: String, outcome: Outcome) -> ResultGroup {
    let why = match outcome {
        Outcome::Denied(denial) => denial.to_string(),
        _ => "this group no longer exists".to_owned(),
    };
    ResultGroup::new(format!("Skipped: {why}"), vec![name])
}

/// `GET /console/users/bulk/{change}?return=…`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    ChangeInPath(id): ChangeInPath,
    Query(query): Query,
) -> Result<Response, Failure> {
    let standing = find(&site, &member, id).await?;
    let return_to = local_path(query.text("return")).unwrap_or(PATH).to_owned();
    if standing.is_over() {
        return Ok(ended(frame, &standing, return_to));
    }
    let is_stopping = standing.job.as_ref().is_some_and(|job| job.stop_wanted);
    Ok(page(&CoursePage {
        frame,
        title: title(&standing),
        progress: progress_of(&site, &standing, &return_to),
        here: page_href(id, "", &return_to),
        may_stop: standing.may_stop && !is_stopping,
        stop_action: page_href(id, "/stop", ""),
        return_to,
    }))
}

/// `GET /console/users/bulk/{change}/progress`: for htmx, which is led to the result when there is one.
pub(crate) async fn progress(
    State(site): State<Site>,
    member: Member,
    ChangeInPath(id): ChangeInPath,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Failure> {
    let standing = find(&site, &member, id).await?;
    let return_to = local_path(query.text("return")).unwrap_or(PATH);
    let place = page_href(id, "", return_to);
    if !wants_fragment(&headers) {
        return Ok(Redirect::to(&place).into_response());
    }
    if standing.is_over() {
        return Ok(lead_htmx_to(&place));
    }
    Ok(page_with(StatusCode::OK, &progress_of(&site, &standing, return_to)))
}

/// `POST /console/users/bulk/{change}/stop`: soon; what is done stays.
pub(crate) async fn stop(
    State(site): State<Site>,
    member: Member,
    ChangeInPath(id): ChangeInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    bulk_changes::stop(site.identity(), &member.caller, id).await.or_failure(&member.caller)?;
    let return_to = local_path(posted.fields.text("return")).unwrap_or(PATH);
    Ok(Redirect::to(&page_href(id, "", return_to)).into_response())
}

async fn find(site: &Site, member: &Member, id: BulkChangeId) -> Result<Standing, Failure> {
    let read = site.identity().read(&member.caller, async |op| bulk_changes::standing(op, id).await);
    read.await.or_failure(&member.caller)
}

/// The address of a change, or of something below it, with the way back.
fn page_href(id: BulkChangeId, below: &str, return_to: &str) -> String {
    with_query(&format!("{PATH}/bulk/{id}{below}"), [("return", return_to)])
}

fn progress_of(site: &Site, standing: &Standing, return_to: &str) -> Progress {
    let now = site.identity().clock().now();
    let (changed, unchanged) = (told(standing, Outcome::Done), told(standing, Outcome::Unchanged));
    let href = page_href(standing.id, "/progress", return_to);
    Progress::of(standing.job.as_ref(), (standing.done, standing.total), "users", href, now).with([
        Figure::good("check", capitalized(VerbWords::of(&standing.verb).done), changed),
        Figure::plain("minus", "Unchanged", unchanged),
        Figure::bad("circle-x", "Skipped", standing.done - changed - unchanged),
    ])
}

impl UnderWay {
    /// What the list of users says of a change that goes on.
    pub(crate) fn of(standing: &Standing) -> Self {
        UnderWay { title: title(standing), href: page_href(standing.id, "", ""), percent: percent(standing) }
    }
}

fn told(standing: &Standing, outcome: Outcome) -> u64 {
    standing.outcomes.iter().find(|(known, _)| *known == outcome).map_or(0, |(_, number)| *number)
}

fn percent(standing: &Standing) -> u64 {
    (standing.done * 100).checked_div(standing.total).unwrap_or(0)
}

/// What is being done, as `Adding 5,000 users to Staff`.
fn title(standing: &Standing) -> String {
    let all = users(standing.total);
    let names: Vec<_> = standing.groups.iter().map(|group| group.name.as_str()).collect();
    match &standing.verb {
        BulkVerb::Enable => format!("Enabling {all}"),
        BulkVerb::Disable => format!("Disabling {all}"),
        BulkVerb::Lock(_) => format!("Locking {all}"),
        BulkVerb::Unlock => format!("Unlocking {all}"),
        BulkVerb::Delete => format!("Deleting {all}"),
        BulkVerb::Approve => format!("Approving {}", registrations(standing.total)),
        BulkVerb::Reject(_) => format!("Rejecting {}", registrations(standing.total)),
        BulkVerb::Join(_) => format!("Adding {all} to {}", listed(&names)),
        BulkVerb::Leave(_) => format!("Removing {all} from {}", listed(&names)),
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What became of everybody, and how it ended.
fn ended(frame: Frame, standing: &Standing, return_to: String) -> Response {
    let ending = Ending {
        what: title(standing),
        started_at: standing.started_at,
        started_by: standing.started_by.clone(),
        trouble: trouble(standing),
    };
    let names = |outcome| standing.named.iter().filter(move |(why, _)| *why == outcome).map(|(_, name)| name.clone());
    let told = standing.outcomes.iter();
    let told: Vec<_> = told
        .map(|(outcome, number)| Told { outcome: *outcome, number: *number, names: names(*outcome).collect() })
        .collect();
    let refused = standing.groups.iter().filter_map(|group| Some(refused_group(group.name.clone(), group.refused?)));
    let refused = refused.collect();
    result_page(frame, &told, &VerbWords::of(&standing.verb), Some(ending), refused, return_to)
}

/// Why it did not come to its end; empty when it did.
fn trouble(standing: &Standing) -> String {
    let Some(job) = &standing.job else {
        return "The account of whoever started this was deleted, and that ended it. What was done stays.".to_owned();
    };
    match job.state {
        jobs::State::Stopped => "It was stopped. What was done stays.".to_owned(),
        jobs::State::Failed => format!("It ended early. {}", job.message.as_deref().unwrap_or_default()),
        _ => String::new(),
    }
}
