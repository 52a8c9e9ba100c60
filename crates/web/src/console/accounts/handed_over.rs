//! The page that shows a link to hand over, once.

use askama::Template;
use axum::response::Response;
use base::Timestamp;
use identity::accounts::{Sent, page_of};
use identity::one_time_links::Purpose;

use super::href;
use crate::frame::Frame;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/handed_over.html")]
struct HandedOverPage {
    frame: Frame,
    name: String,
    href: String,
    link: String,
    until: Timestamp,
}

/// The answer to a form that made a link to hand over; no other page shows the link.
pub(super) fn show(frame: Frame, site: &Site, sent: &Sent) -> Response {
    let token = sent.token.as_ref().map(base::Secret::expose).unwrap_or_default();
    let link = format!("{}{}/{token}", site.identity().public_url(), page_of(Purpose::SetFirstPassword));
    page(&HandedOverPage {
        frame,
        name: sent.account.display_name(),
        href: href(&sent.account),
        link,
        until: sent.until,
    })
}
