//! The beginning of the console.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use crate::caller::Member;
use crate::failure::Failure;
use crate::frame::Frame;
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
    let Some(viewer) = frame.viewer.as_ref().filter(|viewer| !viewer.roles.is_empty()) else {
        let message = "The console is for administrators, and you hold no such role.".to_owned();
        return Err(Failure::Denied { code: "not_allowed", message });
    };
    if let Some(group) = viewer.menu().first() {
        return Ok(Redirect::to(group.items[0].href).into_response());
    }
    let roles = viewer.roles.clone();
    Ok(page(&HomePage { frame, roles }))
}
