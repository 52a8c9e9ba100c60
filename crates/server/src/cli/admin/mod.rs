//! `reeve admin`: whoever commands the machine makes administrators, and lets them in again.

mod list;
mod roles;

use anyhow::Result;
use base::Secret;
use clap::{Args, Subcommand};
use identity::access::Actor;
use identity::accounts::{self, Account, NewAccount, Origin, TypedPassword};
use identity::{Caller, Door, Identity, setup};

use crate::config::{Config, Misuse};
use crate::terminal::say;
use crate::{database, terminal};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a super administrator; the password is asked for
    Create(Create),
    /// Set the password of an account; its sessions end
    ResetPassword(ResetPassword),
    /// Make an account an administrator of one kind
    Grant(roles::RoleOf),
    /// Take a role from an account
    Revoke(roles::RoleOf),
    /// List everybody who holds a role
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
}

/// The account to make; what is missing is asked for.
#[derive(Args)]
pub(crate) struct Create {
    /// What they sign in with
    #[arg(long)]
    username: Option<String>,
    /// Their e-mail address
    #[arg(long)]
    email: Option<String>,
    /// Given name
    #[arg(long)]
    first_name: Option<String>,
    /// Family name
    #[arg(long)]
    last_name: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub(crate) struct ResetPassword {
    /// What they sign in with
    username: String,
    /// Ask for another password at the next sign-in
    #[arg(long)]
    temporary: bool,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// Carries out a command; the server may run meanwhile.
///
/// Errors: what is wrong with the account or the password.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    match command {
        Command::Create(create) => self::create(config, create).await,
        Command::ResetPassword(reset) => reset_password(config, reset).await,
        Command::Grant(asked) => roles::grant(config, asked).await,
        Command::Revoke(asked) => roles::revoke(config, asked).await,
        Command::List { json } => list::run(config, json).await,
    }
}

async fn create(config: &Config, asked: Create) -> Result<()> {
    let new = NewAccount {
        username: terminal::ask(asked.username, "Username", "--username")?,
        email: terminal::ask(asked.email, "E-mail address", "--email")?,
        first_name: terminal::ask(asked.first_name, "First name", "--first-name")?,
        last_name: terminal::ask(asked.last_name, "Last name", "--last-name")?,
        origin: Origin::CommandLine,
        ..NewAccount::default()
    };
    let typed = typed(terminal::ask_for_password(asked.password_stdin)?, false);
    let identity = database::open(config).await?;
    let account = setup::create_super_administrator(&identity, &operator(&identity), new, typed).await?;
    say(format_args!("{} is a super administrator now.", account.username));
    Ok(())
}

async fn reset_password(config: &Config, asked: ResetPassword) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let account = find(&identity, &operator, &asked.username).await?;
    let typed = typed(terminal::ask_for_password(asked.password_stdin)?, asked.temporary);
    accounts::set_password(&identity, &operator, account.id, typed).await?;
    say(format_args!(
        "{} has a new password{}.",
        account.username,
        if asked.temporary { ", to be changed at the next sign-in" } else { "" }
    ));
    Ok(())
}

/// The account with this username.
async fn find(identity: &Identity, operator: &Caller, username: &str) -> Result<Account> {
    let found = identity.read(operator, async |op| accounts::find_by_username(op, username).await).await;
    found.map_err(|error| match error {
        identity::Error::NotFound => anyhow::Error::new(Misuse(format!("nobody has the username {username:?}"))),
        other => other.into(),
    })
}

fn typed((password, repeated): (Secret, Secret), temporary: bool) -> TypedPassword {
    TypedPassword { password, repeated, temporary }
}

/// Whoever commands the machine, by this command line.
pub(crate) fn operator(identity: &Identity) -> Caller {
    identity.caller(Actor::Operator, Door::CommandLine)
}
