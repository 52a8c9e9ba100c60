//! Chores of this repository: `cargo xtask check` before a review, and its parts by themselves.
#![allow(clippy::disallowed_methods, reason = "chores measure real time and ask real servers whether they answer")]

mod browser;
mod check;
mod command;
mod postgres;
mod tidy;
mod tools;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of this repository.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// All that has to hold before a change lands: format, lints, structure, tests on both databases, browser.
    ///
    /// Installs PostgreSQL, Chromium and Node.js when they are missing and it may, and says so.
    Check {
        /// Leave out what needs other programs: PostgreSQL and the browser.
        #[arg(long)]
        quick: bool,
    },
    /// The tests alone, on SQLite and on a throw-away PostgreSQL.
    Test {
        /// SQLite only.
        #[arg(long)]
        quick: bool,
        /// Passed to `cargo test`.
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Runs a command with `REEVE_TEST_POSTGRES` naming a throw-away PostgreSQL, and stops it afterwards.
    Postgres {
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Builds the server and tries its pages and journeys in Chromium.
    Browser {
        /// Passed to the browser run: `--only TEXT`, `--base URL`, `--help`.
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Checks the invariants of `docs/architecture.md` over the source.
    Tidy,
}

fn main() -> ExitCode {
    let result = command::watch_for_interrupts().and_then(|()| match Arguments::parse().chore {
        Chore::Check { quick } => check::check(quick),
        Chore::Test { quick, args } => check::test(quick, &args),
        Chore::Postgres { command } => postgres::run_with(&command),
        Chore::Browser { args } => browser::run(&args),
        Chore::Tidy => tidy::run(),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
