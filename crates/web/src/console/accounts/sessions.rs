//! Where a user is signed in: every session, and ending one or all of them.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::{AccountId, SessionId, Timestamp};
use identity::access::Permission;
use identity::accounts;
use identity::sessions::Session;

use super::in_path::InPath;
use super::profile::{Head, Tab, What};
use super::show::known_to;
use super::{browsers, href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::notice::Notice;
use crate::render::words::sessions;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/sessions.html")]
struct SessionsPage {
    frame: Frame,
    head: Head,
    summary: String,
    sessions: Vec<Item>,
}

/// One session.
struct Item {
    id: String,
    icon: &'static str,
    browser: String,
    address: String,
    since: Timestamp,
    seen: Timestamp,
    ends: Timestamp,
    is_own: bool,
}

/// `GET /console/users/{id}/sessions`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let known = known_to(&site, &member, Permission::EndSessions, id).await?;
    let read = site.identity().read(&member.caller, async |op| accounts::sessions_of(op, id).await);
    let all = read.await.or_failure(&member.caller)?;
    let own = member.caller.actor.person().map(|person| person.session);
    let longest = known.settings.session_absolute();
    let item = |session: &Session| {
        let browser = browsers::name(session.user_agent.as_deref().unwrap_or_default());
        Item {
            id: session.id.to_string(),
            icon: browser.icon,
            browser: browser.words,
            address: session.address.clone().unwrap_or_default(),
            since: session.created_at,
            seen: session.last_seen_at,
            ends: session.created_at.plus(longest),
            is_own: own == Some(session.id),
        }
    };
    let head = Head::new(&site, &member, &known.account, &known.standing, known.groups.len(), Tab::Sessions);
    let summary = format!("{} open", sessions(all.len() as u64));
    Ok(page(&SessionsPage { frame, head, summary, sessions: all.iter().map(item).collect() }))
}

/// `POST /console/users/{id}/sessions/end`: the one that `session` names, or all.
pub(crate) async fn end(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let ended = match form.fields.text("session") {
        "" => end_all(&site, &member, id).await?,
        session => {
            let session: SessionId = session.parse().map_err(|_| Failure::NotFound)?;
            let write = site.identity().write(&member.caller, async |op| accounts::end_session(op, id, session).await);
            write.await.or_failure(&member.caller)?;
            1
        }
    };
    let read = site.identity().read(&member.caller, async |op| accounts::find(op, id).await);
    let account = read.await.or_failure(&member.caller)?;
    let notice = if ended == 0 { Notice::Unchanged } else { Notice::SessionsEnded(ended) };
    Ok(notice.told_at(&format!("{}/sessions", href(&account)), &site))
}

async fn end_all(site: &Site, member: &Member, id: AccountId) -> Result<u64, Failure> {
    let write = site.identity().write(&member.caller, async |op| accounts::end_sessions(op, id).await);
    Ok(write.await.or_failure(&member.caller)? as u64)
}
