//! The outbox as administrators see it.

use base::{AccountId, MessageId, Timestamp};

use super::{Content, rows};
use crate::access::{Permission, Permit, Target, decide};
use crate::events::Event;
use crate::messages::render::{Reader, Rendered, Wording, render};
use crate::messages::{Address, Channel, Group, Language, Template, servers, templates};
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
    /// The language that it is wanted in.
    pub language: Language,
}

impl Listed {
    /// Whether it tells super administrators who is in power: nobody else reads it or takes it back (G11).
    pub fn is_about_privileges(&self) -> bool {
        self.template.is_some_and(|template| template.entry().group == Group::Privileges)
    }

    /// Whether it goes to one of these, however they are spelled.
    pub(crate) fn goes_to(&self, email: Option<&str>, mobile: Option<&str>) -> bool {
        let to = |address: &str| match self.channel {
            Channel::Mail => Address::email(address).folded(),
            Channel::Sms => Address::mobile(address).folded(),
        };
        let known = match self.channel {
            Channel::Mail => email,
            Channel::Sms => mobile,
        };
        known.is_some_and(|known| to(known) == to(&self.address))
    }
}

/// How many messages did not leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Those that wait.
    pub queued: u64,
    /// Those that were given up.
    pub failed: u64,
}

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct OutboxFilter {
    /// In this state.
    pub state: Option<State>,
    /// Only those that wait and were tried before.
    pub is_retried: bool,
    /// Made from this template.
    pub template: Option<Template>,
    /// That go this way.
    pub channel: Option<Channel>,
    /// To this address, or about the account with this username.
    pub address: String,
}

impl OutboxFilter {
    /// How many match, when nothing is asked for but how far they have come.
    fn counted_in(&self, counts: &Counts) -> Option<u64> {
        if self.template.is_some() || self.channel.is_some() || !self.address.is_empty() {
            return None;
        }
        match (self.state, self.is_retried) {
            (None, false) => Some(counts.all),
            (None | Some(State::Queued), true) => Some(counts.retried),
            (Some(_), true) => Some(0),
            (Some(State::Queued), false) => Some(counts.queued),
            (Some(State::Sent), false) => Some(counts.sent),
            (Some(State::Failed), false) => Some(counts.failed),
            (Some(State::Cancelled), false) => Some(counts.cancelled),
            (Some(State::Expired), false) => Some(counts.expired),
        }
    }
}

/// How many messages are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: u64,
    /// Those that wait.
    pub queued: u64,
    /// Those of them that were tried before.
    pub retried: u64,
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
    let matching = match filter.counted_in(&counts) {
        Some(known) => known,
        None => rows::count(&mut op.tx, organization, filter).await?,
    };
    let messages = rows::list(&mut op.tx, organization, filter, page.saturating_sub(1) * size, size).await?;
    let has_mail_server = servers::is_chosen(op, Channel::Mail).await?;
    Ok(OutboxPage { messages, counts, matching, has_mail_server })
}

/// The latest messages about an account; for an operation that checks rights itself.
pub(crate) async fn of_account(op: &mut Operation<'_>, account: AccountId, most: u64) -> Result<Vec<Listed>> {
    let organization = op.organization();
    rows::of_account(&mut op.tx, organization, account, most).await
}

/// How many messages about an account did not leave; for an operation that checks rights itself.
pub(crate) async fn unsent_of(op: &mut Operation<'_>, account: AccountId) -> Result<Unsent> {
    rows::unsent_of(&mut op.tx, account).await
}

/// One message, if it is about this account; for an operation that checks rights itself.
///
/// Errors: `NotFound`.
pub(crate) async fn one_of_account(op: &mut Operation<'_>, account: AccountId, id: MessageId) -> Result<Listed> {
    let organization = op.organization();
    let found = rows::find(&mut op.tx, organization, id).await?.map(|(listed, _)| listed);
    found.filter(|listed| listed.account == Some(account)).ok_or(Error::NotFound)
}

/// Tries a message again at once that waits or was given up; answers whether it could.
pub(crate) async fn try_again(op: &mut Operation<'_>, permit: Permit, listed: &Listed) -> Result<bool> {
    let now = op.now;
    let retried = rows::retry(&mut op.tx, listed.id, now).await?;
    if retried {
        op.record(permit, Event::MessageRetried { message: listed.id, template: key(listed) });
        op.has_queued = true;
    }
    Ok(retried)
}

/// One message with its text, in which links and secrets are hidden; without it once it was sent or given up, and for
/// those who may not change its template when it is about privileges.
///
/// Errors: `Denied` without `ViewOutbox`; `NotFound`.
pub async fn find_message(op: &mut Operation<'_>, id: MessageId) -> Result<(Listed, Option<Rendered>)> {
    let _ = op.allow(Permission::ViewOutbox, Target::Organization)?;
    let organization = op.organization();
    let (listed, content) = rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
    let may = decide(&op.caller.actor, Permission::ManagePrivilegeTemplates, Target::Organization, op.now).is_ok();
    let rendered = match content {
        Some(sealed) if may || !listed.is_about_privileges() => {
            shown(op, &listed, &sealed, Reader::Administrator).await?
        }
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
    let mut retried = 0;
    for listed in changeable(op, ids).await? {
        let permit = op.allow(Permission::ManageOutbox, Target::Organization)?;
        retried += u64::from(try_again(op, permit, &listed).await?);
    }
    Ok(retried)
}

/// Takes messages back that were not sent; answers how many. Their texts are forgotten.
///
/// Errors: `Denied` without `ManageOutbox`, or without `ManagePrivilegeTemplates` when one of them is about privileges:
/// nobody keeps back what super administrators are told about them (G11).
pub async fn cancel_messages(op: &mut Operation<'_>, ids: &[MessageId]) -> Result<u64> {
    let now = op.now;
    let mut cancelled = 0;
    for listed in changeable(op, ids).await? {
        if listed.is_about_privileges() {
            let _ = op.allow(Permission::ManagePrivilegeTemplates, Target::Organization)?;
        }
        let permit = op.allow(Permission::ManageOutbox, Target::Organization)?;
        if rows::cancel(&mut op.tx, listed.id, now).await? {
            op.record(permit, Event::MessageCancelled { message: listed.id, template: key(&listed) });
            cancelled += 1;
        }
    }
    Ok(cancelled)
}

/// Those of `ids` that there are.
async fn changeable(op: &mut Operation<'_>, ids: &[MessageId]) -> Result<Vec<Listed>> {
    let _ = op.allow(Permission::ManageOutbox, Target::Organization)?;
    let organization = op.organization();
    let mut found = Vec::new();
    for id in ids {
        if let Some((listed, _)) = rows::find(&mut op.tx, organization, *id).await? {
            found.push(listed);
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
    let texts = templates::own(op).await?;
    let own = match content.own {
        Some(text) => Some(Wording { text, language: listed.language }),
        None => texts.for_reader(template, listed.language).cloned(),
    };
    let common = templates::common(op).await?;
    Ok(render(template, own.as_ref(), listed.channel, &content.values, &common, reader).ok())
}
