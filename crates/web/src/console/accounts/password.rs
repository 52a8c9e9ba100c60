//! Giving a user a password: set one, make one by chance, or ask the user for one.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::AccountId;
use identity::Error;
use identity::access::Permission;
use identity::accounts::{
    self, Account, Lifecycle, PasswordChoice, PasswordGiven, PasswordState, Sent, TypedPassword, WayOffer,
};
use identity::one_time_links::Way;
use identity::settings::{self, Settings};

use super::handed_over;
use super::href;
use super::in_path::InPath;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

/// What the form shows, on a page or in a dialog.
#[expect(clippy::struct_excessive_bools, reason = "each box is a choice of its own")]
struct Question {
    name: String,
    href: String,
    has_password: bool,
    /// Whether an administrator may type a password.
    may_type: bool,
    /// Why a random one can't be sent; empty when it can.
    no_random: String,
    mode: Input,
    password: Input,
    password_repeat: Input,
    is_temporary: bool,
    send: Input,
    sends: bool,
    way: Input,
    ways: Vec<WayChoice>,
    password_help: Vec<String>,
    /// Whether a password that is sent becomes temporary.
    sent_is_temporary: bool,
    problems: Vec<FormProblem>,
}

/// A way to reach the user.
pub(super) struct WayChoice {
    pub(super) code: &'static str,
    pub(super) label: String,
    /// Why it can't be taken; empty when it can.
    pub(super) obstacle: String,
    pub(super) is_chosen: bool,
}

#[derive(Template)]
#[template(path = "console/accounts/password.html")]
struct PasswordPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/password_dialog.html")]
struct PasswordDialog {
    frame: Frame,
    question: Question,
}

/// What was chosen.
struct Chosen {
    /// `set`, `random` or `invite`.
    mode: String,
    is_temporary: bool,
    sends: bool,
    way: String,
}

/// `GET /console/users/{id}/password`.
pub(crate) async fn ask(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let (account, settings) = known(&site, &member, id).await?;
    let mode = if settings.admin_may_choose_passwords { "set" } else { "random" };
    let chosen = Chosen { mode: mode.to_owned(), is_temporary: true, sends: false, way: String::new() };
    let question = Question::new(&account, &settings, &chosen, &Problems::default());
    Ok(if wants_fragment(&headers) {
        page(&PasswordDialog { frame, question })
    } else {
        page(&PasswordPage { frame, question })
    })
}

/// `POST /console/users/{id}/password`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let (account, settings) = known(&site, &member, id).await?;
    let chosen = Chosen {
        mode: form.fields.text("password_choice").to_owned(),
        is_temporary: form.fields.is_checked("temporary"),
        sends: form.fields.is_checked("send"),
        way: form.fields.text("way").to_owned(),
    };
    let typed = TypedPassword { temporary: chosen.is_temporary, ..form.fields.take_password() };
    let has_password = account.state.password != PasswordState::None;
    let done = match chosen.mode.as_str() {
        "set" => given(&site, &member, id, PasswordChoice::Typed { typed, send: chosen.sends }).await,
        "random" => given(&site, &member, id, PasswordChoice::Random).await,
        "invite" => asked(&site, &member, id, has_password, &chosen.way).await,
        _ => Err(Error::invalid("password_choice", "REQUIRED_MISSING", "Choose a method.")),
    };
    match done {
        Ok(Done::Given(given)) => Ok(given_notice(&given).told_at(&href(&given.account), &site)),
        Ok(Done::Asked(sent)) if sent.token.is_some() => Ok(handed_over::show(frame, &site, &sent)),
        Ok(Done::Asked(sent)) => {
            let notice = if has_password { Notice::ResetAsked } else { Notice::LinkSent };
            Ok(notice.told_at(&href(&sent.account), &site))
        }
        Err(Error::Invalid(found)) => {
            let question = Question::new(&account, &settings, &chosen, &found.into());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &PasswordPage { frame: frame.with_error(), question }))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

