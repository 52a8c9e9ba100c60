//! Reeve: user accounts and single sign-on in one program.

mod cli;
mod config;
mod database;
mod demo;
mod probes;
mod serve;
mod telemetry;
mod terminal;
mod tls;
mod worker;

use std::process::ExitCode;

use clap::Parser;

/// Less memory at rest than the system's allocator with many threads, and faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command_line = cli::CommandLine::parse();
    match cli::run(command_line) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("reeve: {error:#}");
            if error.is::<config::Misuse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
