//! Step 4: what happens to people who have an account, and who is told.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::drafts::{self, Draft, Step};
use identity::imports::{self, Blank, Choices, Import, Passwords, Replace, UnknownGroups};

use super::choices::{MATCHES, MODES, NOTIFY, code_of, field_inside, field_words, named};
use super::map::propose;
use super::review::begin_check;
use super::wizard::Wizard;
use super::{InPath, Turned, draft_at, step_href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::frame::Frame;
use crate::input::{Choice, FormProblem, Input, Problems};
use crate::render::{filters, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/imports/merge.html")]
struct MergePage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    matches: Vec<Choice>,
    match_by: Input,
    modes: Vec<Choice>,
    mode: Input,
    only_empty: bool,
    clear_blank: bool,
    create_groups: bool,
    notified: Vec<Choice>,
    notify: Input,
    notify_hint: &'static str,
    problems: Vec<FormProblem>,
}

/// `GET /console/imports/{id}/4`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Merge).await?;
    let (import, _) = propose(&site, &member, &draft, draft.choices.clone())?;
    Ok(page_with(StatusCode::OK, &view(frame, &member, &draft, &import, Problems::default())))
}

/// `POST /console/imports/{id}/4`: on to the review.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Turned> {
    let mut draft = draft_at(&site, &member, id, Step::Merge).await?;
    let mut problems = Problems::default();
    let choices = &mut draft.choices;
    match MATCHES.into_iter().find(|by| by.field().code() == form.fields.text("match_by")) {
        Some(match_by) => choices.match_by = match_by,
        None => problems.add("match_by", "Choose how existing users are found"),
    }
    match named(&MODES, form.fields.text("mode")) {
        Some(mode) => choices.mode = mode,
        None => problems.add("mode", "Choose what happens when a user already exists"),
    }
    choices.replace = if form.fields.is_checked("only_empty") { Replace::Empty } else { Replace::All };
    choices.blank = if form.fields.is_checked("clear_blank") { Blank::Clear } else { Blank::Keep };
    if choices.replace == Replace::Empty && choices.blank == Blank::Clear {
        problems.add("clear_blank", "Fill empty fields only, or let empty cells clear fields; not both");
    }
    choices.unknown_groups =
        if form.fields.is_checked("create_groups") { UnknownGroups::Create } else { UnknownGroups::Fail };
    match named(&NOTIFY, form.fields.text("notify")) {
        Some(notify) => choices.notify = notify,
        None => problems.add("notify", "Choose who is told by mail"),
    }
    let read = site.identity().read(&member.caller, async |op| imports::check_groups(op, &draft.choices).await);
    for problem in read.await.or_failure(&member.caller)? {
        problems.add("", problem.message);
    }
    let (import, found) = propose(&site, &member, &draft, draft.choices.clone())?;
    for problem in found {
        if problem.field == draft.choices.match_by.field().code() {
            let field = field_inside(draft.choices.match_by.field(), &frame.words);
            problems.add("match_by", format!("No column is mapped to {field}. Map one, or choose another field."));
        } else {
            problems.add("", problem.message);
        }
    }
    if problems.is_empty() {
        let (id, rows, choices) = (draft.id, draft.rows, draft.choices.clone());
        let kept = drafts::keep(site.identity(), &member.caller, id, Step::Merge, choices, rows).await;
        kept.or_failure(&member.caller)?;
        begin_check(&site, &member, &draft).await?;
        return Ok(Redirect::to(&step_href(id, Step::Review)).into_response());
    }
    let page = view(frame.with_error(), &member, &draft, &import, problems);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn view(frame: Frame, member: &Member, draft: &Draft, import: &Import, problems: Problems) -> MergePage {
    let choices = &draft.choices;
    MergePage {
        wizard: Wizard::at(Step::Merge, draft, Some(import), member.caller.actor.is(draft.owner)),
        matches: MATCHES
            .map(|by| Choice::new(by.field().code(), field_words(by.field(), &frame.words), by == choices.match_by))
            .into(),
        frame,
        title: "Merge and notification",
        match_by: problems.input("match_by", ""),
        modes: Choice::all(&MODES, code_of(&MODES, &choices.mode)),
        mode: problems.input("mode", ""),
        only_empty: choices.replace == Replace::Empty,
        clear_blank: choices.blank == Blank::Clear,
        notify: problems.input("notify", ""),
        notified: Choice::all(&NOTIFY, code_of(&NOTIFY, &choices.notify)),
        notify_hint: notify_hint(choices),
        create_groups: choices.unknown_groups == UnknownGroups::Create,
        problems: problems.0,
    }
}

/// What is sent whatever is chosen, and what the choice sends.
fn notify_hint(choices: &Choices) -> &'static str {
    match choices.passwords {
        Passwords::Random => "New users get their first password by email in any case.",
        Passwords::Invite => "New users get an invitation by email in any case.",
        _ => "The email is the account summary of Message templates. The review tells how many are sent.",
    }
}