/// What was done.
enum Done {
    Given(Box<PasswordGiven>),
    Asked(Box<Sent>),
}

async fn given(site: &Site, member: &Member, id: AccountId, choice: PasswordChoice) -> identity::Result<Done> {
    accounts::give_password(site.identity(), &member.caller, id, choice).await.map(|given| Done::Given(Box::new(given)))
}

async fn asked(site: &Site, member: &Member, id: AccountId, has_password: bool, way: &str) -> identity::Result<Done> {
    let way = Way::from_code(way)
        .ok_or_else(|| Error::invalid("way", "REQUIRED_MISSING", "Choose how the user is reached."))?;
    let write = site.identity().write(&member.caller, async |op| {
        if has_password { accounts::force_reset(op, id, way).await } else { accounts::invite(op, id, way).await }
    });
    write.await.map(|sent| Done::Asked(Box::new(sent)))
}

fn given_notice(given: &PasswordGiven) -> Notice {
    match (given.is_mailed, given.became_temporary) {
        (true, true) => Notice::PasswordTemporary,
        (true, false) => Notice::PasswordMailed,
        (false, _) => Notice::PasswordSet,
    }
}

/// The account and what the form needs, for somebody who may set its password.
async fn known(site: &Site, member: &Member, id: AccountId) -> Result<(Account, Settings), Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        let _ = op.allow(Permission::SetPassword, account.target())?;
        if account.state.lifecycle != Lifecycle::Active {
            let message = "This registration waits for a decision; approve or activate it first.";
            return Err(Error::conflict("pending", message));
        }
        Ok((account, settings::load(op).await?))
    });
    read.await.or_failure(&member.caller)
}

/// The ways that a form offers, with the one that is chosen; the first that can be taken when none is.
pub(super) fn choices(offers: Vec<WayOffer>, chosen: &str) -> Vec<WayChoice> {
    let first = offers.iter().find(|offer| offer.obstacle.is_none()).map(|offer| offer.way.code()).unwrap_or_default();
    let chosen = if chosen.is_empty() { first } else { chosen };
    let choice = |offer: WayOffer| {
        let to = offer.to.map(|to| format!(" to {to}")).unwrap_or_default();
        let label = match offer.way {
            Way::EmailLink => format!("Link by email{to}"),
            Way::EmailCode => format!("One-time code by email{to}"),
            Way::SmsCode => format!("One-time code by text message{to}"),
            Way::HandOver => "Link that you hand over yourself".to_owned(),
        };
        let code = offer.way.code();
        WayChoice { code, label, obstacle: offer.obstacle.unwrap_or_default(), is_chosen: code == chosen }
    };
    offers.into_iter().map(choice).collect()
}

impl Question {
    fn new(account: &Account, settings: &Settings, chosen: &Chosen, problems: &Problems) -> Self {
        let is_super = account.roles.has(identity::access::Role::SuperAdministrator);
        let no_random = if is_super {
            "Reeve mails no password to a super administrator."
        } else if account.email.is_none() {
            "This user has no email address."
        } else {
            ""
        };
        Question {
            name: account.display_name(),
            href: href(account),
            has_password: account.state.password != PasswordState::None,
            may_type: settings.admin_may_choose_passwords,
            no_random: no_random.to_owned(),
            mode: problems.input("password_choice", &chosen.mode),
            password: problems.input("password", ""),
            password_repeat: problems.input("password_repeat", ""),
            is_temporary: chosen.is_temporary,
            send: problems.input("send", ""),
            sends: chosen.sends,
            way: problems.input("way", &chosen.way),
            ways: choices(accounts::password_ways(account, settings), &chosen.way),
            password_help: accounts::password_help(settings),
            sent_is_temporary: !settings.allow_mailing_permanent_passwords,
            problems: problems.0.clone(),
        }
    }

    fn is(&self, mode: &str) -> bool {
        self.mode.value == mode
    }

    fn verb(&self) -> &'static str {
        if self.has_password { "Reset" } else { "Set" }
    }
}
