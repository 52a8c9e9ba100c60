//! Adding several users to groups: first the question to which, then the deed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::GroupId;
use identity::access::Permission;
use identity::bulk_changes::BulkVerb;

use super::bulk_change;
use super::chosen::Chosen;
use super::group_choice::GroupChoice;
use super::selection::Selection;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::render::words::users;
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

/// Where the form goes.
const PATH: &str = "/console/users/bulk/group";

/// What the question shows, on a page or in a dialog.
struct Question {
    title: String,
    choice: GroupChoice,
    chosen: Chosen,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_group.html")]
struct QuestionPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_group_dialog.html")]
struct QuestionDialog {
    frame: Frame,
    question: Question,
}

impl Question {
    /// Whether there is any group to choose from.
    fn has_groups(&self) -> bool {
        !(self.choice.boxes.is_empty() && self.choice.q.is_empty())
    }
}

/// `POST /console/users/bulk/group`: asks, unless the question was answered. With `?look=1` it asks again, about the groups
/// that a text finds.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(query): Query,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let selection = Selection::read(&site, &member, Permission::ManageGroups, &posted.fields).await?;
    let wanted: Vec<GroupId> = posted.fields.all("group").filter_map(|group| group.parse().ok()).collect();
    let is_answer = posted.fields.is_checked("answer") && !query.is_checked("look");
    if is_answer && selection.changed_from().is_none() && !wanted.is_empty() {
        let verb = BulkVerb::Join(wanted);
        return bulk_change::change(&site, frame, &member, &verb, &selection.ids, selection.return_to).await;
    }
    let mut problems = Problems::default();
    if is_answer && wanted.is_empty() {
        problems.add("", "Tick at least one group");
    }
    let choice = GroupChoice::find(&site, &member, PATH, None, posted.fields.text("q"), &wanted).await?;
    let question = question(selection, choice, problems);
    if !question.problems.is_empty() {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &QuestionPage { frame: frame.with_error(), question }));
    }
    Ok(if wants_fragment(&headers) {
        page(&QuestionDialog { frame, question })
    } else {
        page(&QuestionPage { frame, question })
    })
}

fn question(selection: Selection, choice: GroupChoice, problems: Problems) -> Question {
    let number = selection.ids.len();
    Question {
        title: format!("Add {} to groups", users(number as u64)),
        choice,
        chosen: selection.into(),
        problems: problems.0,
    }
}
