//! Deciding about registrations.

use anyhow::Result;
use clap::Args;
use identity::accounts::{self, Account};
use serde_json::json;

use super::super::admin::operator;
use super::{Named, Output, named, show};
use crate::config::Config;
use crate::database;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct Decide {
    #[command(flatten)]
    user: Named,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
pub(crate) struct Reject {
    #[command(flatten)]
    user: Named,
    /// Why, in the words that the applicant reads
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    output: Output,
}

/// Approves a registration.
///
/// Errors: a user that there is not; a registration that does not wait for approval.
pub(super) async fn approve(config: &Config, asked: Decide) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let id = named::find(&identity, &operator, &asked.user.name).await?.id;
    let account = identity.write(&operator, async |op| accounts::approve(op, id).await).await?;
    tell(&account, "approved", &asked.output);
    Ok(())
}

/// Activates an account whose registration was not confirmed.
///
/// Errors: a user that there is not; an account that does not wait for confirmation.
pub(super) async fn activate(config: &Config, asked: Decide) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let id = named::find(&identity, &operator, &asked.user.name).await?.id;
    let account = identity.write(&operator, async |op| accounts::activate(op, id).await).await?;
    tell(&account, "activated", &asked.output);
    Ok(())
}

/// Rejects a registration.
///
/// Errors: as [`approve`]; a reason that is too long.
pub(super) async fn reject(config: &Config, asked: Reject) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let account = named::find(&identity, &operator, &asked.user.name).await?;
    identity.write(&operator, async |op| accounts::reject(op, account.id, &asked.reason).await).await?;
    if asked.output.json {
        say(json!({ "id": account.id.to_string(), "username": account.username, "outcome": "rejected" }));
    } else {
        say(format_args!("The registration of {} was rejected, and the account deleted.", account.username));
    }
    Ok(())
}

fn tell(account: &Account, done: &str, output: &Output) {
    if output.json {
        say(show::brief(account));
    } else {
        say(format_args!("{} was {done}.", account.username));
    }
}
