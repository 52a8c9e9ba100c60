//! Deciding about several registrations: first the question, then the deed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use identity::Error;
use identity::access::Permission;
use identity::accounts;
use identity::bulk_changes::BulkVerb;

use super::bulk_change;
use super::chosen::Chosen;
use super::selection::Selection;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::words::registrations;
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

/// What the question shows, on a page or in a dialog.
struct Question {
    title: String,
    is_rejection: bool,
    reason: Input,
    confirmed: Input,
    chosen: Chosen,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_decide.html")]
struct QuestionPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_decide_dialog.html")]
struct QuestionDialog {
    frame: Frame,
    question: Question,
}

/// `POST /console/users/bulk/decide`: asks, unless the question was answered.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let selection = Selection::read(&site, &member, Permission::DecideRegistration, &posted.fields).await?;
    let is_rejection = match posted.fields.text("do") {
        "approve" => false,
        "reject" => true,
        _ => return Err(Failure::Invalid(vec!["Choose what to do.".into()])),
    };
    let mut problems = Problems::default();
    if posted.fields.is_checked("answer") {
        let verb = verb(&posted.fields, is_rejection, &mut problems);
        if problems.is_empty() && selection.changed_from().is_none() {
            return bulk_change::change(&site, frame, &member, &verb, &selection.ids, selection.return_to).await;
        }
    }
    let question = question(selection, &posted.fields, is_rejection, problems);
    if !question.problems.is_empty() {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &QuestionPage { frame: frame.with_error(), question }));
    }
    Ok(if wants_fragment(&headers) {
        page(&QuestionDialog { frame, question })
    } else {
        page(&QuestionPage { frame, question })
    })
}

/// What the answer says to do, with what is wrong with it.
fn verb(fields: &Fields, is_rejection: bool, problems: &mut Problems) -> BulkVerb {
    if !is_rejection {
        return BulkVerb::Approve;
    }
    let reason = match accounts::check_reason(fields.text("reason")) {
        Err(Error::Invalid(found)) => {
            problems.0.extend(Problems::from(found).0);
            None
        }
        checked => checked.unwrap_or_default(),
    };
    if !fields.is_checked("reject_confirmed") {
        problems.add("reject_confirmed", "Tick the box to confirm that the pending accounts should be deleted");
    }
    BulkVerb::Reject(reason)
}

fn question(selection: Selection, fields: &Fields, is_rejection: bool, problems: Problems) -> Question {
    let number = selection.ids.len();
    let deed = if is_rejection { "Reject" } else { "Approve" };
    Question {
        title: format!("{deed} {}", registrations(number as u64)),
        is_rejection,
        reason: problems.input("reason", fields.text("reason")),
        confirmed: problems.input("reject_confirmed", ""),
        chosen: selection.into(),
        problems: problems.0,
    }
}

impl Question {
    /// What the forms call the decision.
    fn verb(&self) -> &'static str {
        if self.is_rejection { "reject" } else { "approve" }
    }

    fn button(&self) -> String {
        if self.is_rejection { format!("{} and delete", self.title) } else { self.title.clone() }
    }

    fn button_class(&self) -> &'static str {
        if self.is_rejection { "btn--danger" } else { "btn--primary" }
    }
}
