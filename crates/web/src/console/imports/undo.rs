//! Undoing a whole import: the question, the work under way, and what came of it.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::ImportId;
use identity::Error;
use identity::access::Denial;
use identity::imports::{self, KeptRow, Past, Undoing};

use super::InPath;
use crate::caller::Member;
use crate::console::pager::{Pager, Position};
use crate::console::step_up::{UNSAVED, ask_for_password};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::progress::Progress;
use crate::render::words::users;
use crate::render::{filters, lead_htmx_to, page_with, wants_fragment};
use crate::site::Site;

const ROWS_ON_A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "console/imports/undo.html")]
struct QuestionPage {
    frame: Frame,
    past: Past,
    import: String,
    made: String,
    changed: String,
    /// Whether somebody is deleted, and somebody changed back.
    deletes: bool,
    restores: bool,
    /// Whether it was begun before and came to no end.
    message: String,
    /// Why there is nothing to ask; empty when there is.
    hindrance: &'static str,
    is_unsaved: bool,
    action: String,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/imports/undo_running.html")]
struct RunningPage {
    frame: Frame,
    past: Past,
    progress: Progress,
    here: String,
}

#[derive(Template)]
#[template(path = "console/imports/undo_done.html")]
struct DonePage {
    frame: Frame,
    past: Past,
    import: String,
    words: String,
    rows: Vec<KeptRow>,
    pager: Option<Pager>,
    first: u64,
    last: u64,
}

/// `GET /console/imports/{id}/undo`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(query): Query,
) -> Result<Response, Failure> {
    let undoing = find(&site, &member, id).await?;
    if undoing.past.undo.ended_at.is_some() {
        let number = query.text("page").parse().unwrap_or(1).max(1);
        let page = done(&site, frame, &member, id, undoing, number).await?;
        return Ok(page_with(StatusCode::OK, &page));
    }
    if is_running(&undoing) {
        let page =
            RunningPage { progress: progress_of(&site, id, &undoing), frame, past: undoing.past, here: place(id) };
        return Ok(page_with(StatusCode::OK, &page));
    }
    let is_unsaved = query.is_checked(UNSAVED);
    Ok(page_with(StatusCode::OK, &question(frame, id, undoing, is_unsaved, Problems::default())))
}

/// `GET /console/imports/{id}/undo/progress`: for htmx, which is led to the result when there is one.
pub(crate) async fn progress(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let undoing = find(&site, &member, id).await?;
    if !wants_fragment(&headers) {
        return Ok(Redirect::to(&place(id)).into_response());
    }
    if !is_running(&undoing) {
        return Ok(lead_htmx_to(&place(id)));
    }
    Ok(page_with(StatusCode::OK, &progress_of(&site, id, &undoing)))
}

/// `POST /console/imports/{id}/undo`: it begins.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let undoing = find(&site, &member, id).await?;
    if undoing.hindrance.is_none() && !form.fields.is_checked("confirmed") {
        let mut problems = Problems::default();
        problems.add("confirmed", "Tick the box to confirm");
        let page = question(frame.with_error(), id, undoing, false, problems);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    match site.identity().write(&member.caller, async |op| imports::undo(op, id).await).await {
        Ok(()) => Ok(Redirect::to(&place(id)).into_response()),
        Err(Error::Denied(Denial::StepUpRequired)) => Ok(ask_for_password(&format!("{}?{UNSAVED}=1", place(id)))),
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

async fn find(site: &Site, member: &Member, id: ImportId) -> Result<Undoing, Failure> {
    site.identity().read(&member.caller, async |op| imports::undoing(op, id).await).await.or_failure(&member.caller)
}

fn is_running(undoing: &Undoing) -> bool {
    undoing.job.as_ref().is_some_and(|job| !job.state.is_over())
}

/// Where it is.
pub(super) fn place(id: ImportId) -> String {
    format!("{}/{id}/undo", super::PATH)
}

fn progress_of(site: &Site, id: ImportId, undoing: &Undoing) -> Progress {
    let now = site.identity().clock().now();
    let done = undoing.past.undo.undone + undoing.past.undo.kept;
    let total = undoing.job.as_ref().map_or(0, |job| job.total);
    Progress::of(undoing.job.as_ref(), (done, total), "users", format!("{}/progress", place(id)), now)
}

fn question(frame: Frame, id: ImportId, undoing: Undoing, is_unsaved: bool, problems: Problems) -> QuestionPage {
    QuestionPage {
        frame,
        import: format!("{}/{id}/6", super::PATH),
        made: users(undoing.made),
        changed: users(undoing.changed),
        deletes: undoing.made > 0,
        restores: undoing.changed > 0,
        message: undoing.job.and_then(|job| job.message).unwrap_or_default(),
        hindrance: undoing.hindrance.unwrap_or_default(),
        is_unsaved,
        action: place(id),
        confirmed: problems.input("confirmed", ""),
        problems: problems.0,
        past: undoing.past,
    }
}

async fn done(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: ImportId,
    undoing: Undoing,
    number: u64,
) -> Result<DonePage, Failure> {
    let undo = undoing.past.undo;
    let size = u64::from(ROWS_ON_A_PAGE);
    let last = undo.kept.div_ceil(size).max(1);
    let number = number.min(last);
    let skip = (number - 1) * size;
    let read = site.identity().read(&member.caller, async |op| imports::kept_rows(op, id, ROWS_ON_A_PAGE, skip).await);
    let rows = read.await.or_failure(&member.caller)?;
    let on_page = |number: u64| format!("{}?page={number}", place(id));
    let position = Position {
        number,
        last: Some(last),
        has_next: number < last,
        previous: on_page(number.saturating_sub(1)),
        next: on_page(number + 1),
    };
    let kept = match undo.kept {
        0 => "Nobody had to stay as they are.".to_owned(),
        kept => format!("{} had to stay as they are.", users(kept)),
    };
    let shown = rows.len() as u64;
    Ok(DonePage {
        frame,
        import: format!("{}/{id}/6", super::PATH),
        words: format!("{} undone. {kept}", users(undo.undone)),
        pager: Pager::at(position, on_page),
        first: if shown == 0 { 0 } else { skip + 1 },
        last: skip + shown,
        rows,
        past: undoing.past,
    })
}
