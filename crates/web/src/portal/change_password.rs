//! Asking for a link to change the password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::accounts::{TypedName, request_password_change};
use identity::settings::Settings;

use super::recovery::{self, Offered};
use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::words::duration;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/change_password.html")]
struct ChangePage {
    frame: Frame,
    offered: Offered,
    /// As `1 hour`.
    valid_for: String,
    identifier: Input,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "portal/change_password_sent.html")]
struct SentPage {
    frame: Frame,
    /// As `1 hour`.
    valid_for: String,
    name: String,
}

/// `GET /change-password`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, guest: Guest) -> Result<Response, Failure> {
    let settings = settings(&site, &guest).await?;
    Ok(page(&view(frame, &settings, "", &Problems::default())))
}

/// `POST /change-password`. The answer is the same, and comes as fast, whether or not there is such an account (ES-177).
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    form: PostedForm,
) -> Result<Response, Failure> {
    let settings = settings(&site, &guest).await?;
    let typed = form.fields.text("identifier");
    let name = match TypedName::parse(typed) {
        Ok(name) => name,
        Err(problem) => {
            let page = view(frame.with_error(), &settings, typed, &vec![problem].into());
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let sent = SentPage { frame, valid_for: valid_for(&settings), name: name.as_str().to_owned() };
    let identity = site.identity().clone();
    site.errands().begin(async move {
        let done = identity.write(&guest.caller, async |op| request_password_change(op, &name).await).await;
        recovery::note(done, &guest);
    })?;
    Ok(page(&sent))
}

/// Errors: `NotFound` while the organization has it switched off.
async fn settings(site: &Site, guest: &Guest) -> Result<Settings, Failure> {
    let settings = recovery::load(site, guest).await?;
    Some(settings).filter(|settings| settings.change_password_request).ok_or(Failure::NotFound)
}

fn view(frame: Frame, settings: &Settings, name: &str, problems: &Problems) -> ChangePage {
    ChangePage {
        frame,
        offered: Offered::by(settings),
        valid_for: valid_for(settings),
        identifier: problems.input("identifier", name),
        problems: problems.0.clone(),
    }
}

fn valid_for(settings: &Settings) -> String {
    duration(settings.change_request().as_secs())
}
