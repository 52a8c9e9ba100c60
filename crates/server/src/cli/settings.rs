//! `reeve settings`: what the organization chose.

use anyhow::Result;
use clap::Subcommand;
use identity::settings::{self, Definition, Settings, definitions};
use serde_json::Value as Json;

use super::admin::operator;
use crate::config::{Config, Misuse, keys};
use crate::database;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print every setting with its value
    List {
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print one value
    Get {
        /// The setting, as reeve settings list shows it
        key: String,
    },
    /// Change one value
    Set {
        /// The setting, as reeve settings list shows it
        key: String,
        /// A number, true, false, a text, or JSON
        value: String,
    },
}

/// Carries out a command; the server may run meanwhile, and follows at once.
///
/// Errors: an unknown key, a value out of its range.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    match command {
        Command::List { json } => {
            let present = identity.read(&operator, async |op| settings::load(op).await).await?;
            print(&present, json);
        }
        Command::Get { key } => {
            let key = known(&key)?;
            let present = identity.read(&operator, async |op| settings::load(op).await).await?;
            say(present.value_of(key));
        }
        Command::Set { key, value } => {
            let key = known(&key)?;
            let value = meant(key, value)?;
            identity.write(&operator, async |op| settings::choose(op, key, value).await).await?;
        }
    }
    Ok(())
}

fn print(present: &Settings, json: bool) {
    if json {
        let all: serde_json::Map<String, Json> =
            definitions().map(|definition| (definition.key.to_owned(), present.value_of(definition.key))).collect();
        say(Json::Object(all));
        return;
    }
    let standard = Settings::default();
    let width = definitions().map(|definition| definition.key.len()).max().unwrap_or(0);
    for key in definitions().map(|definition| definition.key) {
        let value = present.value_of(key);
        let note = if value == standard.value_of(key) { "" } else { "  (changed)" };
        say(format_args!("{key:width$}  {value}{note}"));
    }
}

/// What is typed behind a key: JSON of the right kind, or the text of a form field, as `on` or `a, b`.
fn meant(key: &str, text: String) -> Result<Json> {
    let definition = Definition::find(key)?;
    let as_json = serde_json::from_str(&text).ok().filter(|value| definition.read(value).is_ok());
    Ok(as_json.unwrap_or_else(|| definition.of_text(&text)))
}

fn known(key: &str) -> Result<&'static str, Misuse> {
    let all = || definitions().map(|definition| definition.key);
    all()
        .find(|known| *known == key)
        .ok_or_else(|| Misuse(format!("there is no setting {key:?}{}", keys::hint(key, all().map(str::to_owned)))))
}
