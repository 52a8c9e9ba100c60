//! `reeve outbox`: which messages wait, left or failed.

use anyhow::Result;
use base::MessageId;
use clap::{Args, Subcommand};
use identity::messages::{self, Listed, MOST_TRIES, OutboxFilter, State};
use serde_json::{Value as Json, json};

use super::admin::operator;
use crate::config::{Config, Misuse};
use crate::database;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List messages, the latest first
    List {
        /// Only those in this state: queued, sent, failed, cancelled or expired
        #[arg(long)]
        state: Option<String>,
        /// Only those to this address
        #[arg(long, value_name = "ADDRESS", default_value = "")]
        to: String,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u64,
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show a message as its recipient would read it
    Show {
        /// The identifier, as reeve outbox list shows it
        id: MessageId,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Try messages again at once that wait or failed
    Retry(Chosen),
    /// Take messages back that were not sent
    Cancel(Chosen),
}

/// The messages that are meant.
#[derive(Args)]
pub(crate) struct Chosen {
    /// Identifiers, as reeve outbox list shows them
    #[arg(required_unless_present = "failed")]
    ids: Vec<MessageId>,
    /// All that failed, up to a thousand
    #[arg(long, conflicts_with = "ids")]
    failed: bool,
    /// As a JSON object
    #[arg(long)]
    json: bool,
}

/// Carries out a command; the server may run meanwhile.
///
/// Errors: an unknown state, no such message.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let list = async |filter: OutboxFilter, most: u64| {
        let read = identity.read(&operator, async |op| messages::list_messages(op, &filter, 1, most).await);
        read.await.map(|page| page.messages)
    };
    let meant = async |chosen: &Chosen| {
        if !chosen.failed {
            return Ok(chosen.ids.clone());
        }
        let failed = OutboxFilter { state: Some(State::Failed), ..OutboxFilter::default() };
        list(failed, 1_000).await.map(|found| found.iter().map(|listed| listed.id).collect::<Vec<_>>())
    };
    match command {
        Command::List { state, to, limit, json } => {
            let state = state.as_deref().map(known).transpose()?;
            let found = list(OutboxFilter { state, address: to, ..OutboxFilter::default() }, limit.max(1)).await?;
            print(&found, json);
        }
        Command::Show { id, json } => {
            let read = identity.write(&operator, async |op| messages::reveal_message(op, id).await);
            let (listed, text) = read.await?;
            if json {
                let mut object = object(&listed);
                object["subject"] = json!(text.subject);
                object["text"] = json!(text.plain);
                object["html"] = json!(text.html);
                say(object);
            } else {
                say(format_args!("To: {}\nSubject: {}\n\n{}", listed.address, text.subject, text.plain));
            }
        }
        Command::Retry(chosen) => {
            let ids = meant(&chosen).await?;
            let number = identity.write(&operator, async |op| messages::retry_messages(op, &ids).await).await?;
            tell(number, "to be tried again", "retried", chosen.json);
        }
        Command::Cancel(chosen) => {
            let ids = meant(&chosen).await?;
            let number = identity.write(&operator, async |op| messages::cancel_messages(op, &ids).await).await?;
            tell(number, "taken back", "cancelled", chosen.json);
        }
    }
    Ok(())
}

fn known(state: &str) -> Result<State, Misuse> {
    State::from_code(state).ok_or_else(|| {
        let names = State::ALL.map(State::code).join(", ");
        Misuse(format!("there is no state {state:?}; there are {names}"))
    })
}

fn print(found: &[Listed], json: bool) {
    if json {
        say(Json::Array(found.iter().map(object).collect()));
        return;
    }
    for listed in found {
        let template = listed.template.map_or("?", |template| template.entry().name);
        let tries = format!("{} of {MOST_TRIES}", listed.tries);
        let (id, at, state) = (listed.id, listed.created_at, listed.state.code());
        say(format_args!("{id}  {at}  {state:9}  {tries}  {}  {template}  {}", listed.address, listed.answer));
    }
}

fn object(listed: &Listed) -> Json {
    json!({
        "id": listed.id,
        "template": listed.template.map(messages::Template::key),
        "channel": listed.channel.code(),
        "account": listed.account,
        "address": listed.address,
        "state": listed.state.code(),
        "tries": listed.tries,
        "due_at": listed.due_at.to_string(),
        "answer": listed.answer,
        "created_at": listed.created_at.to_string(),
        "finished_at": listed.finished_at.map(|at| at.to_string()),
    })
}

fn tell(number: u64, words: &str, key: &str, json: bool) {
    if json {
        say(json!({ key: number }));
    } else {
        say(format_args!("{number} {} {words}.", if number == 1 { "message is" } else { "messages are" }));
    }
}
