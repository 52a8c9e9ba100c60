//! `reeve user`: whoever commands the machine looks after accounts.

mod change;
mod create;
mod decide;
mod list;
mod named;
mod password;
mod show;
mod time;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::config::Config;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show one user, and what keeps them from signing in
    Show {
        #[command(flatten)]
        user: Named,
        #[command(flatten)]
        output: Output,
    },
    /// List users
    List(list::List),
    /// Create a user
    Create(create::Create),
    /// Keep users from signing in for a time; their sessions end
    Lock(change::Lock),
    /// End the locks of users, whatever they are locked for
    Unlock(change::Several),
    /// Keep users from signing in until they are enabled; their sessions end
    Disable(change::Disable),
    /// Let disabled users sign in again
    Enable(change::Several),
    /// Delete users for ever
    Delete(change::Delete),
    /// Sign users out everywhere
    EndSessions(change::Several),
    /// Set the password of a user; their sessions end
    SetPassword(password::SetPassword),
    /// Ask a user for another password, by a link or a code; the present one opens nothing any more
    ResetPassword(password::Ask),
    /// Invite a user who has no password to choose one
    Invite(password::Ask),
    /// Send once more what a user waits for
    Resend(password::Resend),
    /// Approve a confirmed registration
    Approve(decide::Decide),
    /// Activate an account whose registration was not confirmed
    Activate(decide::Decide),
    /// Reject a confirmed registration, which deletes its account
    Reject(decide::Reject),
}

/// A user.
#[derive(Args)]
pub(crate) struct Named {
    /// Username, email address or identifier
    name: String,
}

/// How a command answers.
#[derive(Args)]
pub(crate) struct Output {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Carries out a command; the server may run meanwhile, and follows at once.
///
/// Errors: a user that there is not; what stands in the way.
pub(crate) async fn run(config: &Config, command: Command) -> Result<ExitCode> {
    match command {
        Command::Show { user, output } => show::run(config, &user.name, output.json).await?,
        Command::List(asked) => list::run(config, asked).await?,
        Command::Create(asked) => create::run(config, asked).await?,
        Command::Lock(asked) => return change::lock(config, asked).await,
        Command::Unlock(asked) => return change::unlock(config, asked).await,
        Command::Disable(asked) => return change::disable(config, asked).await,
        Command::Enable(asked) => return change::enable(config, asked).await,
        Command::Delete(asked) => return change::delete(config, asked).await,
        Command::EndSessions(asked) => return change::end_sessions(config, asked).await,
        Command::SetPassword(asked) => password::set(config, asked).await?,
        Command::ResetPassword(asked) => password::reset(config, asked).await?,
        Command::Invite(asked) => password::invite(config, asked).await?,
        Command::Resend(asked) => password::resend(config, asked).await?,
        Command::Approve(asked) => decide::approve(config, asked).await?,
        Command::Activate(asked) => decide::activate(config, asked).await?,
        Command::Reject(asked) => decide::reject(config, asked).await?,
    }
    Ok(ExitCode::SUCCESS)
}
