//! Sessions: one sign-in of one account each, kept on the server, ended with the account.

mod rows;

use std::time::Duration;

use base::{AccountId, Secret, SessionId, Timestamp};

use crate::settings::Settings;
use crate::{Operation, Result};

/// How exactly it is known when a session was last seen; writing it more often costs more than it tells.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// A session as it is kept.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its identifier, which is no secret.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub last_seen_at: Timestamp,
    /// When the password was last entered.
    pub authenticated_at: Timestamp,
    /// Where it began.
    pub address: Option<String>,
    /// The browser, in its own words.
    pub user_agent: Option<String>,
}

/// A session that has just begun, with the only copy of its token.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub id: SessionId,
    /// What the browser keeps.
    pub token: Secret,
}

impl Session {
    /// Whether it has ended by the clock: too long without a request, or too long in all.
    pub fn has_ended(&self, now: Timestamp, settings: &Settings) -> bool {
        now.since(self.last_seen_at) > settings.session_idle()
            || now.since(self.created_at) > settings.session_absolute()
    }

    /// Whether it is time to write down that it was seen.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) > TOUCH_EVERY
    }
}

/// Begins a session for `account`.
pub(crate) async fn open(op: &mut Operation<'_>, account: AccountId, user_agent: Option<&str>) -> Result<Opened> {
    let opened = Opened { id: op.new_id(), token: op.new_token() };
    let session = Session {
        id: opened.id,
        account,
        created_at: op.now,
        last_seen_at: op.now,
        authenticated_at: op.now,
        address: op.caller.address.map(|address| address.to_string()),
        user_agent: user_agent.map(|text| text.chars().take(256).collect()),
    };
    let organization = op.organization();
    rows::insert(&mut op.tx, organization, &session, opened.token.sha256()).await?;
    Ok(opened)
}

/// The session that `token` belongs to, ended by the clock or not.
pub(crate) async fn find(op: &mut Operation<'_>, token: &Secret) -> Result<Option<Session>> {
    let organization = op.organization();
    rows::find(&mut op.tx, organization, token.sha256()).await
}

/// The sessions of an account, the one that was seen last first, those included that ended by the clock.
pub(crate) async fn of_account(op: &mut Operation<'_>, account: AccountId) -> Result<Vec<Session>> {
    rows::of_account(&mut op.tx, account).await
}

/// Writes down that the session was seen.
pub(crate) async fn touch(op: &mut Operation<'_>, id: SessionId) -> Result<()> {
    let now = op.now;
    rows::touch(&mut op.tx, id, now).await
}

/// Writes down that the password was entered again, and gives the session a new token.
pub(crate) async fn renew(op: &mut Operation<'_>, id: SessionId) -> Result<Secret> {
    let (token, now) = (op.new_token(), op.now);
    rows::renew(&mut op.tx, id, token.sha256(), now).await?;
    Ok(token)
}

/// Ends one session.
pub(crate) async fn end(op: &mut Operation<'_>, id: SessionId) -> Result<()> {
    rows::delete(&mut op.tx, id).await
}

/// Ends every session of these accounts; answers how many there were.
pub(crate) async fn end_all(op: &mut Operation<'_>, accounts: &[AccountId]) -> Result<u64> {
    rows::delete_of(&mut op.tx, accounts).await
}

/// Removes the rows of sessions that ended by the clock long ago.
pub(crate) async fn sweep(op: &mut Operation<'_>, seen_before: Timestamp) -> Result<u64> {
    rows::sweep(&mut op.tx, seen_before).await
}

/// Ends every session of an account but one.
pub(crate) async fn end_others(op: &mut Operation<'_>, account: AccountId, kept: SessionId) -> Result<u64> {
    rows::delete_others(&mut op.tx, account, kept).await
}
