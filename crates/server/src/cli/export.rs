//! `reeve export`: accounts to a file.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use identity::accounts::{Filter, StatusFilter};
use identity::exports::{self, Whom};
use wire::csv::{Guard, Style};

use super::import::{create_file, delimiter};
use super::operator;
use crate::config::{Config, Misuse, keys};
use crate::database;
use crate::terminal::say;

const AFTER_HELP: &str = "\
Passwords are never exported.

  reeve export --output people.csv
  reeve export --format ndjson --status enabled | jq .username";

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Export {
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How it is written
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatFlag,
    /// Accounts of this status only; may be given several times for any of them
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// Accounts only that have each of these words in a name, the username or the address
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// What stands between cells: comma, semicolon, tab, pipe or colon
    #[arg(long, value_name = "NAME", default_value = "comma")]
    delimiter: String,
    /// Write cells as they are, for programs: formulas aren't guarded against spreadsheets, no byte order mark
    #[arg(long)]
    exact: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatFlag {
    /// A table that opens in a spreadsheet, and in reeve import
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// Writes the accounts.
///
/// Errors: the file can't be written, the database can't be read.
pub(crate) async fn run(config: &Config, asked: Export) -> Result<()> {
    let request = asked.request()?;
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let Some(path) = &asked.output else {
        let mut sink = io::BufWriter::new(io::stdout());
        exports::export(&identity, &operator, request, &mut sink).await?;
        return sink.flush().context("standard output can't be written");
    };
    let mut sink = create_file(path)?;
    let count = exports::export(&identity, &operator, request, &mut sink).await?;
    sink.flush().with_context(|| format!("{} can't be written", path.display()))?;
    say(format_args!("{count} accounts are in {}.", path.display()));
    Ok(())
}

impl Export {
    fn request(&self) -> Result<exports::Request, Misuse> {
        let style = Style { delimiter: delimiter(&self.delimiter)?, ..Style::default() };
        let exact = Style { has_byte_order_mark: false, guard: Guard::Exact, ..style };
        let filter = Filter {
            quick: self.search.clone().unwrap_or_default(),
            statuses: self.status.iter().map(|code| status(code)).collect::<Result<_, _>>()?,
            ..Filter::default()
        };
        Ok(exports::Request {
            whom: Whom::Matching(filter),
            format: match self.format {
                FormatFlag::Csv => exports::Format::Csv(if self.exact { exact } else { style }),
                FormatFlag::Ndjson => exports::Format::NdJson,
            },
            ..exports::Request::default()
        })
    }
}

fn status(code: &str) -> Result<StatusFilter, Misuse> {
    StatusFilter::from_code(code).ok_or_else(|| {
        let all = StatusFilter::ALL.iter().map(|status| status.code().to_owned());
        Misuse(format!("there is no status {code:?}{}", keys::hint(code, all)))
    })
}
