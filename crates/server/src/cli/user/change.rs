//! Changing users: each by itself, so that one no doesn't stop the rest.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use identity::accounts::{self, Account, LockTerms};
use identity::{Caller, Identity, Operation};
use serde_json::{Value as Json, json};

use super::super::admin::operator;
use super::{Output, named, time};
use crate::config::{Config, Misuse};
use crate::database;
use crate::terminal::{self, say};

/// Some users.
#[derive(Args)]
pub(crate) struct Several {
    /// Usernames, email addresses or identifiers
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
pub(crate) struct Lock {
    #[command(flatten)]
    several: Several,
    /// Why, for administrators
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// When the lock ends by itself: a span as 30m, 12h or 7d, or a time in UTC as 2026-12-31T18:00
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

#[derive(Args)]
pub(crate) struct Disable {
    #[command(flatten)]
    several: Several,
    /// Why, for administrators
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    several: Several,
    /// Don't ask
    #[arg(long)]
    yes: bool,
}

/// What became of one user.
enum Outcome {
    Done,
    Unchanged,
    Refused(identity::Error),
}

/// Locks users.
///
/// Errors: a user or a time that there is not.
pub(super) async fn lock(config: &Config, asked: Lock) -> Result<ExitCode> {
    let (identity, operator) = open(config).await?;
    let until = asked.until.as_deref().map(|text| time::read(text, identity.clock().now())).transpose()?;
    let terms = LockTerms { note: asked.note, until };
    let users = named::find_all(&identity, &operator, &asked.several.names).await?;
    let outcomes = each(&identity, &operator, users, async |op, account| {
        Ok(accounts::lock(op, account.id, &terms).await?.version != account.version)
    });
    Ok(tell(&outcomes.await, "locked", &asked.several.output))
}

/// Unlocks users.
///
/// Errors: a user that there is not.
pub(super) async fn unlock(config: &Config, asked: Several) -> Result<ExitCode> {
    let (identity, operator) = open(config).await?;
    let users = named::find_all(&identity, &operator, &asked.names).await?;
    let outcomes = each(&identity, &operator, users, async |op, account| {
        Ok(accounts::unlock(op, account.id).await?.version != account.version)
    });
    Ok(tell(&outcomes.await, "unlocked", &asked.output))
}

/// Disables users.
///
/// Errors: a user that there is not.
pub(super) async fn disable(config: &Config, asked: Disable) -> Result<ExitCode> {
    let (identity, operator) = open(config).await?;
    let note = asked.note.as_deref();
    let users = named::find_all(&identity, &operator, &asked.several.names).await?;
    let outcomes = each(&identity, &operator, users, async |op, account| {
        Ok(accounts::disable(op, account.id, note).await?.version != account.version)
    });
    Ok(tell(&outcomes.await, "disabled", &asked.several.output))
}

/// Enables users.
///
/// Errors: a user that there is not.
pub(super) async fn enable(config: &Config, asked: Several) -> Result<ExitCode> {
    let (identity, operator) = open(config).await?;
    let users = named::find_all(&identity, &operator, &asked.names).await?;
    let outcomes = each(&identity, &operator, users, async |op, account| {
        Ok(accounts::enable(op, account.id).await?.version != account.version)
    });
    Ok(tell(&outcomes.await, "enabled", &asked.output))
}

/// Ends the sessions of users.
///
/// Errors: a user that there is not.
pub(super) async fn end_sessions(config: &Config, asked: Several) -> Result<ExitCode> {
    let (identity, operator) = open(config).await?;
    let users = named::find_all(&identity, &operator, &asked.names).await?;
    let outcomes =
        each(&identity, &operator, users, async |op, account| Ok(accounts::end_sessions(op, account.id).await? > 0));
    Ok(tell(&outcomes.await, "signed out", &asked.output))
}

/// Deletes users, after a question.
///
/// Errors: a user that there is not; nobody is there to be asked; the answer is no.
pub(super) async fn delete(config: &Config, asked: Delete) -> Result<ExitCode> {
    let (identity, operator) = open(config).await?;
    let users = named::find_all(&identity, &operator, &asked.several.names).await?;
    if !asked.yes {
        let names: Vec<_> = users.iter().map(|account| account.username.as_str()).collect();
        let question = format!("Delete {} for ever? Type yes to do it", names.join(", "));
        if terminal::ask(None, &question, "--yes")? != "yes" {
            return Err(Misuse("nobody was deleted".into()).into());
        }
    }
    let outcomes = each(&identity, &operator, users, async |op, account| {
        accounts::delete(op, account.id).await?;
        Ok(true)
    });
    Ok(tell(&outcomes.await, "deleted", &asked.several.output))
}

async fn open(config: &Config) -> Result<(Identity, Caller)> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    Ok((identity, operator))
}

/// Does something to each user, in a transaction of its own; it answers whether anything was changed.
async fn each(
    identity: &Identity,
    operator: &Caller,
    users: Vec<Account>,
    deed: impl AsyncFn(&mut Operation<'_>, &Account) -> identity::Result<bool>,
) -> Vec<(Account, Outcome)> {
    let mut outcomes = Vec::with_capacity(users.len());
    for account in users {
        let outcome = match identity.write(operator, async |op| deed(op, &account).await).await {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Unchanged,
            Err(error) => Outcome::Refused(error),
        };
        outcomes.push((account, outcome));
    }
    outcomes
}

/// Says what became of each; the code tells whether anything was refused.
fn tell(outcomes: &[(Account, Outcome)], done: &str, output: &Output) -> ExitCode {
    if output.json {
        say(Json::Array(outcomes.iter().map(|(account, outcome)| object(account, outcome)).collect()));
    } else {
        for (account, outcome) in outcomes {
            let username = &account.username;
            match outcome {
                Outcome::Done => say(format_args!("{username} was {done}.")),
                Outcome::Unchanged => say(format_args!("{username} was not changed: nothing was to be done.")),
                Outcome::Refused(error) => eprintln!("reeve: {username}: {error}"),
            }
        }
    }
    let is_refused = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Refused(_)));
    if is_refused { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn object(account: &Account, outcome: &Outcome) -> Json {
    let (code, message) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::Unchanged => ("unchanged", None),
        Outcome::Refused(error) => (error.code(), Some(error.to_string())),
    };
    json!({ "id": account.id.to_string(), "username": account.username, "outcome": code, "message": message })
}
