//! Asking once more for the link or code that stands between a right password and a session.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::Secret;
use identity::{Error, sign_in};

use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/sent_again.html")]
struct SentPage {
    frame: Frame,
    /// Whether the password has to be entered again before anything is sent.
    is_over: bool,
    is_code: bool,
    to: String,
    /// What it is asked for with, once more.
    token: String,
}

impl SentPage {
    fn title(&self) -> &'static str {
        match (self.is_over, self.is_code) {
            (true, _) => "Sign in once more",
            (false, true) => "Check your phone",
            (false, false) => "Check your email",
        }
    }
}

/// `POST /send-again`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    form: PostedForm,
) -> Result<Response, Failure> {
    let token = form.fields.text("token").to_owned();
    let proof = Secret::new(token.as_str());
    match site.identity().write(&guest.caller, async |op| sign_in::send_again(op, &proof).await).await {
        Ok(sent) => Ok(page(&SentPage { frame, is_over: false, is_code: sent.way.is_code(), to: sent.to, token })),
        Err(Error::NotFound) => {
            let page = SentPage { frame, is_over: true, is_code: false, to: String::new(), token: String::new() };
            Ok(page_with(StatusCode::GONE, &page))
        }
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}
