//! `reeve settings`: what the organization chose.

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use identity::settings::{self, Change, Definition, Page, Preset, Settings};
use identity::{Caller, Error, Identity};
use serde_json::{Map, Value as Json, json};

use super::admin::operator;
use crate::config::{Config, Misuse, keys};
use crate::database;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print every setting with its value
    List {
        /// Of one page only: system, messages, username, password, registration, lockout, recovery, sessions
        #[arg(long)]
        page: Option<String>,
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print one value
    Get {
        /// The setting, as reeve settings list shows it
        key: String,
        /// With its default, its kind and what it does, as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Change values: all of them, or none when one may not be chosen
    Set {
        /// A setting, as reeve settings list shows it, and its value: a number, on or off, a text, a list with commas, or JSON
        #[arg(required = true, num_args = 2.., value_names = ["KEY", "VALUE"])]
        pairs: Vec<String>,
        /// Print what changed as JSON
        #[arg(long)]
        json: bool,
    },
    /// Give settings their defaults again
    Reset {
        /// The settings, as reeve settings list shows them
        #[arg(required = true)]
        keys: Vec<String>,
        /// Print what changed as JSON
        #[arg(long)]
        json: bool,
    },
    /// Choose values that go together; other settings stay as they are
    Preset {
        /// Which
        preset: Which,
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
        /// Print what changed as JSON
        #[arg(long)]
        json: bool,
    },
}

/// The presets as words of the command line.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Which {
    /// The defaults: everybody works as the documentation says
    Compatible,
    /// Follows current guidance where it is stricter
    Hardened,
}

/// Carries out a command; the server may run meanwhile, and follows at once.
///
/// Errors: an unknown key, a value out of its range, values that don't go together.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let present = identity.read(&operator, async |op| settings::load(op).await).await?;
    match command {
        Command::List { page, json } => list(&present, page.as_deref(), json)?,
        Command::Get { key, json } => {
            let definition = known(&key)?;
            say(if json { described(definition, &present) } else { present.value_of(definition.key) });
        }
        Command::Set { pairs, json } => {
            let wanted = wanted(&pairs)?;
            tell(&save(&identity, &operator, &wanted).await?, json);
        }
        Command::Reset { keys, json } => {
            let keys: Vec<&str> = keys.iter().map(|key| known(key).map(|known| known.key)).collect::<Result<_, _>>()?;
            let changes = identity.write(&operator, async |op| settings::reset(op, &keys).await).await?;
            tell(&changes, json);
        }
        Command::Preset { preset, dry_run, json } => {
            let values = match preset {
                Which::Compatible => Preset::Compatible.values(),
                Which::Hardened => Preset::Hardened.values(),
            };
            let changes = if dry_run {
                settings::changes(&present, &values)?
            } else {
                save(&identity, &operator, &values).await?
            };
            tell(&changes, json);
        }
    }
    Ok(())
}

async fn save(identity: &Identity, operator: &Caller, wanted: &Map<String, Json>) -> Result<Vec<Change>, Error> {
    identity.write(operator, async |op| settings::save(op, wanted, &Map::new()).await).await
}

fn list(present: &Settings, page: Option<&str>, json: bool) -> Result<()> {
    let page = match page.map(|code| (code, Page::from_code(code))) {
        Some((code, None)) => {
            let all = Page::ALL.into_iter().map(|page| page.code().to_owned());
            return Err(Misuse(format!("there is no page {code:?}{}", keys::hint(code, all))).into());
        }
        Some((_, page)) => page,
        None => None,
    };
    let all = present.all();
    let shown: Vec<_> =
        settings::definitions().filter(|definition| page.is_none_or(|page| definition.page == page)).collect();
    if json {
        let values = shown.iter().map(|definition| (definition.key.to_owned(), all[definition.key].clone()));
        say(Json::Object(values.collect()));
        return Ok(());
    }
    let width = shown.iter().map(|definition| definition.key.len()).max().unwrap_or(0);
    for definition in shown {
        let value = &all[definition.key];
        let note = if *value == definition.standard() { "" } else { "  (changed)" };
        say(format_args!("{:width$}  {value}{note}", definition.key));
    }
    Ok(())
}

/// Everything that is known of a setting.
fn described(definition: &Definition, present: &Settings) -> Json {
    let value = present.value_of(definition.key);
    json!({
        "key": definition.key,
        "value": value,
        "default": definition.standard(),
        "page": definition.page.code(),
        "label": definition.label,
        "help": definition.help,
        "range": definition.range(),
        "warning": definition.warning_of(&value),
        "awaits": definition.awaits,
    })
}

/// Says what changed, and what is to be thought of with it.
fn tell(changes: &[Change], json: bool) {
    if json {
        let change =
            |change: &Change| json!({ "key": change.definition.key, "before": change.before, "after": change.after });
        say(changes.iter().map(change).collect::<Json>());
        return;
    }
    for Change { definition, before, after } in changes {
        say(format_args!("{}: {before} → {after}", definition.key));
        if let Some(warning) = definition.warning_of(after) {
            say(format_args!("  {warning}"));
        }
    }
}

/// The values that stand behind their keys.
fn wanted(pairs: &[String]) -> Result<Map<String, Json>> {
    let mut wanted = Map::new();
    for pair in pairs.chunks(2) {
        let [key, value] = pair else {
            return Err(Misuse(format!("say which value {:?} gets", pair[0])).into());
        };
        let definition = known(key)?;
        wanted.insert(definition.key.to_owned(), meant(definition, value));
    }
    Ok(wanted)
}

/// What is typed behind a key: JSON of the right kind, or the text of a form field, as `on` or `a, b`.
fn meant(definition: &Definition, text: &str) -> Json {
    let as_json = serde_json::from_str(text).ok().filter(|value| definition.read(value).is_ok());
    as_json.unwrap_or_else(|| definition.of_text(text))
}

fn known(key: &str) -> Result<&'static Definition, Misuse> {
    Definition::find(key).map_err(|_| {
        let all = settings::definitions().map(|definition| definition.key.to_owned());
        Misuse(format!("there is no setting {key:?}{}", keys::hint(key, all)))
    })
}
