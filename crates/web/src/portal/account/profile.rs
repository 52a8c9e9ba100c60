//! Who one is: names and addresses.

use askama::Template;
use axum::response::Response;

use crate::caller::Member;
use crate::frame::Frame;
use crate::render::{filters, page};

#[derive(Template)]
#[template(path = "portal/account/profile.html")]
struct ProfilePage {
    frame: Frame,
    called: String,
    username: String,
    name: String,
    email: String,
    is_email_verified: bool,
    /// The address that waits to be confirmed; empty when none does.
    pending_email: String,
    mobile: String,
}

/// `GET /account`.
pub(crate) async fn show(frame: Frame, member: Member) -> Response {
    let account = &member.resumed.account;
    page(&ProfilePage {
        frame,
        called: if account.first_name.is_empty() { account.display_name() } else { account.first_name.clone() },
        username: account.username.clone(),
        name: format!("{} {}", account.first_name, account.last_name).trim().to_owned(),
        email: account.email.clone().unwrap_or_default(),
        is_email_verified: account.state.email.verified_at.is_some(),
        pending_email: account.pending_email.clone().unwrap_or_default(),
        mobile: account.mobile.clone().unwrap_or_default(),
    })
}
