//! Step 6: the import under way, and what became of it.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::ImportId;
use identity::drafts::{self, Standing, Step, ToldRow};
use identity::imports::{Ending, Outcome, Past, Totals};
use identity::jobs;

use super::wizard::Wizard;
use super::{InPath, step_href};
use crate::caller::Member;
use crate::console::pager::{Pager, Position};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Query, with_query};
use crate::frame::Frame;
use crate::input::Choice;
use crate::progress::{Figure, Progress};
use crate::render::words::{duration, rows, users};
use crate::render::{filters, lead_htmx_to, page_with, wants_fragment};
use crate::site::Site;

const ROWS_ON_A_PAGE: u64 = 50;

const OUTCOMES: [(Outcome, &str, &str); 5] = [
    (Outcome::Failed, "failed", "Failed"),
    (Outcome::Created, "created", "Created"),
    (Outcome::Updated, "updated", "Updated"),
    (Outcome::Unchanged, "unchanged", "Unchanged"),
    (Outcome::Skipped, "skipped", "Skipped"),
];

#[derive(Template)]
#[template(path = "console/imports/execute.html")]
struct ExecutePage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    progress: Progress,
    may_stop: bool,
    stop_action: String,
}

#[derive(Template)]
#[template(path = "console/imports/done.html")]
struct DonePage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    id: String,
    past: Option<Past>,
    totals: Totals,
    took: String,
    words: String,
    is_good: bool,
    message: String,
    outcomes: Vec<Choice>,
    report: Option<Report>,
    /// Where it can be undone, while it can be.
    undo: Option<String>,
    /// What was undone of it.
    undo_words: String,
}

/// A page of the report.
struct Report {
    rows: Vec<ReportRow>,
    pager: Option<Pager>,
    first: u64,
    last: u64,
    total: u64,
}

struct ReportRow {
    line: u64,
    username: String,
    href: Option<String>,
    outcome: &'static str,
    class: &'static str,
    icon: &'static str,
    detail: String,
}

/// `GET /console/imports/{id}/6`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(query): Query,
) -> Result<Response, Failure> {
    let standing = match find(&site, &member, id).await {
        Ok(standing) => standing,
        // A draft that was not started: to its first step that is not done.
        Err(Failure::NotFound) => {
            let read = site.identity().read(&member.caller, async |op| drafts::open(op, id).await);
            let draft = read.await.or_failure(&member.caller)?;
            return Ok(Redirect::to(&step_href(id, super::next(&draft))).into_response());
        }
        Err(failure) => return Err(failure),
    };
    if is_running(&standing) {
        let page = ExecutePage {
            wizard: Wizard::started(id, &standing.file_name),
            frame,
            title: "Import in progress",
            may_stop: standing.may_stop && !is_stopping(&standing),
            stop_action: format!("{}/{id}/stop", super::PATH),
            progress: progress_of(&site, id, &standing),
        };
        return Ok(page_with(StatusCode::OK, &page));
    }
    let outcome = OUTCOMES.iter().find(|(_, code, _)| *code == query.text("outcome"));
    let number = query.text("page").parse().unwrap_or(1).max(1);
    let page = done(&site, frame, &member, id, standing, outcome, number).await?;
    Ok(page_with(StatusCode::OK, &page))
}

/// `GET /console/imports/{id}/progress`: for htmx, which is led to the result when there is one.
pub(crate) async fn progress(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let standing = find(&site, &member, id).await?;
    let place = step_href(id, Step::Execute);
    if !wants_fragment(&headers) {
        return Ok(Redirect::to(&place).into_response());
    }
    if !is_running(&standing) {
        return Ok(lead_htmx_to(&place));
    }
    Ok(page_with(StatusCode::OK, &progress_of(&site, id, &standing)))
}

/// `POST /console/imports/{id}/stop`: soon; what is done stays.
pub(crate) async fn stop(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    _form: PostedForm,
) -> Result<Response, Failure> {
    drafts::stop(site.identity(), &member.caller, id).await.or_failure(&member.caller)?;
    Ok(Redirect::to(&step_href(id, Step::Execute)).into_response())
}

async fn find(site: &Site, member: &Member, id: ImportId) -> Result<Standing, Failure> {
    site.identity().read(&member.caller, async |op| drafts::standing(op, id).await).await.or_failure(&member.caller)
}

fn is_running(standing: &Standing) -> bool {
    standing.job.as_ref().is_some_and(|job| !job.state.is_over())
}

fn is_stopping(standing: &Standing) -> bool {
    standing.job.as_ref().is_some_and(|job| job.stop_wanted)
}

fn progress_of(site: &Site, id: ImportId, standing: &Standing) -> Progress {
    let now = site.identity().clock().now();
    let totals = standing.past.as_ref().map(|past| past.totals).unwrap_or_default();
    let total = standing.job.as_ref().map_or(0, |job| job.total);
    let href = format!("{}/{id}/progress", super::PATH);
    Progress::of(standing.job.as_ref(), (totals.rows(), total), "rows", href, now).with([
        Figure::good("plus", "Created", totals.created),
        Figure::plain("pencil", "Updated", totals.updated),
        Figure::plain("check", "Unchanged", totals.unchanged),
        Figure::plain("minus", "Skipped", totals.skipped),
        Figure::bad("circle-x", "Failed", totals.failed),
    ])
}

