//! The sessions of somebody's account, for administrators.

use base::{AccountId, SessionId};

use super::find;
use crate::access::Permission;
use crate::events::Event;
use crate::sessions::Session;
use crate::{Error, Operation, Result, sessions, settings};

/// The sessions of an account that go on, the one that was seen last first.
///
/// Errors: `NotFound`; `Denied` without `EndSessions`.
pub async fn sessions_of(op: &mut Operation<'_>, id: AccountId) -> Result<Vec<Session>> {
    let account = find::load(op, id).await?;
    let _ = op.allow(Permission::EndSessions, account.target())?;
    going_on(op, id).await
}

/// How many sessions of an account go on; for a page that shows no more of them.
///
/// Errors: `Denied` without `ViewAccounts`; `NotFound`.
pub async fn session_count(op: &mut Operation<'_>, id: AccountId) -> Result<usize> {
    find::find(op, id).await?;
    Ok(going_on(op, id).await?.len())
}

/// Ends one session of an account.
///
/// Errors: `NotFound` when there is no such account or session, or the session has ended; `Denied` without
/// `EndSessions`.
pub async fn end_session(op: &mut Operation<'_>, id: AccountId, session: SessionId) -> Result<()> {
    let account = find::load(op, id).await?;
    let permit = op.allow(Permission::EndSessions, account.target())?;
    if !going_on(op, id).await?.iter().any(|other| other.id == session) {
        return Err(Error::NotFound);
    }
    sessions::end(op, session).await?;
    op.record(permit, Event::SessionsEnded { account: account.reference(), sessions: 1 });
    Ok(())
}

/// Ends every session of an account; answers how many went on. When none does, nothing is changed.
///
/// Errors: `NotFound`; `Denied` without `EndSessions`.
pub async fn end_sessions(op: &mut Operation<'_>, id: AccountId) -> Result<usize> {
    let account = find::load(op, id).await?;
    let permit = op.allow(Permission::EndSessions, account.target())?;
    let count = going_on(op, id).await?.len();
    if count > 0 {
        sessions::end_all(op, &[id]).await?;
        op.record(permit, Event::SessionsEnded { account: account.reference(), sessions: count as u64 });
    }
    Ok(count)
}

async fn going_on(op: &mut Operation<'_>, id: AccountId) -> Result<Vec<Session>> {
    let settings = settings::load(op).await?;
    let all = sessions::of_account(op, id).await?;
    Ok(all.into_iter().filter(|session| !session.has_ended(op.now, &settings)).collect())
}
