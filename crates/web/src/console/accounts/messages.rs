//! What was sent to a user: every message, how far it has come, and trying one again.

use askama::Template;
use axum::extract::State as Owned;
use axum::response::Response;
use base::{MessageId, Timestamp};
use identity::access::Permission;
use identity::accounts::{self, Account};
use identity::messages::{Listed, State};

use super::address::PATH;
use super::in_path::InPath;
use super::profile::{Head, Tab, What};
use super::show::known_to;
use crate::caller::Member;
use crate::console::outbox;
use crate::console::outbox::words::{name, state, tries};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::notice::Notice;
use crate::render::{filters, page};
use crate::site::Site;

/// So many are shown; older ones are forgotten soon anyway.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "console/accounts/messages.html")]
struct MessagesPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
}

/// One message.
struct Row {
    id: String,
    /// Where its text is, for those who may read it there.
    href: Option<String>,
    name: String,
    address: String,
    state: &'static str,
    class: &'static str,
    icon: &'static str,
    at: Timestamp,
    tries: String,
    detail: String,
    /// When it is tried next.
    next: Option<Timestamp>,
    /// Whether it can be tried again.
    is_open: bool,
}

/// `GET /console/users/{id}/messages`.
pub(crate) async fn show(
    Owned(site): Owned<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let known = known_to(&site, &member, Permission::ViewAccountHistory, id).await?;
    let read = site.identity().read(&member.caller, async |op| accounts::messages_of(op, id, MOST).await);
    let found = read.await.or_failure(&member.caller)?;
    let reads_outbox = member.holds(Permission::ViewOutbox);
    let rows = found.iter().map(|listed| Row::new(listed, &known.account, reads_outbox)).collect();
    let head = Head::new(&site, &member, &known.account, &known.standing, known.groups.len(), Tab::Messages);
    Ok(page(&MessagesPage { frame, head, rows }))
}

/// `POST /console/users/{id}/messages`: tries the message `id` again.
pub(crate) async fn retry(
    Owned(site): Owned<Site>,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    known_to(&site, &member, Permission::RetryMessage, id).await?;
    let message: MessageId = form.fields.text("id").parse().map_err(|_| Failure::NotFound)?;
    let write = site.identity().write(&member.caller, async |op| accounts::retry_message_of(op, id, message).await);
    let notice = if write.await.or_failure(&member.caller)? { Notice::MessagesRetried(1) } else { Notice::Unchanged };
    Ok(notice.told_at(&format!("{PATH}/{id}/messages"), &site))
}

impl Row {
    fn new(listed: &Listed, account: &Account, reads_outbox: bool) -> Self {
        let (words, class, icon) = state(listed);
        let waits = matches!(listed.state, State::Queued | State::Failed);
        Row {
            id: listed.id.to_string(),
            href: reads_outbox.then(|| format!("{}/{}", outbox::PATH, listed.id)),
            name: name(listed),
            address: listed.address.clone(),
            state: words,
            class,
            icon,
            at: listed.finished_at.unwrap_or(listed.created_at),
            tries: tries(listed),
            detail: listed.answer.clone(),
            next: (listed.state == State::Queued && listed.tries > 0).then_some(listed.due_at),
            is_open: waits && listed.has_text && account.may_get(listed),
        }
    }
}
