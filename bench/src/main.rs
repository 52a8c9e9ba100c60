//! Speed and size, as ratios to controls in the same run.
//!
//! `cargo run --release -p bench -- --accounts 1000000` measures SQLite;
//! `cargo xtask postgres -- cargo run --release -p bench -- --accounts 1000000 --postgres` measures PostgreSQL.

#![allow(clippy::large_futures, reason = "measurements are taken one after the other, and nobody waits meanwhile")]

mod administrator;
mod data;
mod exports;
mod groups;
mod imports;
mod lists;
mod locks;
mod mail;
mod measure;
mod process;
mod registered;
mod server;
mod values;
mod writes;

use std::path::PathBuf;

use anyhow::{Context, Result};
use base::{Clock, Random};
use clap::Parser;
use identity::access::Actor;
use identity::{Caller, Door, Identity};
use store::Db;

use measure::Table;

/// Measures the core in process, and the built server over HTTP, and prints one table.
#[derive(Parser)]
struct Choices {
    /// How many accounts the database holds.
    #[arg(long, default_value_t = 100_000)]
    accounts: u64,
    /// Measure PostgreSQL (the server that REEVE_TEST_POSTGRES names) instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// Where the SQLite file lies, or is made; a folder of the system when absent.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How often each thing is measured.
    #[arg(long, default_value_t = 200)]
    times: usize,
    /// Measure these parts only, as `locks,mail`; all of them when absent.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The built server, to be measured over HTTP too.
    #[arg(long)]
    reeve: Option<PathBuf>,
}

/// What every measurement needs.
struct Bench {
    identity: Identity,
    caller: Caller,
    times: usize,
    table: Table,
}

fn main() -> Result<()> {
    let choices = Choices::parse();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(choices))
}

async fn run(choices: Choices) -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let folder = choices.folder.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let url = if choices.postgres {
        std::env::var("REEVE_TEST_POSTGRES").context("REEVE_TEST_POSTGRES names no server")?
    } else {
        format!("sqlite:{}", folder.join("reeve.db").display())
    };
    let db = Db::open(&url, store::Options::default())?;
    db.migrate(&Clock::System).await?;
    let files = Some(folder.join("files"));
    let options = identity::Options { random: Random::System, files, ..identity::Options::default() };
    let identity = Identity::open(db, options).await?;
    let caller = identity.caller(Actor::Operator, Door::CommandLine);
    let mut bench = Bench { identity, caller, times: choices.times, table: Table::default() };
    let waiting = choices.accounts / registered::ONE_IN;
    values::define(&bench).await?;
    data::fill(&mut bench, choices.accounts - waiting).await?;
    registered::fill(&mut bench, waiting).await?;
    let is_wanted = |part: &str| choices.only.is_empty() || choices.only.iter().any(|only| only == part);
    lists::control(&mut bench).await?;
    if is_wanted("lists") {
        lists::measure(&mut bench).await?;
    }
    if is_wanted("values") {
        values::measure(&mut bench).await?;
    }
    if is_wanted("exports") {
        Box::pin(exports::measure(&mut bench, choices.accounts)).await?;
    }
    if is_wanted("writes") {
        writes::measure(&mut bench).await?;
    }
    if is_wanted("locks") {
        locks::measure(&mut bench).await?;
    }
    if is_wanted("groups") {
        groups::measure(&mut bench).await?;
    }
    if is_wanted("imports") {
        imports::measure(&mut bench).await?;
    }
    if is_wanted("mail") {
        mail::measure(&mut bench).await?;
    }
    bench.table.note(&format!("memory of this process: {} MiB", process::memory_mib()));
    if let Some(reeve) = &choices.reeve {
        server::measure(&mut bench, reeve, &url, &folder).await?;
    }
    println!("{}", bench.table);
    Ok(())
}
