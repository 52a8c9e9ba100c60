//! Deleting an attribute: the question, and the deed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::attributes::{self, Attribute};

use super::edit::holders;
use super::{AttributeInPath, PATH, find_open, href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::words::users;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/attributes/delete.html")]
struct DeletePage {
    frame: Frame,
    label: String,
    href: String,
    version: i64,
    /// How many users have a value, in words; empty when nobody has one.
    with_value: String,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

/// `GET /console/attributes/{field}/delete`.
pub(crate) async fn ask(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    AttributeInPath(id): AttributeInPath,
) -> Result<Response, Failure> {
    let attribute = find_open(&site, &member, id).await?;
    Ok(page(&question(&site, frame, &member, &attribute, Problems::default()).await?))
}

/// `POST /console/attributes/{field}/delete`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    AttributeInPath(id): AttributeInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let attribute = find_open(&site, &member, id).await?;
    let version = posted.fields.text("version").parse::<i64>().unwrap_or(-1);
    let mut problems = Problems::default();
    let status = if posted.fields.is_checked("confirmed") {
        let write = site.identity().write(&member.caller, async |op| attributes::delete(op, id, Some(version)).await);
        match write.await {
            Err(Error::Stale) => {}
            answer => {
                answer.or_failure(&member.caller)?;
                return Ok(Notice::AttributeDeleted.told_at(PATH, &site));
            }
        }
        problems.add("", "This attribute was changed meanwhile. Look at it again before you delete it.");
        StatusCode::CONFLICT
    } else {
        problems.add("confirmed", "Tick the box to confirm that the values cannot be recovered");
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(page_with(status, &question(&site, frame.with_error(), &member, &attribute, problems).await?))
}

async fn question(
    site: &Site,
    frame: Frame,
    member: &Member,
    attribute: &Attribute,
    problems: Problems,
) -> Result<DeletePage, Failure> {
    let with_value = holders(site, member, attribute).await?.with_value;
    Ok(DeletePage {
        frame,
        label: attribute.definition.label.clone(),
        href: href(attribute.id),
        version: attribute.version,
        with_value: if with_value == 0 { String::new() } else { users(with_value) },
        confirmed: problems.input("confirmed", ""),
        problems: problems.0,
    })
}
