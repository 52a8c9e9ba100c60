//! Asking for a forgotten username.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::accounts::request_username;
use identity::addresses::EmailAddress;

use super::recovery::{self, Offered};
use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/recover_username.html")]
struct RecoverPage {
    frame: Frame,
    offered: Offered,
    email: Input,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "portal/recover_username_sent.html")]
struct SentPage {
    frame: Frame,
    email: String,
}

/// `GET /recover-username`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, guest: Guest) -> Result<Response, Failure> {
    let offered = offered(&site, &guest).await?;
    Ok(page(&view(frame, offered, "", &Problems::default())))
}

/// `POST /recover-username`. The answer is the same, and comes as fast, whether or not there is such an account
/// (ES-171).
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    form: PostedForm,
) -> Result<Response, Failure> {
    let offered = offered(&site, &guest).await?;
    let typed = form.fields.text("email");
    let address = match EmailAddress::parse(typed) {
        Ok(address) => address,
        Err(problem) => {
            let page = view(frame.with_error(), offered, typed, &vec![problem].into());
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let sent = SentPage { frame, email: address.as_str().to_owned() };
    let identity = site.identity().clone();
    site.errands().begin(async move {
        let done = identity.write(&guest.caller, async |op| request_username(op, &address).await).await;
        recovery::note(done, &guest);
    })?;
    Ok(page(&sent))
}

/// Errors: `NotFound` while the organization has it switched off.
async fn offered(site: &Site, guest: &Guest) -> Result<Offered, Failure> {
    Some(Offered::now(site, guest).await?).filter(|offered| offered.username).ok_or(Failure::NotFound)
}

fn view(frame: Frame, offered: Offered, email: &str, problems: &Problems) -> RecoverPage {
    RecoverPage { frame, offered, email: problems.input("email", email), problems: problems.0.clone() }
}
