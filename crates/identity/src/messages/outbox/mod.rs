//! Messages that wait, leave, or have left.

mod list;
pub(super) mod rows;

pub use list::{
    Counts, Listed, OutboxFilter, OutboxPage, State, Unsent, cancel_messages, find_message, list_messages,
    retry_messages, reveal_message,
};
pub(crate) use list::{of_account, one_of_account, try_again, unsent_of};

use std::time::Duration;

use base::{AccountId, MessageId};
use serde::{Deserialize, Serialize};

use super::address::{About, e164};
use super::servers::Former;
use super::{Address, Channel, Language, Template, Text, Values};
use crate::access::Role;
use crate::files::Key;
use crate::{Error, Operation, Result, settings};

/// What the content of a message is sealed for.
const PURPOSE: &str = "reeve message";
/// How long a message is worth sending that says nothing of it.
const KEEP_TRYING: Duration = Duration::from_hours(7 * 24);

/// What rests sealed of a message.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    /// What stands in its variables.
    pub(super) values: Values,
    /// A text of its own, when it is to be tried out.
    pub(super) own: Option<Text>,
    /// The server that it leaves by, when that is not the one in use.
    #[serde(default)]
    pub(super) leaves_by: Option<Former>,
}

impl Content {
    /// The values of a message that is like most.
    fn of(values: Values) -> Self {
        Content { values, own: None, leaves_by: None }
    }

    fn seal(&self, key: &Key, id: MessageId, op: &Operation<'_>) -> Result<Vec<u8>> {
        let bytes = serde_json::to_vec(self)
            .map_err(|error| Error::Internal(format!("a message can't be written down: {error}")))?;
        key.seal(PURPOSE, id.to_string().as_bytes(), &bytes, op.random)
    }

    /// Opens what was sealed.
    ///
    /// Errors: `Unavailable` when it was sealed with another key; `Internal` when it is damaged.
    pub(super) fn open(key: &Key, id: MessageId, sealed: &[u8]) -> Result<Content> {
        let bytes = key.open(PURPOSE, id.to_string().as_bytes(), sealed)?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Internal(format!("a message is damaged: {error}")))
    }
}

/// Queues a message to the account's own address (or its mobile number, when it goes by SMS only) within the
/// transaction of `op`; nothing is sent before that commits.
///
/// Errors: `Invalid` `NO_ADDRESS` when the account has no address, or no number that can be called; `NotFound`.
pub(crate) async fn queue(
    op: &mut Operation<'_>,
    template: Template,
    account: AccountId,
    values: Values,
) -> Result<()> {
    let channel = if template.goes_by(Channel::Mail) { Channel::Mail } else { Channel::Sms };
    to_account(op, template, account, channel, Content::of(values)).await
}

/// The same to the mobile number of the account, for a template that goes by mail as well.
///
/// Errors: as [`queue`].
pub(crate) async fn queue_sms(
    op: &mut Operation<'_>,
    template: Template,
    account: AccountId,
    values: Values,
) -> Result<()> {
    to_account(op, template, account, Channel::Sms, Content::of(values)).await
}

/// The same to an address of its own (old address of a changed email, an unknown one), with the account it is about,
/// if any.
///
/// Errors: `Invalid` `NO_ADDRESS` for a number that can't be called; `NotFound` when the account is gone.
pub(crate) async fn queue_to(
    op: &mut Operation<'_>,
    template: Template,
    to: Address,
    mut values: Values,
) -> Result<()> {
    let account = match to.about {
        About::Nobody => None,
        About::Account(id) | About::Departing(id) => Some(id),
    };
    let mut language = Language::ENGLISH;
    if let Some(id) = account {
        let recipient = recipient(op, id).await?;
        recipient.introduce(&mut values);
        language = recipient.language();
    }
    put(op, template, language, to, Content::of(values)).await
}

/// The same with a text of its own.
pub(super) async fn queue_content(
    op: &mut Operation<'_>,
    template: Template,
    language: Language,
    to: Address,
    content: Content,
) -> Result<()> {
    put(op, template, language, to, content).await
}

/// Tells the owner of an account something that the organization can switch off: nothing is queued when it did, or when
/// the account has no address.
pub(crate) async fn tell(op: &mut Operation<'_>, template: Template, account: AccountId, values: Values) -> Result<()> {
    if !template.is_wanted(&settings::load(op).await?) {
        return Ok(());
    }
    match queue(op, template, account, values).await {
        Err(Error::Invalid(problems)) if problems.iter().all(|problem| problem.code == NO_ADDRESS) => Ok(()),
        other => other,
    }
}

/// Tells somebody whose account is about to be deleted, as [`tell`] does; the message outlives the account.
pub(crate) async fn tell_departing(
    op: &mut Operation<'_>,
    template: Template,
    account: AccountId,
    values: Values,
) -> Result<()> {
    if !template.is_wanted(&settings::load(op).await?) {
        return Ok(());
    }
    match recipient(op, account).await?.email {
        Some(email) => queue_to(op, template, Address::email(email).about_departing(account), values).await,
        None => Ok(()),
    }
}

