//! `reeve admin list`: everybody who holds an administrator role.

use anyhow::Result;
use identity::access::Role;
use identity::accounts::{self, Account, PageRequest, Start};
use serde_json::{Value as Json, json};

use super::operator;
use crate::config::Config;
use crate::database;
use crate::terminal::say;

/// As many are read at once.
const PAGE: u32 = 500;

/// Prints every administrator, by last name.
///
/// Errors: the database can't be read.
pub(super) async fn run(config: &Config, as_json: bool) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let all = identity
        .read(&operator, async |op| {
            let mut all: Vec<Account> = Vec::new();
            for number in 1.. {
                let wanted = PageRequest { number, start: Start::Number };
                let page = accounts::administrators(op, identity.anchors(), PAGE, wanted).await?;
                all.extend(page.accounts);
                if !page.has_next {
                    break;
                }
            }
            Ok(all)
        })
        .await?;
    if as_json {
        say(Json::Array(all.iter().map(object).collect()));
    } else {
        print(&all);
    }
    Ok(())
}

fn object(account: &Account) -> Json {
    json!({
        "id": account.id.to_string(),
        "username": account.username,
        "name": account.display_name(),
        "status": account.status().code(),
        "roles": codes(account),
    })
}

fn codes(account: &Account) -> Vec<&'static str> {
    account.roles.iter().map(Role::code).collect()
}

fn print(all: &[Account]) {
    let width = all.iter().map(|account| account.username.chars().count()).max().unwrap_or(0);
    for account in all {
        say(format_args!("{:width$}  {:8}  {}", account.username, account.status().code(), codes(account).join(", ")));
    }
}
