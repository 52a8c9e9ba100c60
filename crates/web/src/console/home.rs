//! The beginning of the console.

use axum::response::{IntoResponse, Redirect, Response};

use crate::caller::Member;
use crate::failure::Failure;
use crate::frame::Frame;

/// `GET /console`: to the first place that the person may use.
pub(crate) async fn show(frame: Frame, _: Member) -> Result<Response, Failure> {
    if frame.viewer.is_some_and(|viewer| viewer.manages_users) {
        return Ok(Redirect::to("/console/users").into_response());
    }
    let message = "The console is for administrators of users, and you hold no such role.".to_owned();
    Err(Failure::Denied { code: "not_allowed", message })
}