/// Tells every super administrator who can sign in what changed (G11).
pub(crate) async fn alert(op: &mut Operation<'_>, target: &str, change: &str) -> Result<()> {
    alert_by(op, target, change, None).await
}

/// The same by a mail server that is not in use any more: whoever chose another one can't keep the alert back.
pub(super) async fn alert_by(
    op: &mut Operation<'_>,
    target: &str,
    change: &str,
    server: Option<&Former>,
) -> Result<()> {
    let organization = op.organization();
    let actor = op.caller.actor.name().to_owned();
    for account in rows::holders(&mut op.tx, organization, Role::SuperAdministrator).await? {
        let values = Values::new().with("actor", &actor).with("target", target).with("change", change);
        let content = Content { leaves_by: server.cloned(), ..Content::of(values) };
        to_account(op, Template::SecurityAlert, account, Channel::Mail, content).await?;
    }
    Ok(())
}

/// Those who hold a role, can sign in and have an address.
pub(crate) async fn holders(op: &mut Operation<'_>, role: Role) -> Result<Vec<AccountId>> {
    let organization = op.organization();
    rows::holders(&mut op.tx, organization, role).await
}

/// The address of an account.
///
/// Errors: `Invalid` `NO_ADDRESS`.
pub(super) async fn address_of(op: &mut Operation<'_>, account: AccountId) -> Result<String> {
    recipient(op, account).await?.email.ok_or_else(|| no_address(Channel::Mail))
}

async fn to_account(
    op: &mut Operation<'_>,
    template: Template,
    account: AccountId,
    channel: Channel,
    mut content: Content,
) -> Result<()> {
    let recipient = recipient(op, account).await?;
    let to = match channel {
        Channel::Mail => recipient.email.clone().map(Address::email),
        Channel::Sms => recipient.mobile.clone().map(Address::mobile),
    };
    recipient.introduce(&mut content.values);
    let to = to.ok_or_else(|| no_address(channel))?.about(account);
    put(op, template, recipient.language(), to, content).await
}

/// Whom a message is about.
struct Recipient {
    username: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    mobile: Option<String>,
    custom: Vec<(String, String)>,
}

impl Recipient {
    /// The language that the recipient reads.
    fn language(&self) -> Language {
        Language::of_reader(&self.custom)
    }

    /// Puts the names of the recipient among the values.
    fn introduce(&self, values: &mut Values) {
        let full = format!("{} {}", self.first_name, self.last_name);
        let full = if full.trim().is_empty() { self.username.as_str() } else { full.trim() };
        values.or("full_name", full);
        values.or("username", &self.username);
        values.or("first_name", &self.first_name);
        values.or("last_name", &self.last_name);
        values.or("email", self.email.as_deref());
        for (key, text) in &self.custom {
            values.or(&format!("custom.{key}"), text);
        }
    }
}

async fn recipient(op: &mut Operation<'_>, id: AccountId) -> Result<Recipient> {
    let organization = op.organization();
    rows::recipient(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)
}

/// The one place where messages come to be.
async fn put(
    op: &mut Operation<'_>,
    template: Template,
    language: Language,
    to: Address,
    mut content: Content,
) -> Result<()> {
    if !template.goes_by(to.channel) {
        return Err(Error::Internal(format!("{} doesn't go by {}", template.key(), to.channel.code())));
    }
    let address = match to.channel {
        Channel::Mail => to.text.clone(),
        Channel::Sms => e164(&to.text).ok_or_else(|| no_address(Channel::Sms))?,
    };
    content.values.or("now", op.now);
    let id: MessageId = op.new_id();
    let key = op.files.sealing_key()?;
    let sealed = content.seal(key, id, op)?;
    let folded = to.folded();
    let dedupe = content.values.once.as_ref().map(|about| format!("{} {about} {folded}", template.key()));
    let organization = op.organization();
    if let (Some(dedupe), true) = (&dedupe, content.values.replaces) {
        rows::withdraw(&mut op.tx, organization, dedupe).await?;
    }
    let due_at = content.values.not_before.unwrap_or(op.now);
    let new = rows::NewMessage {
        due_at,
        id,
        template: template.key(),
        language: language.tag(),
        channel: to.channel.code(),
        account: match to.about {
            About::Account(id) => Some(id),
            About::Nobody | About::Departing(_) => None,
        },
        address,
        folded,
        dedupe,
        content: sealed,
        own_way: content.leaves_by.is_some(),
        seal_key: key.name(),
        expires_at: content.values.until.unwrap_or_else(|| op.now.plus(KEEP_TRYING)),
    };
    let now = op.now;
    rows::insert(&mut op.tx, organization, new, now).await?;
    op.has_queued = true;
    Ok(())
}

/// The account has nowhere that a message could go.
const NO_ADDRESS: &str = "NO_ADDRESS";

fn no_address(channel: Channel) -> Error {
    match channel {
        Channel::Mail => Error::invalid("email", NO_ADDRESS, "This account has no email address. Enter one first."),
        Channel::Sms => Error::invalid(
            "mobile",
            NO_ADDRESS,
            "This account has no mobile number with a country code, as +44 7700 900123. Enter one first.",
        ),
    }
}
