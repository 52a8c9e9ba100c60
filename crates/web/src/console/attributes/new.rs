//! Adding an attribute.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::access::{Permission, Target};
use identity::attributes;

use super::PATH;
use super::form::{AttributeForm, Typed};
use crate::caller::Member;
use crate::csrf::LongForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/attributes/new.html")]
struct NewPage {
    frame: Frame,
    entry: AttributeForm,
}

/// `GET /console/attributes/new`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    may_add(&site, &member).await?;
    let entry = AttributeForm::new(&Typed::blank(), 0, Problems::default());
    Ok(page(&NewPage { frame, entry }))
}

/// `POST /console/attributes`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    LongForm(posted): LongForm,
) -> Result<Response, Failure> {
    may_add(&site, &member).await?;
    let typed = Typed::read(&posted.fields);
    let mut problems = Problems::default();
    let new = typed.new_attribute(&mut problems);
    let created = if problems.is_empty() {
        site.identity().write(&member.caller, async |op| attributes::create(op, new.clone()).await).await
    } else {
        Err(Error::Invalid(Vec::new()))
    };
    let status = match created {
        Ok(_) => return Ok(Notice::AttributeAdded.told_at(PATH, &site)),
        Err(Error::Invalid(found)) => {
            problems.0.extend(Problems::from(found).0);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Conflict { code, message }) => {
            problems.add(if code == "attribute_going" { "key" } else { "" }, message);
            StatusCode::CONFLICT
        }
        Err(error) => return Err(error).or_failure(&member.caller),
    };
    let entry = AttributeForm::new(&typed, 0, problems);
    Ok(page_with(status, &NewPage { frame: frame.with_error(), entry }))
}

async fn may_add(site: &Site, member: &Member) -> Result<(), Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let _ = op.allow(Permission::ManageSettings, Target::Organization)?;
        Ok(())
    });
    read.await.or_failure(&member.caller)
}
