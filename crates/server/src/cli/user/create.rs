//! `reeve user create`: one account.

use anyhow::Result;
use clap::Args;
use identity::accounts::{self, Account, NewAccount, NewPassword, Origin, TypedPassword};

use super::super::admin::operator;
use super::{Output, show};
use crate::config::Config;
use crate::terminal::say;
use crate::{database, terminal};

/// The account to make; what is missing is asked for.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Create {
    /// What they sign in with
    #[arg(long)]
    username: Option<String>,
    /// Their email address
    #[arg(long)]
    email: Option<String>,
    /// Given name
    #[arg(long)]
    first_name: Option<String>,
    /// Family name
    #[arg(long)]
    last_name: Option<String>,
    /// Nobody can sign in to it until it is enabled
    #[arg(long)]
    disabled: bool,
    /// Without a password; nobody can sign in until one is set
    #[arg(long, conflicts_with_all = ["password_stdin", "temporary"])]
    no_password: bool,
    /// Ask for another password at the next sign-in
    #[arg(long)]
    temporary: bool,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    output: Output,
}

/// Makes an account.
///
/// Errors: what is wrong with it or its password.
pub(super) async fn run(config: &Config, asked: Create) -> Result<()> {
    let new = NewAccount {
        username: terminal::ask(asked.username, "Username", "--username")?,
        email: terminal::ask(asked.email, "E-mail address", "--email")?,
        first_name: terminal::ask(asked.first_name, "First name", "--first-name")?,
        last_name: terminal::ask(asked.last_name, "Last name", "--last-name")?,
        enabled: !asked.disabled,
        origin: Origin::CommandLine,
        ..NewAccount::default()
    };
    let account = if asked.no_password {
        let identity = database::open(config).await?;
        let new = NewAccount { password: NewPassword::None, ..new };
        identity.write(&operator(&identity), async |op| accounts::create(op, new).await).await?
    } else {
        with_password(config, new, asked.password_stdin, asked.temporary).await?
    };
    if asked.output.json {
        say(show::brief(&account));
    } else {
        say(format_args!("{} was created.", account.username));
    }
    Ok(())
}

async fn with_password(config: &Config, new: NewAccount, from_stdin: bool, temporary: bool) -> Result<Account> {
    let (password, repeated) = terminal::ask_for_password(from_stdin)?;
    let typed = TypedPassword { password, repeated, temporary };
    let identity = database::open(config).await?;
    Ok(accounts::create_with_password(&identity, &operator(&identity), new, typed).await?)
}
