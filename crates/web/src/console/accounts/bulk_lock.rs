//! Locking several users: first the question for how long and why, then the deed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use identity::Error;
use identity::access::Permission;
use identity::accounts::LockTerms;
use identity::bulk_changes::BulkVerb;

use super::bulk_change;
use super::chosen::Chosen;
use super::lock::{of_form, read_terms};
use super::selection::Selection;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::words::users;
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

/// What the question shows, on a page or in a dialog.
struct Question {
    title: String,
    note: Input,
    until: Input,
    confirmed: Input,
    chosen: Chosen,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_lock.html")]
struct QuestionPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_lock_dialog.html")]
struct QuestionDialog {
    frame: Frame,
    question: Question,
}

/// `POST /console/users/bulk/lock`: asks, unless the question was answered.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let selection = Selection::read(&site, &member, Permission::LockAccount, &posted.fields).await?;
    let is_answer = posted.fields.is_checked("answer");
    let mut problems = Problems::default();
    if is_answer {
        let terms = read_terms(&posted.fields, &mut problems);
        if let Err(found) = checked(&site, &terms) {
            problems.0.extend(found.0);
        }
        if !posted.fields.is_checked("lock_confirmed") {
            problems.add("lock_confirmed", "Tick the box to confirm that these accounts should be locked");
        }
        if problems.is_empty() && selection.changed_from().is_none() {
            let verb = BulkVerb::Lock(terms);
            return bulk_change::change(&site, frame, &member, &verb, &selection.ids, selection.return_to).await;
        }
    }
    let question = question(selection, &posted.fields, problems);
    if !question.problems.is_empty() {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &QuestionPage { frame: frame.with_error(), question }));
    }
    Ok(if wants_fragment(&headers) {
        page(&QuestionDialog { frame, question })
    } else {
        page(&QuestionPage { frame, question })
    })
}

/// What is wrong with the terms, said beside the fields before anything is begun.
fn checked(site: &Site, terms: &LockTerms) -> Result<(), Problems> {
    match terms.check(site.identity().clock().now()) {
        Err(Error::Invalid(found)) => Err(of_form(&found)),
        _ => Ok(()),
    }
}

fn question(selection: Selection, fields: &Fields, problems: Problems) -> Question {
    let number = selection.ids.len();
    Question {
        title: format!("Lock {}", users(number as u64)),
        note: problems.input("lock_note", fields.text("lock_note")),
        until: problems.input("lock_until", fields.text("lock_until")),
        confirmed: problems.input("lock_confirmed", ""),
        chosen: selection.into(),
        problems: problems.0,
    }
}
