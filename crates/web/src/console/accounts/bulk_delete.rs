//! Deleting several users: first the question, then the deed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use identity::access::Permission;
use identity::accounts::Account;
use identity::bulk_changes::BulkVerb;

use super::bulk_change;
use super::chosen::Chosen;
use super::selection::{Selection, existing};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::filters;
use crate::render::words::users;
use crate::render::{page_with, wants_fragment};
use crate::site::Site;

/// What the question shows, on a page or in a dialog.
struct Question {
    title: String,
    chosen: Chosen,
    names: Vec<(String, String)>,
    more: usize,
    administrators: Vec<String>,
    in_dialog: bool,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_delete.html")]
struct QuestionPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_delete_dialog.html")]
struct QuestionDialog {
    frame: Frame,
    question: Question,
}

const SHOWN_NAMES: usize = 25;
/// A dialog has less room.
const SHOWN_NAMES_IN_DIALOG: usize = 6;

/// `POST /console/users/bulk/delete`: asks, unless the question was answered.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    form: PostedForm,
) -> Result<Response, Failure> {
    let selection = Selection::read(&site, &member, Permission::DeleteAccount, &form.fields).await?;
    let accounts = existing(&site, &member, &selection.ids).await?;
    let is_answer = form.fields.is_checked("answer");
    if !is_answer || !form.fields.is_checked("confirmed") || selection.changed_from().is_some() {
        let mut problems = Problems::default();
        if is_answer && !form.fields.is_checked("confirmed") {
            problems.add("confirmed", "Tick the box to confirm that these accounts cannot be recovered");
        }
        let question = question(selection, &accounts, problems, wants_fragment(&headers));
        return Ok(ask(frame, question));
    }
    bulk_change::change(&site, frame, &member, &BulkVerb::Delete, &selection.ids, selection.return_to).await
}

fn question(selection: Selection, known: &[Account], problems: Problems, in_dialog: bool) -> Question {
    let shown = known.iter().take(if in_dialog { SHOWN_NAMES_IN_DIALOG } else { SHOWN_NAMES });
    let names: Vec<_> = shown.map(|account| (listed_name(account), account.username.clone())).collect();
    Question {
        title: format!("Delete {}", users(selection.ids.len() as u64)),
        more: selection.ids.len().saturating_sub(names.len()),
        names,
        administrators: known.iter().filter(|one| !one.roles.is_empty()).map(administrator).collect(),
        in_dialog,
        chosen: selection.into(),
        confirmed: problems.input("confirmed", ""),
        problems: problems.0,
    }
}

/// A name as a list shows it: the last name first.
fn listed_name(account: &Account) -> String {
    if account.last_name.is_empty() || account.first_name.is_empty() {
        return account.display_name();
    }
    format!("{}, {}", account.last_name, account.first_name)
}

/// Which administrator somebody is, in a sentence.
fn administrator(account: &Account) -> String {
    let roles: Vec<_> = account.roles.iter().map(|role| role.to_string()).collect();
    let roles =
        if let [role] = roles.as_slice() { format!("{role} role") } else { format!("{} roles", roles.join(" and ")) };
    format!("{} has the {roles}.", account.display_name())
}

fn ask(frame: Frame, question: Question) -> Response {
    if question.in_dialog {
        return page_with(StatusCode::OK, &QuestionDialog { frame, question });
    }
    let has_problem = !question.problems.is_empty();
    let status = if has_problem { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = if has_problem { frame.with_error() } else { frame };
    page_with(status, &QuestionPage { frame, question })
}
