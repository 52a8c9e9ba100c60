//! Choosing a password by a code that was sent by mail or to a telephone.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::accounts::{self, Proof};
use identity::one_time_links::Purpose;
use identity::{Error, settings};

use super::choose_password::chosen;
use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/password_code.html")]
struct CodePage {
    frame: Frame,
    identifier: Input,
    code: Input,
    password: Input,
    password_repeat: Input,
    password_help: Vec<String>,
    problems: Vec<FormProblem>,
}

/// `GET /password-code`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, guest: Guest) -> Result<Response, Failure> {
    Ok(page(&view(&site, frame, &guest, "", "", &Problems::default()).await?))
}

/// `POST /password-code`. One answer for an unknown name and a wrong, old or used code.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let name = form.fields.text("identifier").chars().take(256).collect::<String>();
    let digits = form.fields.text("code").chars().take(32).collect::<String>();
    let typed = form.fields.take_password();
    let proof = Proof::Code { name: name.clone(), code: base::Secret::new(digits.as_str()) };
    match accounts::choose_password(site.identity(), &guest.caller, &proof, typed).await {
        Ok(_) => Ok(chosen(frame, Purpose::ResetPassword)),
        Err(Error::Invalid(problems)) => {
            let problems = Problems::from(problems);
            let page = view(&site, frame.with_error(), &guest, &name, &digits, &problems).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

async fn view(
    site: &Site,
    frame: Frame,
    guest: &Guest,
    name: &str,
    digits: &str,
    problems: &Problems,
) -> Result<CodePage, Failure> {
    let settings = site.identity().read(&guest.caller, async |op| settings::load(op).await).await;
    Ok(CodePage {
        frame,
        identifier: problems.input("identifier", name),
        // A code that was wrong is typed anew; a right one is kept while the password is chosen.
        code: problems.input("code", if problems.input("code", "").error.is_some() { "" } else { digits }),
        password: problems.input("password", ""),
        password_repeat: problems.input("password_repeat", ""),
        password_help: accounts::password_help(&settings.or_failure(&guest.caller)?),
        problems: problems.0.clone(),
    })
}
