//! Giving users passwords, and asking them for some.

use anyhow::Result;
use clap::{Args, ValueEnum};
use identity::accounts::{self, Account, PasswordChoice, PasswordState, Scenario, Sent, TypedPassword};
use identity::one_time_links::{Purpose, Way};
use serde_json::json;

use super::super::admin::operator;
use super::{Named, Output, named};
use crate::config::{Config, Misuse};
use crate::database;
use crate::terminal::{self, say};

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each switch of the command line is a choice of its own")]
pub(crate) struct SetPassword {
    #[command(flatten)]
    user: Named,
    /// Make one by chance; it is temporary, and is mailed to the user
    #[arg(long, conflicts_with_all = ["temporary", "send", "password_stdin"])]
    random: bool,
    /// Ask for another password at the next sign-in; the rules don't apply to this one
    #[arg(long)]
    temporary: bool,
    /// Mail the password to the user; it is temporary then
    #[arg(long)]
    send: bool,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    user: Named,
    /// How the user is reached
    #[arg(long, value_enum, default_value = "email-link")]
    by: By,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
pub(crate) struct Resend {
    #[command(flatten)]
    user: Named,
    /// What is sent, as WSO2 calls it: `ASK_PASSWORD`, `ADMIN_FORCED_PASSWORD_RESET_VIA_EMAIL_LINK`, `SELF_SIGN_UP`,
    /// `EMAIL_VERIFICATION` …; what the user waits for when there is one such thing
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    /// A link by mail
    EmailLink,
    /// A code by mail
    EmailCode,
    /// A code by text message
    SmsCode,
    /// A link that is printed here, to be handed over; for invitations
    HandOver,
}

impl By {
    fn way(self) -> Way {
        match self {
            By::EmailLink => Way::EmailLink,
            By::EmailCode => Way::EmailCode,
            By::SmsCode => Way::SmsCode,
            By::HandOver => Way::HandOver,
        }
    }
}

/// Sets a password.
///
/// Errors: a user that there is not; a password that breaks a rule, or can't be sent.
pub(super) async fn set(config: &Config, asked: SetPassword) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let account = named::find(&identity, &operator, &asked.user.name).await?;
    let choice = if asked.random {
        PasswordChoice::Random
    } else {
        let (password, repeated) = terminal::ask_for_password(asked.password_stdin)?;
        let typed = TypedPassword { password, repeated, temporary: asked.temporary };
        PasswordChoice::Typed { typed, send: asked.send }
    };
    let given = accounts::give_password(&identity, &operator, account.id, choice).await?;
    let username = &given.account.username;
    if asked.output.json {
        let id = given.account.id.to_string();
        say(json!({ "id": id, "username": username, "temporary": given.temporary, "mailed": given.is_mailed }));
    } else {
        let temporary = if given.temporary { ", to be changed at the next sign-in" } else { "" };
        let mailed = if given.is_mailed { " It is on its way to them by mail." } else { "" };
        say(format_args!("{username} has a new password{temporary}.{mailed}"));
    }
    Ok(())
}

/// Asks a user for another password.
///
/// Errors: a user that there is not, or who has no password; a way that can't be taken.
pub(super) async fn reset(config: &Config, asked: Ask) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let id = named::find(&identity, &operator, &asked.user.name).await?.id;
    let way = asked.by.way();
    let sent = identity.write(&operator, async |op| accounts::force_reset(op, id, way).await).await?;
    tell(&sent, identity.public_url(), &asked.output);
    Ok(())
}

/// Invites a user to choose the first password.
///
/// Errors: a user that there is not, or who has a password; a way that can't be taken.
pub(super) async fn invite(config: &Config, asked: Ask) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let id = named::find(&identity, &operator, &asked.user.name).await?.id;
    let way = asked.by.way();
    let sent = identity.write(&operator, async |op| accounts::invite(op, id, way).await).await?;
    tell(&sent, identity.public_url(), &asked.output);
    Ok(())
}

/// Sends once more what a user waits for.
///
/// Errors: a user that there is not; a scenario that is unknown, or that the user does not wait for.
pub(super) async fn resend(config: &Config, asked: Resend) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let account = named::find(&identity, &operator, &asked.user.name).await?;
    let scenario = match &asked.scenario {
        Some(name) => {
            Scenario::from_code(name).ok_or_else(|| Misuse(format!("there is no scenario named {name:?}")))?
        }
        None => only_one(&account)?,
    };
    let sent = identity.write(&operator, async |op| accounts::resend(op, account.id, scenario).await).await?;
    tell(&sent, identity.public_url(), &asked.output);
    Ok(())
}

/// What the account waits for, apart from proof of an address or number, when that is one thing.
fn only_one(account: &Account) -> Result<Scenario> {
    let is_proof = |purpose: &Purpose| matches!(purpose, Purpose::VerifyEmail | Purpose::VerifyMobile);
    let pending = account.state.pending();
    let mut waiting = pending.iter().filter(|purpose| !is_proof(purpose));
    match (waiting.next(), waiting.next()) {
        (Some(purpose), None) => Ok(Scenario { purpose: *purpose, way: Way::EmailLink }),
        _ => Err(Misuse("say with --scenario what is to be sent once more".into()).into()),
    }
}

fn tell(sent: &Sent, public_url: &str, output: &Output) {
    let page = accounts::page_of(if sent.account.state.password == PasswordState::None {
        Purpose::SetFirstPassword
    } else {
        Purpose::ResetPassword
    });
    let link = sent.token.as_ref().map(|token| format!("{public_url}{page}/{}", token.expose()));
    let (username, until) = (&sent.account.username, sent.until.to_string());
    if output.json {
        let id = sent.account.id.to_string();
        say(json!({ "id": id, "username": username, "way": sent.way.code(), "until": until, "link": link }));
    } else if let Some(link) = link {
        say(format_args!("Hand this link over to {username}; it works once, until {until}:\n\n  {link}"));
    } else {
        say(format_args!("A message to {username} is in the outbox. It works until {until}."));
    }
}
