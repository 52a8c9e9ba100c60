//! Accounts as files.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;
use identity::accounts::Filter;
use identity::exports::{self, Format, Request, Whom};

use crate::Bench;
use crate::measure::once;
use crate::process::memory_mib;

/// For each account of the database.
const GOAL: Duration = Duration::from_micros(60);
const MEMORY_GOAL_MIB: u64 = 50;

pub(crate) async fn measure(bench: &mut Bench, accounts: u64) -> Result<()> {
    let narrowed = Filter { quick: "son".into(), ..Filter::default() };
    for (what, request) in [
        ("CSV", Request::default()),
        ("NDJSON", Request { format: Format::NdJson, ..Request::default() }),
        ("CSV, narrowed to \"son\"", Request { whom: Whom::Matching(narrowed), ..Request::default() }),
    ] {
        Box::pin(one(bench, what, request, accounts)).await?;
    }
    Ok(())
}

async fn one(bench: &mut Bench, what: &str, request: Request, accounts: u64) -> Result<()> {
    let before = memory_mib();
    let mut sink = Watched { bytes: 0, most_mib: before };
    let (written, took) =
        once(async { Ok(exports::export(&bench.identity, &bench.caller, request, &mut sink).await?) }).await?;
    let goal = GOAL * u32::try_from(accounts)?;
    bench.table.single(
        &format!("export as {what}: {written} accounts, {} MB", sink.bytes / 1_000_000),
        took,
        Some(goal),
    );
    let more = sink.most_mib - before;
    bench.table.note(&format!("memory that the export as {what} took: {more} MiB (goal {MEMORY_GOAL_MIB})"));
    Ok(())
}

/// Keeps nothing but figures.
struct Watched {
    bytes: usize,
    most_mib: u64,
}

impl Write for Watched {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.bytes += piece.len();
        self.most_mib = self.most_mib.max(memory_mib());
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
