//! Choosing another password of one's own.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use identity::accounts::password_help;
use identity::sign_in::{PasswordChange, change_password};
use identity::{Error, settings};

use crate::caller::{Member, session_cookie};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/account/password.html")]
struct PasswordPage {
    frame: Frame,
    username: String,
    password_help: Vec<String>,
    current: Input,
    password: Input,
    password_repeat: Input,
    ends_others: bool,
    problems: Vec<FormProblem>,
}

/// `GET /account/password`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    Ok(page(&view(&site, frame, &member, Problems::default(), true).await?))
}

/// `POST /account/password`: back to the account, with a new token for the session.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let ends_others = form.fields.is_checked("end_others");
    let current = form.fields.take_secret("current_password");
    let change = PasswordChange { current, typed: form.fields.take_password(), ends_others };
    match change_password(site.identity(), &member.caller, &member.resumed, change).await {
        Ok(changed) => {
            let is_tls = site.is_tls();
            let cookies = [session_cookie(&changed.token, is_tls), Notice::PasswordChanged.cookie(is_tls)];
            let cookies = AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok((cookies, Redirect::to("/account")).into_response())
        }
        Err(Error::Invalid(problems)) => {
            let page = view(&site, frame.with_error(), &member, problems.into(), ends_others).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

async fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    problems: Problems,
    ends_others: bool,
) -> Result<PasswordPage, Failure> {
    let settings = site.identity().read(&member.caller, async |op| settings::load(op).await).await;
    Ok(PasswordPage {
        frame,
        username: member.resumed.account.username.clone(),
        password_help: password_help(&settings.or_failure(&member.caller)?),
        current: problems.input("current_password", ""),
        password: problems.input("password", ""),
        password_repeat: problems.input("password_repeat", ""),
        ends_others,
        problems: problems.0,
    })
}
