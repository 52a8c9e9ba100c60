//! Asking for another address of one's own, which waits until it is confirmed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::accounts::{self, NewEmail};
use identity::sign_in::change_email;

use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/account/email.html")]
struct EmailPage {
    frame: Frame,
    username: String,
    present: String,
    pending_email: String,
    email: Input,
    email_repeat: Input,
    current: Input,
    problems: Vec<FormProblem>,
}

/// `GET /account/email`.
pub(crate) async fn form(frame: Frame, member: Member) -> Response {
    page(&view(frame, &member, &NewEmail::default(), Problems::default()))
}

/// `POST /account/email`. The answer is the same for an address that belongs to somebody else.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let text = |name: &str| form.fields.text(name).chars().take(512).collect::<String>();
    let wanted = NewEmail { email: text("email"), repeated: text("email_repeat") };
    let current = form.fields.take_secret("current_password");
    match change_email(site.identity(), &member.caller, &member.resumed, current, &wanted).await {
        Ok(_) => Ok(Notice::EmailAsked.told_at("/account", &site)),
        Err(Error::Invalid(problems)) => {
            let page = view(frame.with_error(), &member, &wanted, problems.into());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

/// `POST /account/email/send`: the link once more.
pub(crate) async fn send(State(site): State<Site>, member: Member, _: PostedForm) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| accounts::resend_email_change(op).await);
    write.await.or_failure(&member.caller)?;
    Ok(Notice::EmailAsked.told_at("/account", &site))
}

/// `POST /account/email/keep`: the address stays as it is.
pub(crate) async fn keep(State(site): State<Site>, member: Member, _: PostedForm) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| accounts::keep_email(op).await);
    write.await.or_failure(&member.caller)?;
    Ok(Notice::EmailKept.told_at("/account", &site))
}

fn view(frame: Frame, member: &Member, wanted: &NewEmail, problems: Problems) -> EmailPage {
    let account = &member.resumed.account;
    EmailPage {
        frame,
        username: account.username.clone(),
        present: account.email.clone().unwrap_or_default(),
        pending_email: account.pending_email.clone().unwrap_or_default(),
        email: problems.input("email", wanted.email.clone()),
        email_repeat: problems.input("email_repeat", wanted.repeated.clone()),
        current: problems.input("current_password", ""),
        problems: problems.0,
    }
}
