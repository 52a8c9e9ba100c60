//! Accounts from files.

mod files;
mod groups;
mod mapping;
mod merge;
mod passwords;
mod resume;
mod rights;
mod samples;
mod saved;

use std::collections::BTreeMap;
use std::fmt::Write;

use identity::imports::{self, Batch, Choices, Import, ImportFile, Next, Outcome, Report, RowReport};
use identity::{Caller, Error, Problem, Result};
use testkit::World;

/// A file with everything settled.
fn import(text: &str, choices: Choices) -> Import {
    imports::prepare(file(text), choices).expect("nothing stands in its way")
}

fn file(text: &str) -> ImportFile {
    ImportFile::from_bytes("people.csv", text.as_bytes().to_vec()).expect("a file")
}

/// What stands in the way of an import.
fn obstacles(text: &str, choices: Choices) -> Vec<String> {
    match imports::prepare(file(text), choices) {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        other => panic!("{other:?}"),
    }
}

/// A finished import with all its rows.
#[derive(Debug)]
struct Done {
    report: Report,
    rows: Vec<RowReport>,
}

async fn run_as(world: &World, caller: &Caller, import: &Import) -> Result<Done> {
    let mut rows = Vec::new();
    let report = imports::run(&world.identity, caller, import, &mut |batch: &Batch| {
        rows.extend(batch.rows.iter().cloned());
        Ok(Next::GoOn)
    })
    .await?;
    Ok(Done { report, rows })
}

async fn run(world: &World, import: &Import) -> Done {
    run_as(world, &world.uma().await, import).await.expect("the import runs")
}

async fn rehearse(world: &World, import: &Import) -> Done {
    let mut rows = Vec::new();
    let report = imports::dry_run(&world.identity, &world.uma().await, import, &mut |batch: &Batch| {
        rows.extend(batch.rows.iter().cloned());
        Ok(Next::GoOn)
    })
    .await
    .expect("the import is rehearsed");
    Done { report, rows }
}

/// Rehearses and runs an import; both must tell the same of every row.
async fn both(world: &World, text: &str, choices: Choices) -> Done {
    let import = import(text, choices);
    let rehearsed = rehearse(world, &import).await;
    let done = run(world, &import).await;
    assert_eq!(rehearsed.told(), done.told());
    assert_eq!((rehearsed.report.totals, rehearsed.report.ending), (done.report.totals, done.report.ending));
    done
}

impl Done {
    /// What is told of each row.
    fn told(&self) -> Vec<(u64, Outcome, Vec<Problem>)> {
        self.rows.iter().map(|row| (row.line, row.outcome, row.problems.clone())).collect()
    }

    /// Outcome and codes of each row, as `2 FAILED BAD_EMAIL`.
    fn lines(&self) -> Vec<String> {
        let line = |row: &RowReport| {
            let codes: Vec<&str> = row.problems.iter().map(|problem| problem.code.as_str()).collect();
            format!("{} {} {}", row.line, row.outcome.code(), codes.join(" ")).trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }

    /// How many rows had each outcome.
    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.outcome.code()).or_default() += 1;
        }
        counts
    }
}

/// The account with this username.
async fn account(world: &World, username: &str) -> Option<identity::accounts::Account> {
    let caller = world.operator();
    let found = world.identity.read(&caller, async |op| identity::accounts::find_by_username(op, username).await).await;
    match found {
        Ok(account) => Some(account),
        Err(Error::NotFound) => None,
        Err(error) => panic!("{error}"),
    }
}

/// How many accounts there are.
async fn total(world: &World) -> u64 {
    let caller = world.operator();
    let summary = world.identity.read(&caller, async |op| identity::accounts::summary(op).await).await;
    summary.expect("the figures are read").total
}

/// A file with the rows `from..to` of a made crowd.
fn crowd(from: usize, to: usize) -> String {
    let mut text = "username,first_name,last_name,email,external_id\n".to_owned();
    for n in from..to {
        writeln!(text, "person{n},Pat{n},Müller,person{n}@example.com,x{n}").unwrap();
    }
    text
}
