//! Taking users away as a file: first the question what to write, then the file.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use identity::Error;
use identity::exports::{self, Export};

use super::address::ListAddress;
use super::export_form::{Answer, FileFormat, Offer, Question};
use super::selection::{Ticked, nobody_ticked};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::download::download;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::Problems;
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/export.html")]
struct ExportPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/export_dialog.html")]
struct ExportDialog {
    frame: Frame,
    question: Question,
}

/// `GET /console/users/export`: asks about the list that the address narrows, or everybody.
pub(crate) async fn ask(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let list = ListAddress::read(&fields);
    let offer = Offer::of_list(&site, &member, &list).await?;
    Ok(first_question(frame, &headers, offer))
}

/// `POST /console/users/export`: asks about those that were ticked; answered, it sends the file.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    form: PostedForm,
) -> Result<Response, Failure> {
    let ticked = Ticked::read(&form.fields);
    if !form.fields.is_checked("answer") {
        let offer = Offer::of_ticked(&site, &member, &ticked).await?;
        if ticked.all_seen.is_none() && ticked.ids.is_empty() {
            return Err(nobody_ticked());
        }
        return Ok(first_question(frame, &headers, offer));
    }
    let answer = Answer::read(&form.fields);
    let problems = match answer.request(&ticked) {
        Ok((request, format)) => match exports::begin(site.identity(), &member.caller, request).await {
            Err(Error::Invalid(problems)) => Problems::from(problems),
            begun => return Ok(send(&site, begun.or_failure(&member.caller)?, format)),
        },
        Err(problems) => problems,
    };
    let offer = Offer::of_ticked(&site, &member, &ticked).await?;
    let question = Question::again(offer, &answer, &frame.words, problems);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &ExportPage { frame: frame.with_error(), question }))
}

fn first_question(frame: Frame, headers: &HeaderMap, offer: Offer) -> Response {
    let question = Question::first(offer, &frame.words);
    if wants_fragment(headers) {
        page(&ExportDialog { frame, question })
    } else {
        page(&ExportPage { frame, question })
    }
}

/// The file, written while it is sent. Its writing is a task of its own: when the browser goes away, this request ends
/// at once, and the end of the export has to be noted all the same.
fn send(site: &Site, export: Export, format: &FileFormat) -> Response {
    let today = site.identity().clock().now().to_string();
    let day = today.split('T').next().unwrap_or_default();
    let (mut pieces, response) = download(&format!("users-{day}.{}", format.ending), format.content_type);
    tokio::spawn(async move {
        match export.write(&mut pieces).await {
            Ok(_) => pieces.end(),
            Err(error) => tracing::warn!(%error, "an export was cut off"),
        }
    });
    response
}
