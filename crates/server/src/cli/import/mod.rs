//! `reeve import`: accounts from a file.

mod choices;
mod files;
mod outcome;
mod progress;
mod values;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use identity::imports::{self, Batch, ImportFile, Next};
use identity::{Error, Identity, attributes};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use super::operator;
use crate::config::{Config, Misuse};
use crate::database;
use crate::terminal::say;
use choices::Wishes;
pub(super) use choices::delimiter;
use files::Files;
pub(super) use files::create as create_file;
use outcome::Outcome;
use progress::Progress;

const AFTER_HELP: &str = "\
Fields: username, first_name, last_name, full_name, email, email_fallback, mobile, external_id, status, blocked, \
account_control, email_verified, password, password_hash, groups. Columns with usual names are recognized.

An import that was interrupted goes on where it stopped when the same command is given again.
The command ends with 0 when every row is in order, 1 when some are not, 2 when the file can't be used.

  reeve import people.csv --dry-run
  reeve import people.csv --match email --mode create-update --map 'Mail=email' --failed-rows again.csv";

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Import {
    /// The file, as CSV in whatever dialect; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what would happen to each row, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wishes: Wishes,
    /// Write what became of each row to this file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write the faulty rows to this file, to be put right and imported
    #[arg(long, value_name = "FILE")]
    failed_rows: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// Imports a file, or says what would happen. Ctrl+C stops after the batch in work; what is done stays.
///
/// Errors: the database can't be used, a report can't be written. A file that can't be used is an answer.
pub(crate) async fn run(config: &Config, asked: Import) -> Result<ExitCode> {
    let outcome = match import(config, &asked).await {
        Ok(outcome) => outcome,
        Err(error) if asked.json => Outcome::failed(&error),
        Err(error) => return Err(error),
    };
    if asked.json {
        say(outcome.json(asked.dry_run));
    } else {
        outcome.print(asked.dry_run);
    }
    Ok(outcome.exit_code())
}

async fn import(config: &Config, asked: &Import) -> Result<Outcome> {
    let choices = asked.wishes.choices()?;
    for path in [&asked.report, &asked.failed_rows].into_iter().flatten() {
        if is_same_file(path, &asked.file) {
            return Err(Misuse(format!("{} is the file to import; write the report to another", path.display())).into());
        }
    }
    let opened = open_file(&asked.file)?;
    let lines = progress::count_lines(&opened.source);
    let place = Place::open(config, asked.dry_run).await?;
    let operator = operator(&place.identity);
    let known = place.identity.read(&operator, async |op| attributes::list(op).await).await?;
    let proposed = opened.file.and_then(|file| imports::propose(file.with_attributes(known), choices));
    let (import, problems) = match proposed {
        Ok(proposed) => proposed,
        Err(Error::Invalid(problems)) => return Ok(Outcome::refused(None, problems)),
        Err(error) => return Err(error.into()),
    };
    if !problems.is_empty() {
        return Ok(Outcome::refused(Some(&import), problems));
    }

    let mut outcome = Outcome::of(&import, asked.json, asked.dry_run);
    let mut files = Files::create(&import, asked.report.as_deref(), asked.failed_rows.as_deref())?;
    let progress = Progress::begin(lines, asked.json);
    let is_told_to_stop = stop_flag()?;
    let mut on_batch = |batch: &Batch| {
        files.write(batch).map_err(|error| Error::Unavailable(format!("the report can't be written: {error}")))?;
        outcome.add(batch);
        progress.show(batch);
        Ok(if is_told_to_stop.load(Ordering::Relaxed) { Next::Stop } else { Next::GoOn })
    };
    let report = if asked.dry_run {
        imports::dry_run(&place.identity, &operator, &import, &mut on_batch).await
    } else {
        imports::run(&place.identity, &operator, &import, &mut on_batch).await
    };
    progress.end();
    files.finish().context("the report can't be written")?;
    match report {
        Ok(report) => outcome.end(&report),
        Err(Error::Invalid(problems)) => outcome.refuse(problems),
        Err(error) if asked.json => outcome.fail(&interrupted(&outcome, &error)),
        Err(error) => return Err(interrupted(&outcome, &error)),
    }
    Ok(outcome)
}

/// Nothing of what was committed is lost, and it is worth saying so.
fn interrupted(outcome: &Outcome, error: &Error) -> anyhow::Error {
    match outcome.rows() {
        0 => anyhow!("the import stopped before its first rows: {error}"),
        rows => anyhow!(
            "the import stopped after {rows} rows: {error}\nWhat was imported stays; the same command goes on from there."
        ),
    }
}

/// Where the accounts are, or would be.
struct Place {
    identity: Identity,
    _folder: Option<TempDir>,
}

impl Place {
    /// Opens the database. A dry run makes none: where there is no SQLite file, it takes an empty one that goes away.
    async fn open(config: &Config, dry_run: bool) -> Result<Self> {
        let is_missing = database::sqlite_file(config).is_some_and(|file| !file.exists());
        if !(dry_run && is_missing) {
            return Ok(Place { identity: database::open(config).await?, _folder: None });
        }
        let folder = tempfile::tempdir().context("there is no room for temporary files")?;
        let database = format!("sqlite:{}", folder.path().join("empty.db").display());
        let identity = database::open(&Config { database, ..config.clone() }).await?;
        Ok(Place { identity, _folder: Some(folder) })
    }
}

struct OpenedFile {
    file: identity::Result<ImportFile>,
    source: progress::Source,
}

fn open_file(path: &Path) -> Result<OpenedFile> {
    if path.as_os_str() != "-" {
        return Ok(OpenedFile { file: ImportFile::at(path), source: progress::Source::Path(path.to_owned()) });
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).context("standard input can't be read")?;
    let lines = progress::lines_in(&bytes);
    let file = ImportFile::from_bytes("standard input", bytes);
    Ok(OpenedFile { file, source: progress::Source::Counted(lines) })
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Becomes true at SIGINT and SIGTERM.
fn stop_flag() -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let mut signals = signal(kind).context("signals can't be received")?;
        let flag = Arc::clone(&flag);
        tokio::spawn(async move {
            signals.recv().await;
            flag.store(true, Ordering::Relaxed);
        });
    }
    Ok(flag)
}