async fn done(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: ImportId,
    standing: Standing,
    outcome: Option<&(Outcome, &str, &str)>,
    number: u64,
) -> Result<DonePage, Failure> {
    let totals = standing.past.as_ref().map(|past| past.totals).unwrap_or_default();
    let report = report(site, member, id, &totals, outcome, number).await?;
    let (title, words, is_good) = ending(&standing, &totals);
    let took = standing.past.as_ref().and_then(|past| {
        let end = past.finished_at.or_else(|| standing.job.as_ref()?.finished_at)?;
        Some(duration(end.since(past.started_at).as_secs()))
    });
    let mut outcomes = vec![Choice::new("", "All results", outcome.is_none())];
    outcomes.extend(Choice::all(&OUTCOMES, outcome.map_or("", |(_, code, _)| *code)));
    let now = site.identity().clock().now();
    let undo = standing.past.as_ref().is_some_and(|past| past.can_be_undone(now)).then(|| super::undo::place(id));
    Ok(DonePage {
        undo,
        undo_words: standing.past.as_ref().map(undo_words).unwrap_or_default(),
        wizard: Wizard::started(id, &standing.file_name),
        frame,
        title,
        id: id.to_string(),
        took: took.unwrap_or_default(),
        totals,
        words,
        is_good,
        message: standing.job.and_then(|job| job.message).unwrap_or_default(),
        past: standing.past,
        outcomes,
        report,
    })
}

/// What was undone of an import; empty when that was not begun.
fn undo_words(past: &Past) -> String {
    match (past.undo.begun_at, past.undo.ended_at) {
        (_, Some(_)) => {
            format!("This import was undone: {} undone, {} stay.", users(past.undo.undone), users(past.undo.kept))
        }
        (Some(_), None) => "This import is being undone.".to_owned(),
        (None, None) => String::new(),
    }
}

/// How it ended: the title, the sentence, and whether that is good.
fn ending(standing: &Standing, totals: &Totals) -> (&'static str, String, bool) {
    let good = rows(totals.rows() - totals.failed);
    let failed = match totals.failed {
        0 => "none failed".to_owned(),
        failed => format!("{} failed", crate::render::words::grouped(failed)),
    };
    let state = standing.job.as_ref().map(|job| job.state);
    let end = standing.past.as_ref().and_then(|past| past.ending);
    match (state, end) {
        (Some(jobs::State::Failed), _) => {
            ("Import failed", format!("It ended early: {good} dealt with, {failed}."), false)
        }
        (Some(jobs::State::Stopped), _) | (_, Some(Ending::Stopped)) => {
            ("Import stopped", format!("It was stopped: {good} dealt with, {failed}. What was imported stays."), true)
        }
        (_, Some(Ending::Failed)) => {
            ("Import ended early", format!("A row with an error ended it: {good} dealt with, {failed}."), false)
        }
        (_, None) => ("Import not finished", format!("It was interrupted, or still runs: {good}, {failed}."), false),
        (_, Some(Ending::Completed)) => {
            ("Import finished", format!("{good} dealt with, {failed}."), totals.failed == 0)
        }
    }
}

async fn report(
    site: &Site,
    member: &Member,
    id: ImportId,
    totals: &Totals,
    outcome: Option<&(Outcome, &str, &str)>,
    number: u64,
) -> Result<Option<Report>, Failure> {
    let total = match outcome.map(|(outcome, _, _)| outcome) {
        None => totals.rows(),
        Some(Outcome::Created) => totals.created,
        Some(Outcome::Updated) => totals.updated,
        Some(Outcome::Unchanged) => totals.unchanged,
        Some(Outcome::Skipped) => totals.skipped,
        Some(Outcome::Failed) => totals.failed,
    };
    let last = total.div_ceil(ROWS_ON_A_PAGE).max(1);
    let number = number.min(last);
    let skip = (number - 1) * ROWS_ON_A_PAGE;
    let wanted = outcome.map(|(outcome, _, _)| *outcome);
    let limit = usize::try_from(ROWS_ON_A_PAGE).unwrap_or(usize::MAX);
    let found = drafts::told_rows(site.identity(), &member.caller, id, wanted, skip, limit);
    let Some(found) = found.await.or_failure(&member.caller)? else { return Ok(None) };
    let place = step_href(id, Step::Execute);
    let code = outcome.map_or("", |(_, code, _)| *code);
    let on_page = |number: u64| with_query(&place, [("outcome", code), ("page", &number.to_string())]);
    let position = Position {
        number,
        last: Some(last),
        has_next: found.has_more,
        previous: on_page(number.saturating_sub(1)),
        next: on_page(number + 1),
    };
    let shown = found.rows.len() as u64;
    Ok(Some(Report {
        rows: found.rows.into_iter().map(ReportRow::from).collect(),
        pager: Pager::at(position, on_page),
        first: if shown == 0 { 0 } else { skip + 1 },
        last: skip + shown,
        total,
    }))
}

impl From<ToldRow> for ReportRow {
    fn from(row: ToldRow) -> Self {
        let (outcome, class, icon) = match row.outcome {
            Outcome::Created => ("Created", "good", "plus"),
            Outcome::Updated => ("Updated", "mail", "pencil"),
            Outcome::Unchanged => ("Unchanged", "off", "minus"),
            Outcome::Skipped => ("Skipped", "off", "minus"),
            Outcome::Failed => ("Failed", "bad", "circle-x"),
        };
        let detail = row.problems.iter().map(|problem| {
            if problem.field.is_empty() {
                problem.message.clone()
            } else {
                format!("{}: {}", problem.field.replace('_', " "), problem.message)
            }
        });
        ReportRow {
            line: row.line,
            username: row.username,
            href: row.account.map(|account| format!("/console/users/{account}")),
            outcome,
            class,
            icon,
            detail: detail.collect::<Vec<_>>().join(" "),
        }
    }
}
