//! The start page: leads everyone where they belong.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use crate::caller::Member;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page};

#[derive(Template)]
#[template(path = "portal/signed_in.html")]
struct SignedInPage {
    frame: Frame,
    name: String,
    username: String,
}

/// `GET /`: administrators to the console, others to a page that says who they are.
pub(crate) async fn show(frame: Frame, member: Result<Member, Failure>) -> Result<Response, Failure> {
    let account = match &member {
        Ok(member) => &member.resumed.account,
        Err(Failure::SignInRequired) => return Ok(Redirect::to("/sign-in").into_response()),
        Err(failure) => return Err(failure.clone()),
    };
    if frame.viewer.as_ref().is_some_and(|viewer| !viewer.roles.is_empty()) {
        return Ok(Redirect::to("/console").into_response());
    }
    let (name, username) = (account.display_name(), account.username.clone());
    Ok(page(&SignedInPage { frame, name, username }))
}
