//! Proving a mobile number by the code that was sent there.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::Secret;
use identity::{Error, accounts};

use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/verify_mobile.html")]
struct VerifyPage {
    frame: Frame,
    identifier: Input,
    code: Input,
    problems: Vec<FormProblem>,
    is_verified: bool,
    /// Whether somebody came here who wanted to sign in.
    is_prompt: bool,
    /// What another code is asked for with; empty when none can be sent.
    again: String,
}

/// `GET /verify-mobile`.
pub(crate) async fn form(frame: Frame) -> Response {
    page(&view(frame, "", &Problems::default(), false))
}

/// The page in place of a session, for somebody who proved the password and signs in as `name`.
pub(super) fn prompt(frame: Frame, name: &str, again: String) -> Response {
    page(&VerifyPage { is_prompt: true, again, ..view(frame, name, &Problems::default(), false) })
}

/// `POST /verify-mobile`. One answer for an unknown name and a wrong, old or used code.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    form: PostedForm,
) -> Result<Response, Failure> {
    let name = form.fields.text("identifier").chars().take(256).collect::<String>();
    let code = Secret::new(form.fields.text("code").chars().take(32).collect::<String>());
    match accounts::verify_mobile(site.identity(), &guest.caller, &name, &code).await {
        Ok(_) => Ok(page(&view(frame, "", &Problems::default(), true))),
        Err(Error::Invalid(problems)) => {
            let page = view(frame.with_error(), &name, &problems.into(), false);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

fn view(frame: Frame, name: &str, problems: &Problems, is_verified: bool) -> VerifyPage {
    VerifyPage {
        frame,
        identifier: problems.input("identifier", name),
        code: problems.input("code", ""),
        problems: problems.0.clone(),
        is_verified,
        is_prompt: false,
        again: String::new(),
    }
}
