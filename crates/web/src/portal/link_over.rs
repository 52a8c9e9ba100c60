//! The page of a link that doesn't work any more: why, and how to get another one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Secret, Timestamp};
use identity::accounts::{self, LinkFound};
use identity::one_time_links::{Purpose, Standing};

use super::recovery::Offered;
use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/link_over.html")]
struct OverPage {
    frame: Frame,
    why: &'static str,
    until: Option<Timestamp>,
    /// The token that another link is asked for with; empty when there is none to be had.
    token: String,
    /// Whether a link to change the password can be asked for.
    is_asked_for: bool,
    /// Whether its owner asks for another one in My account.
    is_own: bool,
}

#[derive(Template)]
#[template(path = "portal/link_on_its_way.html")]
struct OnItsWayPage {
    frame: Frame,
}

/// The page about a link that doesn't work.
pub(super) fn show(frame: Frame, found: &LinkFound, token: &str, offered: Offered) -> Response {
    let LinkFound::Over { purpose, standing, until, can_be_renewed } = found else {
        let why = "It is incomplete, or it was made a long time ago. Look for the latest message.";
        let is_asked_for = offered.password;
        let page = OverPage { frame, why, until: None, token: String::new(), is_asked_for, is_own: false };
        return page_with(StatusCode::NOT_FOUND, &page);
    };
    let why = match standing {
        Standing::Used => "It was used already.",
        Standing::Newer => "A newer message was sent since. The link in that one works.",
        Standing::Expired => "Its time is over.",
        Standing::Ended | Standing::Open => "The account was changed after it was sent.",
    };
    let until = (*standing == Standing::Expired).then_some(*until);
    let token = if *can_be_renewed { token.to_owned() } else { String::new() };
    let is_asked_for = offered.password && !can_be_renewed && Purpose::PASSWORDS.contains(purpose);
    let is_own = *purpose == Purpose::ConfirmEmail;
    page_with(StatusCode::GONE, &OverPage { frame, why, until, token, is_asked_for, is_own })
}

/// `POST /new-link`: another link, to the address that the old one was sent to. The answer is the same whatever became
/// of it.
pub(crate) async fn renew(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    form: PostedForm,
) -> Result<Response, Failure> {
    let token = Secret::new(form.fields.text("token"));
    let identity = site.identity();
    let written = identity.write(&guest.caller, async |op| accounts::resend_for(op, &token).await).await;
    written.or_failure(&guest.caller)?;
    Ok(page(&OnItsWayPage { frame }))
}
