//! What became of an import, for people or as JSON.

use std::process::ExitCode;

use identity::Problem;
use identity::imports::{self, Batch, Ending, Import, Report, Totals};
use serde_json::{Value as Json, json};
use wire::csv::Dialect;

use crate::config::Misuse;
use crate::terminal::say;

/// How many faulty rows people are shown; files hold them all.
const SHOWN: usize = 20;

/// What became of an import.
#[derive(Default)]
pub(super) struct Outcome {
    dialect: Option<Dialect>,
    columns: Vec<(String, Option<String>)>,
    warnings: Listed<String>,
    errors: Listed<Fault>,
    users: Option<Vec<Json>>,
    totals: Totals,
    resumed_after: Option<u64>,
    end: End,
}

struct Fault {
    line: Option<u64>,
    problem: Problem,
}

#[derive(Default)]
enum End {
    #[default]
    Open,
    Ended(Ending),
    /// The file or the flags can't be used.
    Refused,
    /// Something that was needed failed.
    Failed,
}

impl Outcome {
    /// The outcome of an import that begins. For JSON everything is kept, of a dry run the users too.
    pub(super) fn of(import: &Import, json: bool, dry_run: bool) -> Self {
        let columns = import.columns().iter().map(|column| (column.name.clone(), column.meaning()));
        let most = if json { usize::MAX } else { SHOWN };
        let mut outcome = Outcome {
            dialect: Some(*import.dialect()),
            columns: columns.collect(),
            warnings: Listed { most, ..Listed::default() },
            errors: Listed { most, ..Listed::default() },
            users: (json && dry_run).then(Vec::new),
            ..Outcome::default()
        };
        for notice in import.notices() {
            outcome.warnings.push(notice.message.clone());
        }
        outcome
    }

    /// The outcome of one that can't begin.
    pub(super) fn refused(import: Option<&Import>, problems: Vec<Problem>) -> Self {
        let mut outcome = import.map(|import| Outcome::of(import, true, false)).unwrap_or_default();
        outcome.refuse(problems);
        outcome
    }

    /// The outcome of one that something else ended before it began.
    pub(super) fn failed(error: &anyhow::Error) -> Self {
        let mut outcome = Outcome::default();
        outcome.fail(error);
        outcome
    }

    /// How many rows were dealt with so far.
    pub(super) fn rows(&self) -> u64 {
        self.totals.rows()
    }

    /// Notes that something else ended it.
    pub(super) fn fail(&mut self, error: &anyhow::Error) {
        let problem = Problem::new("", "FAILED", format!("{error:#}"));
        self.errors.push(Fault { line: None, problem });
        self.end = if error.is::<Misuse>() { End::Refused } else { End::Failed };
    }

    /// Notes the rows of a batch.
    pub(super) fn add(&mut self, batch: &Batch) {
        self.totals = batch.totals;
        for row in &batch.rows {
            let line = row.line;
            match row.outcome {
                imports::Outcome::Failed => {
                    for problem in &row.problems {
                        self.errors.push(Fault { line: Some(line), problem: problem.clone() });
                    }
                    continue;
                }
                imports::Outcome::Skipped => {
                    for problem in &row.problems {
                        self.warnings.push(format!("line {line}: {}", problem.message));
                    }
                }
                _ => {}
            }
            if let Some(users) = &mut self.users {
                users.push(json!({
                    "line": line,
                    "outcome": row.outcome,
                    "username": row.username,
                    "email": row.email,
                    "givenName": row.first_name,
                    "familyName": row.last_name,
                }));
            }
        }
    }

    /// Notes how it ended.
    pub(super) fn end(&mut self, report: &Report) {
        self.totals = report.totals;
        self.resumed_after = report.resumed_after;
        self.end = End::Ended(report.ending);
    }

