//! `reeve user list`: accounts, by last name.

use anyhow::Result;
use clap::Args;
use identity::accounts::{self, Account, Filter, ListQuery, PageRequest, Start, StatusFilter};
use serde_json::Value as Json;

use super::super::admin::operator;
use super::{Output, show};
use crate::config::{Config, Misuse, keys};
use crate::database;
use crate::terminal::say;

/// As many are read at once.
const PAGE: u32 = 500;

/// Which accounts.
#[derive(Args)]
pub(crate) struct List {
    /// Only those with these words in name, username or email address
    #[arg(long, value_name = "WORDS", default_value = "")]
    search: String,
    /// Only those with this status: enabled, disabled, locked, activation, approval, reset, setup, email, mobile; may be
    /// repeated
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    #[command(flatten)]
    output: Output,
}

/// Prints accounts, by last name.
///
/// Errors: a status that there is not.
pub(super) async fn run(config: &Config, asked: List) -> Result<()> {
    let statuses = asked.status.iter().map(|code| status(code)).collect::<Result<Vec<_>, _>>()?;
    let filter = Filter { quick: asked.search, statuses, ..Filter::default() };
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let all = identity.read(&operator, async |op| {
        let mut all: Vec<Account> = Vec::new();
        for number in 1.. {
            let page = PageRequest { number, start: Start::Number };
            let query = ListQuery { filter: filter.clone(), size: PAGE, page, ..ListQuery::default() };
            let page = accounts::list(op, identity.anchors(), &query).await?;
            all.extend(page.accounts);
            if !page.has_next {
                break;
            }
        }
        Ok(all)
    });
    let all = all.await?;
    if asked.output.json {
        say(Json::Array(all.iter().map(show::brief).collect()));
        return Ok(());
    }
    let width = all.iter().map(|account| account.username.chars().count()).max().unwrap_or(0);
    for account in &all {
        let locked = if account.state.is_locked(identity.clock().now()) { ", locked" } else { "" };
        let (username, name, status) = (&account.username, account.display_name(), account.status().code());
        say(format_args!("{username:width$}  {status}{locked}  {name}"));
    }
    Ok(())
}

fn status(code: &str) -> Result<StatusFilter, Misuse> {
    let codes = || StatusFilter::ALL.into_iter().map(|filter| filter.code().to_owned());
    let unknown = || Misuse(format!("there is no status {code:?}{}", keys::hint(code, codes())));
    StatusFilter::from_code(code).ok_or_else(unknown)
}
