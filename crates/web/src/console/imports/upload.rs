//! Step 1: the file.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use identity::Error;
use identity::drafts::{self, Draft, Step, Upload};

use super::wizard::Wizard;
use super::{InPath, Turned, draft_at, step_href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::posted_file::PostedFile;
use crate::render::{filters, page, page_with};
use crate::site::Site;

/// The columns of a file that needs no mapping.
const TEMPLATE: &str = "username,first_name,last_name,email,mobile,external_id,status\r\n";
const EXAMPLE: &str = "username,first_name,last_name,email,mobile,external_id,status\r\n\
    machterberg,Marijke,Achterberg,marijke.achterberg@example.org,+31 20 555 0142,S-20417,active\r\n\
    tadeyemi,Tolu,Adeyemi,tolu.adeyemi@example.org,,S-20418,active\r\n\
    nahlstrom,Nils,Ahlström,nils.ahlstrom@example.org,,S-20421,inactive\r\n";

#[derive(Template)]
#[template(path = "console/imports/upload.html")]
struct UploadPage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    csv: Input,
    problems: Vec<FormProblem>,
    /// What was uploaded already.
    draft: Option<Draft>,
}

/// `GET /console/imports/new`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    site.identity().read(&member.caller, async |op| drafts::mine(op).await).await.or_failure(&member.caller)?;
    Ok(page(&blank(frame, Problems::default())))
}

/// `GET /console/imports/{id}/1`: the file that is there.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Upload).await?;
    let wizard = Wizard::at(Step::Upload, &draft, None, member.caller.actor.is(draft.owner));
    let draft = Some(draft);
    Ok(page(&UploadPage { frame, wizard, title: "Upload CSV file", csv: Input::default(), problems: vec![], draft }))
}

/// `POST /console/imports`: a file, from which a draft begins.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    form: PostedFile,
) -> Result<Response, Failure> {
    site.identity().read(&member.caller, async |op| drafts::mine(op).await).await.or_failure(&member.caller)?;
    let draft = match receive(&site, &member, form).await {
        Ok(Some(upload)) => upload.finish().await,
        Ok(None) => Err(Error::invalid("file", "MISSING", "Choose a CSV file.")),
        Err(Refused::Form(response)) => return Ok(*response),
        Err(Refused::File(error)) => Err(error),
    };
    match draft {
        Ok(draft) => Ok(Redirect::to(&step_href(draft.id, Step::Options)).into_response()),
        Err(Error::Invalid(found)) => {
            let mut problems = Problems::default();
            for problem in found {
                problems.add("csv", problem.message);
            }
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &blank(frame.with_error(), problems)))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

/// Why no file came.
enum Refused {
    Form(Box<Response>),
    File(Error),
}

/// Takes the file piece by piece; none when none was chosen.
async fn receive(site: &Site, member: &Member, mut form: PostedFile) -> Result<Option<Upload>, Refused> {
    let unread = |error: axum::extract::multipart::MultipartError| Refused::Form(Box::new(error.into_response()));
    while let Some(mut field) = form.next().await.map_err(unread)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("csv") || name.is_empty() {
            continue;
        }
        let upload = drafts::upload(site.identity(), &member.caller, &name).await;
        let mut upload = upload.map_err(Refused::File)?;
        let mut refusal = None;
        while let Some(piece) = field.chunk().await.map_err(unread)? {
            // A browser shows no answer before it has sent everything.
            if refusal.is_none() {
                refusal = upload.write(&piece).err();
            }
        }
        return match refusal {
            None => Ok(Some(upload)),
            Some(error) => Err(Refused::File(error)),
        };
    }
    Ok(None)
}

fn blank(frame: Frame, problems: Problems) -> UploadPage {
    let csv = problems.input("csv", "");
    UploadPage { frame, wizard: Wizard::before(), title: "Upload CSV file", csv, problems: problems.0, draft: None }
}

/// `POST /console/imports/{id}/cancel`: the draft and its file go.
pub(crate) async fn cancel(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    _form: PostedForm,
) -> Result<Response, Failure> {
    drafts::discard(site.identity(), &member.caller, id).await.or_failure(&member.caller)?;
    Ok(Redirect::to(super::PATH).into_response())
}

/// `GET /console/imports/template.csv`: column names that are understood.
pub(crate) async fn template(State(site): State<Site>, member: Member) -> Result<Response, Failure> {
    sample(&site, &member, "users-template.csv", TEMPLATE).await
}

/// `GET /console/imports/example.csv`: the same with some people.
pub(crate) async fn example(State(site): State<Site>, member: Member) -> Result<Response, Failure> {
    sample(&site, &member, "users-example.csv", EXAMPLE).await
}

async fn sample(site: &Site, member: &Member, name: &str, text: &'static str) -> Result<Response, Failure> {
    site.identity().read(&member.caller, async |op| drafts::mine(op).await).await.or_failure(&member.caller)?;
    Ok(csv_file(name, text.as_bytes().to_vec()))
}

/// A CSV file to take away.
pub(super) fn csv_file(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
