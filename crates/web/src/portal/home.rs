//! The start page: leads everyone where they belong.

use axum::response::{IntoResponse, Redirect, Response};

use crate::caller::Member;
use crate::failure::Failure;
use crate::frame::Frame;

/// `GET /`: administrators to the console, others to their account.
pub(crate) async fn show(frame: Frame, member: Result<Member, Failure>) -> Result<Response, Failure> {
    match member {
        Ok(_) => {}
        Err(Failure::SignInRequired) => return Ok(Redirect::to("/sign-in").into_response()),
        Err(failure) => return Err(failure),
    }
    let is_administrator = frame.viewer.is_some_and(|viewer| !viewer.held.is_empty());
    Ok(Redirect::to(if is_administrator { "/console" } else { "/account" }).into_response())
}
