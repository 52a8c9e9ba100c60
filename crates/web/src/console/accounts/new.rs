//! Creating a user.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::access::{Permission, Target};
use identity::accounts::rules::Username;
use identity::accounts::{Created, FirstPassword, NewAccount, PasswordChoice, TypedPassword, create_user};
use identity::attributes::{self, Attributes};
use identity::one_time_links::Way;
use identity::settings::{self, Settings};

use super::address::PATH;
use super::custom::{self, CustomField, Entry};
use super::password::WayChoice;
use super::{handed_over, href};
use crate::caller::Member;
use crate::csrf::LongForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/new.html")]
#[expect(clippy::struct_excessive_bools, reason = "each box is a choice of its own")]
struct NewPage {
    frame: Frame,
    first_name: Input,
    last_name: Input,
    username: Input,
    email: Input,
    email_repeat: Input,
    mobile: Input,
    custom: Vec<CustomField>,
    choice: Input,
    password: Input,
    password_repeat: Input,
    is_temporary: bool,
    /// Whether an administrator may type a password.
    may_type: bool,
    send: Input,
    sends: bool,
    way: Input,
    is_disabled: bool,
    status: Input,
    username_help: String,
    password_help: Vec<String>,
    problems: Vec<FormProblem>,
}

/// What was chosen besides the fields of the account.
struct Choices {
    /// `typed`, `invite` or `random`.
    password: String,
    is_temporary: bool,
    sends: bool,
    way: String,
    /// `enabled` or `disabled`.
    status: String,
}

impl Default for Choices {
    fn default() -> Self {
        Choices {
            // Nobody but the user ever learns a random one (ES-67).
            password: "random".to_owned(),
            is_temporary: true,
            sends: false,
            way: Way::EmailLink.code().to_owned(),
            status: "enabled".to_owned(),
        }
    }
}

/// `GET /console/users/new`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    let known = known(&site, &member).await?;
    let blank = NewAccount { custom: custom::defaults(&known.attributes), ..NewAccount::default() };
    Ok(page(&view(frame, &known, &blank, &Choices::default(), &Problems::default())))
}

/// `POST /console/users`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    LongForm(mut form): LongForm,
) -> Result<Response, Failure> {
    let known = known(&site, &member).await?;
    let text = |name| form.fields.text(name).to_owned();
    let choices = Choices {
        password: text("password_choice"),
        is_temporary: form.fields.is_checked("temporary"),
        sends: form.fields.is_checked("send"),
        way: text("way"),
        status: text("status"),
    };
    let new = NewAccount {
        first_name: text("first_name"),
        last_name: text("last_name"),
        username: text("username"),
        email: text("email"),
        // Who sends the form without our page has nothing to repeat.
        email_repeated: form.fields.all("email_repeat").next().map(str::to_owned),
        mobile: text("mobile"),
        custom: custom::read(&form.fields, &known.attributes),
        enabled: choices.status != "disabled",
        ..NewAccount::default()
    };
    let another = form.fields.text("then") == "another";
    let typed = TypedPassword { temporary: choices.is_temporary, ..form.fields.take_password() };
    let mut problems = Problems::default();
    let first = match (choices.password.as_str(), Way::from_code(&choices.way)) {
        ("typed", _) => Some(FirstPassword::Given(PasswordChoice::Typed { typed, send: choices.sends })),
        ("random", _) => Some(FirstPassword::Given(PasswordChoice::Random)),
        ("invite", Some(way)) => Some(FirstPassword::Invite(way)),
        ("invite", None) => {
            problems.add("way", "Choose how the user is reached");
            None
        }
        _ => {
            let message = format!("Choose how the user gets a first {}", frame.words.password.inside());
            problems.add("password_choice", message);
            None
        }
    };
    if !["enabled", "disabled"].contains(&choices.status.as_str()) {
        problems.add("status", "Choose enabled or disabled");
    }
    let created = match first.filter(|_| problems.is_empty()) {
        Some(first) => create_user(site.identity(), &member.caller, new.clone(), first).await,
        None => Err(Error::Invalid(Vec::new())),
    };
    match created {
        Ok(Created { invitation: Some(sent), .. }) if sent.token.is_some() => {
            return Ok(handed_over::show(frame, &site, &sent));
        }
        Ok(created) => {
            let target = if another { format!("{PATH}/new") } else { href(&created.account) };
            let is_told = created.is_mailed || created.invitation.is_some();
            let notice = if is_told { Notice::CreatedAndSent } else { Notice::Created };
            return Ok(notice.told_at(&target, &site));
        }
        Err(Error::Invalid(found)) => problems.0.extend(Problems::from(found).0),
        Err(Error::Conflict { code: "license_limit", message }) => problems.add("", message),
        Err(Error::Conflict { code: "passwords_not_chosen", message }) => problems.add("password_choice", message),
        Err(error) => return Err(error).or_failure(&member.caller),
    }
    let page = view(frame.with_error(), &known, &new, &choices, &problems);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What the form is made from.
struct Known {
    settings: Settings,
    attributes: Arc<Attributes>,
}

/// What the form is made from, for somebody who may create users; others are refused before they fill it in.
async fn known(site: &Site, member: &Member) -> Result<Known, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let _ = op.allow(Permission::CreateAccount, Target::Organization)?;
        Ok(Known { settings: settings::load(op).await?, attributes: attributes::list(op).await? })
    });
    read.await.or_failure(&member.caller)
}

fn view(frame: Frame, known: &Known, typed: &NewAccount, choices: &Choices, problems: &Problems) -> NewPage {
    NewPage {
        frame,
        first_name: problems.input("first_name", &typed.first_name),
        last_name: problems.input("last_name", &typed.last_name),
        username: problems.input("username", &typed.username),
        email: problems.input("email", &typed.email),
        email_repeat: problems.input("email_repeat", typed.email_repeated.clone().unwrap_or_default()),
        mobile: problems.input("mobile", &typed.mobile),
        custom: custom::fields(&known.attributes, &typed.custom, problems),
        choice: problems.input("password_choice", &choices.password),
        password: problems.input("password", ""),
        password_repeat: problems.input("password_repeat", ""),
        is_temporary: choices.is_temporary,
        may_type: known.settings.admin_may_choose_passwords,
        send: problems.input("send", ""),
        sends: choices.sends,
        way: problems.input("way", &choices.way),
        is_disabled: choices.status == "disabled",
        status: problems.input("status", &choices.status),
        username_help: Username::help(&known.settings),
        password_help: known.settings.password_rules.help(),
        problems: problems.0.clone(),
    }
}

impl NewPage {
    /// The ways by which an invitation can go; whether it can is known once there is an address.
    fn ways(&self) -> Vec<WayChoice> {
        let ways = [
            (Way::EmailLink, "Link by email"),
            (Way::EmailCode, "One-time code by email"),
            (Way::SmsCode, "One-time code by text message"),
            (Way::HandOver, "Link that you hand over yourself"),
        ];
        let choice = |(way, label): (Way, &str)| WayChoice {
            code: way.code(),
            label: label.to_owned(),
            obstacle: String::new(),
            is_chosen: way.code() == self.way.value,
        };
        ways.into_iter().map(choice).collect()
    }
}
