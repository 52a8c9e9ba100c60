//! Choosing a password by a link: the first one, or another one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::Secret;
use identity::accounts::{self, Account, LinkFound, Proof, look_at_link};
use identity::one_time_links::Purpose;
use identity::settings::{self, Settings};
use identity::{Error, Identity};

use super::link_over;
use super::recovery::Offered;
use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/choose_password.html")]
struct ChoosePage {
    frame: Frame,
    is_first: bool,
    called: String,
    username: String,
    password_help: Vec<String>,
    password: Input,
    password_repeat: Input,
    problems: Vec<FormProblem>,
}

/// What is told after a password was chosen.
#[derive(Template)]
#[template(path = "portal/password_chosen.html")]
struct ChosenPage {
    frame: Frame,
    is_first: bool,
}

/// `GET /invitation/{token}` and `GET /reset-password/{token}`: looking uses nothing up.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let (found, settings) = look(site.identity(), &guest, &token).await?;
    Ok(match found {
        LinkFound::Works { purpose, account } => page(&view(frame, purpose, &account, &settings, &Problems::default())),
        over => link_over::show(frame, &over, &token, Offered::by(&settings)),
    })
}

/// `POST /invitation/{token}` and `POST /reset-password/{token}`: nobody is signed in by it.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let typed = form.fields.take_password();
    let (found, settings) = look(site.identity(), &guest, &token).await?;
    let LinkFound::Works { purpose, account } = found else {
        return Ok(link_over::show(frame, &found, &token, Offered::by(&settings)));
    };
    let proof = Proof::Link(Secret::new(token.as_str()));
    match accounts::choose_password(site.identity(), &guest.caller, &proof, typed).await {
        Ok(_) => Ok(chosen(frame, purpose)),
        Err(Error::NotFound) => {
            // Somebody else used it in this very moment.
            let (found, _) = look(site.identity(), &guest, &token).await?;
            Ok(link_over::show(frame, &found, &token, Offered::by(&settings)))
        }
        Err(Error::Invalid(problems)) => {
            let page = view(frame.with_error(), purpose, &account, &settings, &problems.into());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

/// The page after a password was chosen.
pub(super) fn chosen(frame: Frame, purpose: Purpose) -> Response {
    page(&ChosenPage { frame, is_first: purpose == Purpose::SetFirstPassword })
}

async fn look(identity: &Identity, guest: &Guest, token: &str) -> Result<(LinkFound, Settings), Failure> {
    let token = Secret::new(token);
    let read = identity.read(&guest.caller, async |op| {
        Ok((look_at_link(op, &Purpose::PASSWORDS, &token).await?, settings::load(op).await?))
    });
    read.await.or_failure(&guest.caller)
}

fn view(frame: Frame, purpose: Purpose, account: &Account, settings: &Settings, problems: &Problems) -> ChoosePage {
    ChoosePage {
        frame,
        is_first: purpose == Purpose::SetFirstPassword,
        called: if account.first_name.is_empty() { account.display_name() } else { account.first_name.clone() },
        username: account.username.clone(),
        password_help: accounts::password_help(settings),
        password: problems.input("password", ""),
        password_repeat: problems.input("password_repeat", ""),
        problems: problems.0.clone(),
    }
}
