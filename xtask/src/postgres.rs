//! The PostgreSQL that the tests of a run share: somebody's own, or a throw-away one.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result};
use throwaway::Postgres;

use crate::command;
use crate::tools::{self, Tool};
use crate::workspace;

/// The variable by which tests learn of a PostgreSQL; without it they run on SQLite alone.
pub(crate) const VARIABLE: &str = "REEVE_TEST_POSTGRES";

/// Runs a command with the variable set. A server that the variable already names is used as it is.
pub(crate) fn run_with(command: &[OsString]) -> Result<()> {
    let (program, arguments) = command.split_first().context("name a command")?;
    let server = Server::start()?;
    command::run(Command::new(program).args(arguments).env(VARIABLE, server.url()).current_dir(workspace::top()))
}

/// A PostgreSQL that tests may fill with whatever they like.
pub(crate) enum Server {
    /// Somebody else's, named by the variable; we leave it running.
    Given(String),
    /// Ours; it ends with this value.
    ThrowAway(Postgres),
}

impl Server {
    /// Takes the server that the variable names, or starts one, installing PostgreSQL if it is missing.
    pub(crate) fn start() -> Result<Self> {
        if let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            println!("   {VARIABLE} is set: using that server");
            return Ok(Self::Given(url));
        }
        tools::install_missing(&[Tool::PostgreSql])?;
        let server = Postgres::start(&[], &[])?;
        println!("   a throw-away PostgreSQL listens on 127.0.0.1:{}", server.port());
        Ok(Self::ThrowAway(server))
    }

    /// What to connect to: a superuser, without a password.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Given(url) => url.clone(),
            Self::ThrowAway(server) => server.url(),
        }
    }
}
