//! Entering the password again before a sensitive change.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::sign_in::reauthenticate;

use super::sign_in::destination;
use crate::caller::{Member, go_on};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/reauth.html")]
struct ReauthPage {
    frame: Frame,
    username: String,
    password: Input,
    return_to: String,
}

/// `GET /reauth`.
pub(crate) async fn form(frame: Frame, member: Member, Query(fields): Query) -> Response {
    let username = member.resumed.account.username.clone();
    page(&ReauthPage { frame, username, password: Input::default(), return_to: destination(&fields) })
}

/// `POST /reauth`: back to where the change was wanted, with a new token for the session.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let password = form.fields.take_secret("password");
    let return_to = destination(&form.fields);
    match reauthenticate(site.identity(), &member.caller, &member.resumed, password).await {
        Ok(token) => Ok(go_on(&token, &return_to, &site)),
        Err(Error::Invalid(problems)) => {
            let password = Problems::from(problems).input("password", "");
            let username = member.resumed.account.username.clone();
            let page = ReauthPage { frame: frame.with_error(), username, password, return_to };
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}
