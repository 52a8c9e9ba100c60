//! The outbox as administrators see it.

use base::{AccountId, MessageId, Timestamp};

use super::{Content, rows};
use crate::access::{Permission, Target, decide};
use crate::events::Event;
use crate::messages::render::{Reader, Rendered, render};
use crate::messages::{Channel, Group, Template, servers, templates};
use crate::{Error, Operation, Result};

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits, or is tried again.
    Queued,
    /// The server took it.
    Sent,
    /// It was given up.
    Failed,
    /// An administrator took it back.
    Cancelled,
    /// Nobody needs it any more.
    Expired,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] = [State::Queued, State::Sent, State::Failed, State::Cancelled, State::Expired];

    /// A stable name, as `queued`.
    pub fn code(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
            State::Expired => "expired",
        }
    }

    /// The state with this [`State::code`].
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A message without its text.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its identifier.
    pub id: MessageId,
    /// Which message it is; `None` when this version doesn't know it.
    pub template: Option<Template>,
    /// How it goes.
    pub channel: Channel,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// Where it goes.
    pub address: String,
    /// How far it has come.
    pub state: State,
    /// How often it was tried.
    pub tries: u64,
    /// When it is tried next, while it waits.
    pub due_at: Timestamp,
    /// What the server said last.
    pub answer: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub finished_at: Option<Timestamp>,
    /// Whether its text is still kept.
    pub has_text: bool,
}

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct OutboxFilter {
    /// In this state.
    pub state: Option<State>,
    /// Made from this template.
    pub template: Option<Template>,
    /// That go this way.
    pub channel: Option<Channel>,
    /// To this address.
    pub address: String,
}

/// How many messages are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: u64,
    /// Those that wait.
    pub queued: u64,
    /// Those that were sent.
    pub sent: u64,
    /// Those that were given up.
    pub failed: u64,
    /// Those that were taken back.
    pub cancelled: u64,
    /// Those that nobody needs any more.
    pub expired: u64,
}

/// A page of the outbox.
#[derive(Clone, Debug)]
pub struct OutboxPage {
    /// The messages, the latest first.
    pub messages: Vec<Listed>,
    /// How many there are, whatever the filter says of states.
    pub counts: Counts,
    /// How many match.
    pub matching: u64,
    /// Whether mail has a way out that was chosen here.
    pub has_mail_server: bool,
}

/// A page of the outbox, the latest message first.
///
/// Errors: `Denied` without `ViewOutbox`.
pub async fn list_messages(op: &mut Operation<'_>, filter: &OutboxFilter, page: u64, size: u64) -> Result<OutboxPage> {
    let _ = op.allow(Permission::ViewOutbox, Target::Organization)?;
    let organization = op.organization();
    let counts = rows::counts(&mut op.tx, organization).await?;
    let matching = rows::count(&mut op.tx, organization, filter).await?;
    let messages = rows::list(&mut op.tx, organization, filter, page.saturating_sub(1) * size, size).await?;
    let has_mail_server = servers::is_chosen(op, Channel::Mail).await?;
    Ok(OutboxPage { messages, counts, matching, has_mail_server })
}

/// The latest messages about an account.
///
/// Errors: `Denied` without `ViewAccounts`.
pub async fn messages_of(op: &mut Operation<'_>, account: AccountId, most: u64) -> Result<Vec<Listed>> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let organization = op.organization();
    rows::of_account(&mut op.tx, organization, account, most).await
}

/// One message with its text, in which links and secrets are hidden; without it once it was sent or given up, and for
/// those who may not change its template when it is about privileges.
///
/// Errors: `Denied` without `ViewOutbox`; `NotFound`.
pub async fn find_message(op: &mut Operation<'_>, id: MessageId) -> Result<(Listed, Option<Rendered>)> {
    let _ = op.allow(Permission::ViewOutbox, Target::Organization)?;
    let organization = op.organization();
    let (listed, content) = rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
    let is_about_privileges = listed.template.is_some_and(|template| template.entry().group == Group::Privileges);
    let may = decide(&op.caller.actor, Permission::ManagePrivilegeTemplates, Target::Organization, op.now).is_ok();
    let rendered = match content {
        Some(sealed) if may || !is_about_privileges => shown(op, &listed, &sealed, Reader::Administrator).await?,
        _ => None,
    };
    Ok((listed, rendered))
}

/// One message as its recipient would read it: for whoever has to hand over a link while no mail server sends it.
///
/// Errors: `Denied` without `RevealMessage`, or when the password was entered too long ago; `NotFound` when there is no
/// such message, or its text is not kept any more.
pub async fn reveal_message(op: &mut Operation<'_>, id: MessageId) -> Result<(Listed, Rendered)> {
    let permit = op.allow(Permission::RevealMessage, Target::Organization)?;
    let organization = op.organization();
    let (listed, content) = rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
    let sealed = content.ok_or(Error::NotFound)?;
    let rendered = shown(op, &listed, &sealed, Reader::Recipient).await?.ok_or(Error::NotFound)?;
    op.record(permit, Event::MessageRevealed { message: id, template: key(&listed) });
    Ok((listed, rendered))
}

/// Tries messages again at once that wait or were given up; answers how many.
///
/// Errors: `Denied` without `ManageOutbox`.
pub async fn retry_messages(op: &mut Operation<'_>, ids: &[MessageId]) -> Result<u64> {
    let now = op.now;
    let mut retried = 0;
    for (id, template) in changeable(op, ids).await? {
        let permit = op.allow(Permission::ManageOutbox, Target::Organization)?;
        if rows::retry(&mut op.tx, id, now).await? {
            op.record(permit, Event::MessageRetried { message: id, template });
            op.has_queued = true;
            retried += 1;
        }
    }
    Ok(retried)
}

/// Takes messages back that were not sent; answers how many. Their texts are forgotten.
///
/// Errors: `Denied` without `ManageOutbox`.
pub async fn cancel_messages(op: &mut Operation<'_>, ids: &[MessageId]) -> Result<u64> {
    let now = op.now;
    let mut cancelled = 0;
    for (id, template) in changeable(op, ids).await? {
        let permit = op.allow(Permission::ManageOutbox, Target::Organization)?;
        if rows::cancel(&mut op.tx, id, now).await? {
            op.record(permit, Event::MessageCancelled { message: id, template });
            cancelled += 1;
        }
    }
    Ok(cancelled)
}

/// Those of `ids` that there are, with the keys of their templates.
async fn changeable(op: &mut Operation<'_>, ids: &[MessageId]) -> Result<Vec<(MessageId, String)>> {
    let _ = op.allow(Permission::ManageOutbox, Target::Organization)?;
    let organization = op.organization();
    let mut found = Vec::new();
    for id in ids {
        if let Some((listed, _)) = rows::find(&mut op.tx, organization, *id).await? {
            found.push((*id, key(&listed)));
        }
    }
    Ok(found)
}

fn key(listed: &Listed) -> String {
    listed.template.map_or("unknown", Template::key).to_owned()
}

/// The text of a message; `None` when it can't be opened here.
async fn shown(op: &mut Operation<'_>, listed: &Listed, sealed: &[u8], reader: Reader) -> Result<Option<Rendered>> {
    let Some(template) = listed.template else { return Ok(None) };
    let Ok(content) = Content::open(op.files.sealing_key()?, listed.id, sealed) else { return Ok(None) };
    let own = match content.own {
        Some(own) => Some(own),
        None => templates::own(op).await?.remove(template.key()),
    };
    let common = templates::common(op).await?;
    Ok(render(template, own.as_ref(), listed.channel, &content.values, &common, reader).ok())
}
