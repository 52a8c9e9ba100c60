//! Messages that wait, leave, or have left.

mod rows;

use std::time::Duration;

use base::{AccountId, MessageId};

use super::address::{About, e164};
use super::{Address, Channel, Template, Values};
use crate::{Error, Operation, Result};

/// What the content of a message is sealed for.
const PURPOSE: &str = "reeve message";
/// How long a message is worth sending that says nothing of it.
const KEEP_TRYING: Duration = Duration::from_hours(7 * 24);
/// The language that is shipped.
const LANGUAGE: &str = "en";

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
    to_account(op, template, account, channel, values).await
}

/// The same to the mobile number of the account, for a template that goes by mail as well.
///
/// Errors: as [`queue`].
#[expect(dead_code, reason = "codes by SMS come with the operations that send them")]
pub(crate) async fn queue_sms(
    op: &mut Operation<'_>,
    template: Template,
    account: AccountId,
    values: Values,
) -> Result<()> {
    to_account(op, template, account, Channel::Sms, values).await
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
    if let Some(id) = account {
        recipient(op, id).await?.introduce(&mut values);
    }
    put(op, template, to, values).await
}

async fn to_account(
    op: &mut Operation<'_>,
    template: Template,
    account: AccountId,
    channel: Channel,
    mut values: Values,
) -> Result<()> {
    let recipient = recipient(op, account).await?;
    let to = match channel {
        Channel::Mail => recipient.email.clone().map(Address::email),
        Channel::Sms => recipient.mobile.clone().map(Address::mobile),
    };
    recipient.introduce(&mut values);
    put(op, template, to.ok_or_else(|| no_address(channel))?.about(account), values).await
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
async fn put(op: &mut Operation<'_>, template: Template, to: Address, mut values: Values) -> Result<()> {
    if !template.goes_by(to.channel) {
        return Err(Error::Internal(format!("{} doesn't go by {}", template.key(), to.channel.code())));
    }
    let address = match to.channel {
        Channel::Mail => to.text.clone(),
        Channel::Sms => e164(&to.text).ok_or_else(|| no_address(Channel::Sms))?,
    };
    values.or("now", op.now);
    let id: MessageId = op.new_id();
    let key = op.files.sealing_key()?;
    let content = key.seal(PURPOSE, id.to_string().as_bytes(), &values.to_bytes()?, op.random)?;
    let folded = to.folded();
    let dedupe = values.once.as_ref().map(|about| format!("{} {about} {folded}", template.key()));
    let new = rows::NewMessage {
        id,
        template: template.key(),
        language: LANGUAGE,
        channel: to.channel.code(),
        account: match to.about {
            About::Account(id) => Some(id),
            About::Nobody | About::Departing(_) => None,
        },
        address,
        folded,
        dedupe,
        content,
        seal_key: key.name(),
        expires_at: values.until.unwrap_or_else(|| op.now.plus(KEEP_TRYING)),
    };
    let (organization, now) = (op.organization(), op.now);
    rows::insert(&mut op.tx, organization, new, now).await?;
    op.has_queued = true;
    Ok(())
}

fn no_address(channel: Channel) -> Error {
    match channel {
        Channel::Mail => Error::invalid("email", "NO_ADDRESS", "This account has no email address. Enter one first."),
        Channel::Sms => Error::invalid(
            "mobile",
            "NO_ADDRESS",
            "This account has no mobile number with a country code, as +44 7700 900123. Enter one first.",
        ),
    }
}
