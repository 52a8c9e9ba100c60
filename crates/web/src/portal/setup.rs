//! Setting the server up: the first super administrator, by a link that works once.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::Secret;
use identity::Error;
use identity::accounts::NewAccount;
use identity::accounts::rules::Username;
use identity::settings::{self, Settings};
use identity::setup::{complete, is_link_valid};

use crate::caller::{Guest, go_on, user_agent};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/setup.html")]
struct SetupPage {
    frame: Frame,
    token: String,
    first_name: Input,
    last_name: Input,
    username: Input,
    email: Input,
    password: Input,
    password_repeat: Input,
    username_help: String,
    password_help: Vec<String>,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "portal/setup_used.html")]
struct SetupUsedPage {
    frame: Frame,
}

/// `GET /setup/{token}`: looking uses nothing up.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let secret = Secret::new(token.as_str());
    let read = site
        .identity()
        .read(&guest.caller, async |op| Ok((is_link_valid(op, &secret).await?, settings::load(op).await?)));
    let (is_valid, settings) = read.await.or_failure(&guest.caller)?;
    if !is_valid {
        return Ok(used(frame));
    }
    Ok(page(&view(frame, token, &settings, &NewAccount::default(), &Problems::default())))
}

/// `POST /setup/{token}`: makes the first super administrator and signs them in.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
    headers: HeaderMap,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let text = |name| form.fields.text(name).to_owned();
    let new = NewAccount {
        first_name: text("first_name"),
        last_name: text("last_name"),
        username: text("username"),
        email: text("email"),
        ..NewAccount::default()
    };
    let typed = form.fields.take_password();
    let identity = site.identity();
    let secret = Secret::new(token.as_str());
    match complete(identity, &guest.caller, &secret, new.clone(), typed, user_agent(&headers)).await {
        Ok(session) => Ok(go_on(&session.token, "/console", &site)),
        Err(Error::NotFound) => Ok(used(frame)),
        Err(Error::Invalid(problems)) => {
            let settings = identity.read(&guest.caller, async |op| settings::load(op).await).await;
            let settings = settings.or_failure(&guest.caller)?;
            let page = view(frame.with_error(), token, &settings, &new, &problems.into());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

fn used(frame: Frame) -> Response {
    page_with(StatusCode::NOT_FOUND, &SetupUsedPage { frame })
}

fn view(frame: Frame, token: String, settings: &Settings, typed: &NewAccount, problems: &Problems) -> SetupPage {
    SetupPage {
        frame,
        token,
        first_name: problems.input("first_name", &typed.first_name),
        last_name: problems.input("last_name", &typed.last_name),
        username: problems.input("username", &typed.username),
        email: problems.input("email", &typed.email),
        password: problems.input("password", ""),
        password_repeat: problems.input("password_repeat", ""),
        username_help: Username::help(settings),
        password_help: settings.password_rules.help(),
        problems: problems.0.clone(),
    }
}
