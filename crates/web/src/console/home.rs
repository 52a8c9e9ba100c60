//! The beginning of the console.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use crate::caller::Member;
use crate::failure::Failure;
use crate::frame::{Frame, Viewer};
use crate::render::{filters, page};

/// What an administrator sees whose roles have no pages yet.
#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage {
    frame: Frame,
    roles: String,
}

/// `GET /console`: to the first page of the menu.
pub(crate) async fn show(frame: Frame, _: Member) -> Result<Response, Failure> {
    let viewer = administrator(&frame)?;
    if let Some(group) = viewer.menu().first() {
        return Ok(Redirect::to(group.items[0].href).into_response());
    }
    let roles = viewer.roles.clone();
    Ok(page(&HomePage { frame, roles }))
}

/// The person at the screen, who must hold a role: what they may do in the console, each page asks for itself.
///
/// Errors: `Denied` for anybody else.
pub(super) fn administrator(frame: &Frame) -> Result<&Viewer, Failure> {
    frame.viewer.as_ref().filter(|viewer| !viewer.held.is_empty()).ok_or_else(|| Failure::Denied {
        code: "not_allowed",
        message: "The console is for administrators, and you hold no such role.".to_owned(),
    })
}
