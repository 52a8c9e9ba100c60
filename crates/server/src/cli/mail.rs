//! `reeve mail`: whether mail leaves.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use base::{Clock, MessageId, Random};
use clap::Subcommand;
use identity::messages;
use outbound::{Mail, MailLine, MailServer};
use serde_json::json;
use std::sync::Arc;

use crate::config::Config;
use crate::database;
use crate::terminal::say;

/// Somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Send a mail and say what the mail server answered; it succeeds when the server took it
    ///
    /// The server is the one of SMTP_HOST, SMTP_PORT, SMTP_TLS (starttls, tls or none), SMTP_USER, SMTP_PASS, SMTP_CA
    /// and SMTP_FROM, or the one that was chosen in the console.
    SendTest {
        /// Whom it goes to
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Carries out a command; the server may run meanwhile.
///
/// Errors: what the mail server said, or why it could not be asked.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    let Command::SendTest { to, json } = command;
    let server = MailServer { patience: PATIENCE, ..chosen(config).await? };
    let place = format!("{}:{}", server.host, server.port);
    let now = Clock::System.now();
    let id: MessageId = Random::System.id(now);
    let mail = Mail {
        id: format!("{id}@{}", server.from.rsplit('@').next().unwrap_or("localhost")),
        at: now,
        to,
        subject: "A test from Reeve".into(),
        plain: "Mail from Reeve arrives here. There is nothing to do.\n".into(),
        html: String::new(),
    };
    let mut line = MailLine::new(Arc::new(server));
    let answer = line.send(&mail).await.with_context(|| format!("{place} did not take the mail"))?;
    line.close().await;
    if json {
        say(json!({ "server": place, "to": mail.to, "answer": answer }));
    } else {
        say(format_args!("{place} took the mail: {answer}"));
    }
    Ok(())
}

/// The server of the environment, or else the one that was chosen in the console.
async fn chosen(config: &Config) -> Result<MailServer> {
    if let Some(server) = &config.mail_server {
        return Ok(server.clone());
    }
    let identity = database::open(config).await?;
    let chosen = messages::mail_server_in_use(&identity).await?;
    chosen.ok_or_else(|| anyhow!("no mail server is configured; set SMTP_HOST, or choose one in the console"))
}
