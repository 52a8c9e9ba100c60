//! One message with its text, in which links and secrets are hidden.

use askama::Template;
use axum::extract::State as Owned;
use axum::http::StatusCode;
use axum::response::Response;
use base::{MessageId, Timestamp};
use identity::Error;
use identity::access::{Denial, Permission};
use identity::messages::{self, Listed, Rendered, State};

use super::words::{name, state, tries};
use super::{MessageInPath, PATH};
use crate::caller::Member;
use crate::console::step_up::ask_for_password;
use crate::console::templates::preview::{framed, html_of};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/outbox/show.html")]
struct ShowPage {
    frame: Frame,
    id: String,
    href: String,
    name: String,
    address: String,
    state: &'static str,
    class: &'static str,
    icon: &'static str,
    tries: String,
    answer: String,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
    next: Option<Timestamp>,
    /// Where the user is that it is about.
    user_href: Option<String>,
    /// What this person may do to it.
    deeds: Vec<Deed>,
    text: Option<Shown>,
    /// Whether links and secrets are shown as they are.
    is_revealed: bool,
    /// Whether this person may have them shown.
    may_reveal: bool,
}

/// A button.
struct Deed {
    code: &'static str,
    icon: &'static str,
    words: &'static str,
}

/// What can be done to a message, by who may: nobody else takes back what super administrators are told.
fn deeds(listed: &Listed, member: &Member) -> Vec<Deed> {
    let retry = Deed { code: "retry", icon: "rotate-cw", words: "Try again now" };
    let cancel = Deed { code: "cancel", icon: "ban", words: "Take back" };
    match listed.state {
        State::Queued | State::Failed if !listed.is_about_privileges() => vec![retry, cancel],
        State::Queued | State::Failed if member.holds(Permission::ManagePrivilegeTemplates) => vec![retry, cancel],
        State::Queued | State::Failed => vec![retry],
        State::Sent | State::Cancelled | State::Expired => Vec::new(),
    }
}

/// The text of a message.
struct Shown {
    subject: String,
    plain: String,
    has_html: bool,
}

/// `GET /console/outbox/{message}`.
pub(crate) async fn show(
    Owned(site): Owned<Site>,
    frame: Frame,
    member: Member,
    MessageInPath(id): MessageInPath,
) -> Result<Response, Failure> {
    let (listed, text) = find(&site, &member, id).await?;
    Ok(page(&view(frame, &member, &listed, text, false)))
}

/// `GET /console/outbox/{message}/preview`: the HTML of it, for a frame.
pub(crate) async fn preview(
    Owned(site): Owned<Site>,
    member: Member,
    MessageInPath(id): MessageInPath,
) -> Result<Response, Failure> {
    let (listed, text) = find(&site, &member, id).await?;
    let text = text.ok_or(Failure::NotFound)?;
    Ok(framed(StatusCode::OK, html_of(listed.channel, &text)))
}

/// `POST /console/outbox/{message}/reveal`: the message as its recipient would read it, and an entry in the audit log.
pub(crate) async fn reveal(
    Owned(site): Owned<Site>,
    frame: Frame,
    member: Member,
    MessageInPath(id): MessageInPath,
    _: PostedForm,
) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| messages::reveal_message(op, id).await);
    match write.await {
        Ok((listed, text)) => Ok(page(&view(frame, &member, &listed, Some(text), true))),
        Err(Error::Denied(Denial::StepUpRequired)) => Ok(ask_for_password(&format!("{PATH}/{id}"))),
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

async fn find(site: &Site, member: &Member, id: MessageId) -> Result<(Listed, Option<Rendered>), Failure> {
    let read = site.identity().read(&member.caller, async |op| messages::find_message(op, id).await);
    read.await.or_failure(&member.caller)
}

fn view(frame: Frame, member: &Member, listed: &Listed, text: Option<Rendered>, is_revealed: bool) -> ShowPage {
    let (words, class, icon) = state(listed);
    let has_secret = listed.template.is_some_and(messages::Template::is_secret);
    ShowPage {
        frame,
        id: listed.id.to_string(),
        href: format!("{PATH}/{}", listed.id),
        name: name(listed),
        address: listed.address.clone(),
        state: words,
        class,
        icon,
        tries: tries(listed),
        answer: listed.answer.clone(),
        created_at: listed.created_at,
        finished_at: listed.finished_at,
        next: (listed.state == State::Queued && listed.tries > 0).then_some(listed.due_at),
        user_href: listed
            .account
            .filter(|_| member.holds(Permission::ViewAccounts))
            .map(|account| format!("/console/users/{account}")),
        deeds: deeds(listed, member),
        may_reveal: text.is_some() && has_secret && !is_revealed && member.holds(Permission::RevealMessage),
        text: text.map(|text| Shown {
            has_html: !text.html.is_empty() && !is_revealed,
            subject: text.subject,
            plain: text.plain,
        }),
        is_revealed,
    }
}