    /// Notes that it could not be carried out.
    pub(super) fn refuse(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            self.errors.push(Fault { line: None, problem });
        }
        self.end = End::Refused;
    }

    /// 0 when every row is in order, 1 when some are not, 2 when the file can't be used.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self.end {
            End::Ended(Ending::Completed) if self.totals.failed == 0 => ExitCode::SUCCESS,
            End::Ended(_) | End::Open | End::Failed => ExitCode::FAILURE,
            End::Refused => ExitCode::from(2),
        }
    }

    /// One object for programs.
    pub(super) fn json(&self, dry_run: bool) -> Json {
        let errors = self.errors.kept.iter().map(|Fault { line, problem }| {
            json!({ "line": line, "field": problem.field, "code": problem.code, "message": problem.message })
        });
        let columns = self.columns.iter().map(|(name, field)| json!({ "name": name, "field": field }));
        let mut object = json!({
            "dry_run": dry_run,
            "ending": self.ending(),
            "resumed_after": self.resumed_after,
            "rows_ok": self.totals.rows() - self.totals.failed,
            "rows_bad": self.totals.failed,
            "totals": self.totals,
            "errors": errors.collect::<Vec<_>>(),
            "warnings": self.warnings.kept,
            "encoding": self.dialect.map(|dialect| dialect.encoding.name()),
            "delimiter": self.dialect.map(|dialect| char::from(dialect.delimiter.byte())),
            "columns": columns.collect::<Vec<_>>(),
        });
        if dry_run {
            object["users"] = Json::from(self.users.clone().unwrap_or_default());
        }
        object
    }

    fn ending(&self) -> &'static str {
        match self.end {
            End::Ended(Ending::Completed) => "completed",
            End::Ended(Ending::Stopped) => "stopped",
            End::Ended(Ending::Failed) | End::Open | End::Failed => "failed",
            End::Refused => "refused",
        }
    }

    /// Some lines for people.
    pub(super) fn print(&self, dry_run: bool) {
        if let Some(dialect) = &self.dialect {
            say(format_args!("Read as {}, cells divided by {}.", dialect.encoding, dialect.delimiter.name()));
            let width = self.columns.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(40);
            for (name, field) in &self.columns {
                say(format_args!("  {name:width$}  {}", field.as_deref().unwrap_or("(ignored)")));
            }
        }
        self.warnings.print("Note: ", Clone::clone);
        self.errors.print("", Fault::sentence);
        if let Some(line) = self.resumed_after {
            say(format_args!("Went on after line {line}, where an earlier run had stopped."));
        }
        say(self.verdict(dry_run));
    }

    fn verdict(&self, dry_run: bool) -> String {
        let Totals { created, updated, unchanged, skipped, failed } = self.totals;
        let counts =
            format!("created {created}, updated {updated}, unchanged {unchanged}, skipped {skipped}, faulty {failed}");
        match self.end {
            End::Refused => "Nothing was imported.".into(),
            _ if dry_run => format!("A dry run, nothing was changed. Would be {counts}."),
            End::Ended(Ending::Completed) => format!("Imported: {counts}."),
            End::Ended(Ending::Stopped) => format!("Stopped: {counts}. The same command goes on from here."),
            End::Ended(Ending::Failed) | End::Open | End::Failed => format!("Ended by a faulty row: {counts}."),
        }
    }
}

impl Fault {
    fn sentence(&self) -> String {
        let Problem { field, message, .. } = &self.problem;
        match (self.line, field.is_empty()) {
            (Some(line), true) => format!("line {line}: {message}"),
            (Some(line), false) => format!("line {line}, {field}: {message}"),
            (None, true) => message.clone(),
            (None, false) => format!("{field}: {message}"),
        }
    }
}

/// Things of which people are shown the first few; programs get them all.
struct Listed<T> {
    most: usize,
    kept: Vec<T>,
    left_out: u64,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Listed { most: usize::MAX, kept: Vec::new(), left_out: 0 }
    }
}

impl<T> Listed<T> {
    fn push(&mut self, item: T) {
        if self.kept.len() < self.most {
            self.kept.push(item);
        } else {
            self.left_out += 1;
        }
    }

    fn print(&self, start: &str, line: impl Fn(&T) -> String) {
        for item in &self.kept {
            say(format_args!("{start}{}", line(item)));
        }
        if self.left_out > 0 {
            say(format_args!("{start}… and {} more; --report FILE lists them all", self.left_out));
        }
    }
}
