//! Choosing a password of one's own in place of a temporary one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::accounts::password_help;
use identity::sign_in::{Resumed, change_required_password};
use identity::{Error, settings};

use super::sign_in::destination;
use crate::caller::{Guest, go_on};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/set_password.html")]
struct SetPasswordPage {
    frame: Frame,
    username: String,
    password_help: Vec<String>,
    password: Input,
    password_repeat: Input,
    problems: Vec<FormProblem>,
    return_to: String,
}

/// `GET /set-password`.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let return_to = destination(&fields);
    match waiting(&guest)? {
        None => Ok(Redirect::to(&return_to).into_response()),
        Some(resumed) => {
            let username = resumed.account.username.clone();
            Ok(page(&view(&site, frame, &guest, username, Problems::default(), return_to).await?))
        }
    }
}

/// `POST /set-password`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let return_to = destination(&form.fields);
    let Some(resumed) = waiting(&guest)? else {
        return Ok(Redirect::to(&return_to).into_response());
    };
    let typed = form.fields.take_password();
    match change_required_password(site.identity(), &guest.caller, resumed, typed).await {
        Ok(changed) => Ok(go_on(&changed.token, &return_to, &site)),
        Err(Error::Invalid(problems)) => {
            let username = resumed.account.username.clone();
            let page = view(&site, frame.with_error(), &guest, username, problems.into(), return_to).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

/// The session whose password waits to be changed; `None` when there is nothing to change.
fn waiting(guest: &Guest) -> Result<Option<&Resumed>, Failure> {
    let resumed = guest.resumed.as_deref().ok_or(Failure::SignInRequired)?;
    Ok(Some(resumed).filter(|resumed| resumed.must_change_password))
}

async fn view(
    site: &Site,
    frame: Frame,
    guest: &Guest,
    username: String,
    problems: Problems,
    return_to: String,
) -> Result<SetPasswordPage, Failure> {
    let settings = site.identity().read(&guest.caller, async |op| settings::load(op).await).await;
    let password_help = password_help(&settings.or_failure(&guest.caller)?);
    Ok(SetPasswordPage {
        frame,
        username,
        password_help,
        password: problems.input("password", ""),
        password_repeat: problems.input("password_repeat", ""),
        problems: problems.0,
        return_to,
    })
}
