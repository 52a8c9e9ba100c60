//! The command line: what can be asked of the program, and who answers.

mod admin;
pub(crate) mod check;
mod export;
mod import;
mod mail;
mod migrate;
mod outbox;
mod settings;
mod user;

pub(crate) use admin::operator;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::keys::{self, Key};
use crate::config::{Config, Misuse, Sources};
use crate::{demo, serve, telemetry};

/// User accounts and single sign-on in one program.
///
/// Without a command the server starts at http://127.0.0.1:8080, with everything it keeps in ./reeve-data.
#[derive(Parser)]
#[command(name = "reeve", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(flatten)]
    listening: Listening,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "\
Each option may stand in the environment (REEVE_PUBLIC_URL for --public-url) or in reeve.toml \
(public_url = \"…\"), which is looked for in this folder, then in the data folder. \
An option beats the environment, the environment beats the file.

Try it with invented people:  reeve demo";

/// Options of every command.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Where everything is")]
struct Everywhere {
    /// Configuration file [default: ./reeve.toml, then reeve.toml in the data folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder that everything is kept in [default: ./reeve-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Database, as sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: reeve.db in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// What to log: error, warn, info, debug, trace, or parts as warn,identity=debug
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
    /// How to log: text or json
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

/// Options of commands that serve.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Serving")]
pub(crate) struct Listening {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How browsers reach the server, as https://sso.example.com [default: the address it listens on]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// TLS certificate with those that vouch for it, in PEM form; read again on SIGHUP
    #[arg(long, value_name = "FILE")]
    tls_certificate: Option<String>,
    /// Private key of the certificate, in PEM form
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, as 10.0.0.0/8,192.168.1.7
    #[arg(long, value_name = "NETWORKS")]
    trusted_proxies: Option<String>,
    /// Who may read /metrics [default: this machine]
    #[arg(long, value_name = "NETWORKS")]
    metrics_from: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server; the same as no command
    Serve(Listening),
    /// Start a server with invented people, to try everything out
    Demo {
        #[command(flatten)]
        people: demo::People,
        #[command(flatten)]
        listening: Listening,
    },
    /// Administrators, for whoever commands this machine
    #[command(subcommand)]
    Admin(admin::Command),
    /// Users: show, list, create, lock, disable, delete, approve, and what else is done to one account
    #[command(subcommand)]
    User(user::Command),
    /// Import accounts from a CSV file
    Import(import::Import),
    /// Export accounts as CSV or JSON
    Export(export::Export),
    /// See and change the settings of the organization
    #[command(subcommand)]
    Settings(settings::Command),
    /// Mail: whether it leaves
    #[command(subcommand)]
    Mail(mail::Command),
    /// See which messages wait, left or failed, and try them again
    #[command(subcommand)]
    Outbox(outbox::Command),
    /// Bring the database to the schema of this version; the server does so by itself when it starts
    Migrate,
    /// Look whether configuration, database and folders are in order
    Check(Listening),
}

/// Carries out what the command line asks for.
///
/// Errors: [`Misuse`] when it can't be meant; anything else when it failed.
pub(crate) fn run(command_line: CommandLine) -> Result<ExitCode> {
    let CommandLine { everywhere, listening, command } = command_line;
    let command = command.unwrap_or_else(|| Command::Serve(Listening::default()));
    let is_demo = matches!(command, Command::Demo { .. });
    let serves = matches!(command, Command::Serve(_) | Command::Demo { .. });
    let own = match &command {
        Command::Serve(own) | Command::Demo { listening: own, .. } | Command::Check(own) => own.flags(),
        _ if listening.flags().is_empty() => Vec::new(),
        _ => return Err(Misuse("options about serving belong to reeve, reeve serve and reeve demo".into()).into()),
    };
    let flags = own.into_iter().chain(listening.flags()).chain(everywhere.flags()).collect();
    let config = Config::resolve(Sources {
        flags,
        environment: environment(),
        here: &std::env::current_dir().context("the folder that this was started in is gone")?,
        default_data: if is_demo { "./reeve-demo" } else { "./reeve-data" },
        keeps_to_flags: is_demo,
    })?;
    telemetry::start_logging(&config, !serves);
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        survive_file_limits()?;
        carry_out(command, &config).await
    });
    // Whoever still waits for the database, or the disk, is undone with the process; nobody waits for them.
    runtime.shutdown_background();
    code
}

async fn carry_out(command: Command, config: &Config) -> Result<ExitCode> {
    match command {
        Command::Serve(_) => serve::run(config, serve::greet_with_link).await?,
        Command::Demo { people, .. } => demo::run(config, &people).await?,
        Command::Admin(command) => admin::run(config, command).await?,
        Command::User(command) => return user::run(config, command).await,
        Command::Import(asked) => return import::run(config, asked).await,
        Command::Export(asked) => export::run(config, asked).await?,
        Command::Settings(command) => settings::run(config, command).await?,
        Command::Mail(command) => mail::run(config, command).await?,
        Command::Outbox(command) => outbox::run(config, command).await?,
        Command::Migrate => migrate::run(config).await?,
        Command::Check(_) => return check::run(config).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("threads can't be started")
}

/// A limit on the size of files (`ulimit -f`) would kill the process in the middle of a write. With a handler the
/// write fails instead, and the transaction is undone.
fn survive_file_limits() -> Result<()> {
    /// SIGXFSZ, on Linux and macOS.
    const FILE_SIZE_EXCEEDED: i32 = 25;
    let _handler_stays = signal(SignalKind::from_raw(FILE_SIZE_EXCEEDED)).context("signals can't be received")?;
    Ok(())
}

/// Variables whose name or value isn't text are none of ours.
fn environment() -> Vec<(String, String)> {
    let text = |value: OsString| value.into_string().ok();
    std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
}

impl Everywhere {
    fn flags(&self) -> Vec<(Key, String)> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        given([
            (keys::CONFIG, path(&self.config)),
            (keys::DATA, path(&self.data)),
            (keys::DATABASE, self.database.clone()),
            (keys::LOG_LEVEL, self.log_level.clone()),
            (keys::LOG_FORMAT, self.log_format.clone()),
        ])
    }
}

impl Listening {
    fn flags(&self) -> Vec<(Key, String)> {
        given([
            (keys::LISTEN, self.listen.clone()),
            (keys::PUBLIC_URL, self.public_url.clone()),
            (keys::TLS_CERTIFICATE, self.tls_certificate.clone()),
            (keys::TLS_KEY, self.tls_key.clone()),
            (keys::TRUSTED_PROXIES, self.trusted_proxies.clone()),
            (keys::METRICS_FROM, self.metrics_from.clone()),
        ])
    }
}

fn given<const N: usize>(flags: [(Key, Option<String>); N]) -> Vec<(Key, String)> {
    flags.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_has_a_flag_for_each_key() {
        let command = CommandLine::command();
        command.clone().debug_assert();
        for key in keys::IN_FILES {
            let flag = key.flag();
            assert!(
                command.get_arguments().any(|argument| format!("--{}", argument.get_id()).replace('_', "-") == flag),
                "{flag}"
            );
        }
    }
}
