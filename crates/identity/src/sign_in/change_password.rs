//! Choosing another password of one's own: because one wants to, or has to before anything else may be done.

use std::time::Duration;

use base::Secret;

use super::{Resumed, own_password};
use crate::access::{Permission, Permit, Target};
use crate::accounts::{self, AcceptedPassword, TypedPassword};
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::{Caller, Error, Identity, Operation, Result, sessions, settings};

/// What a person gets for a password of their own.
#[derive(Debug)]
pub struct ChangedPassword {
    /// The new token of the session; the old one works no more.
    pub token: Secret,
}

/// What somebody enters for another password of their own.
#[derive(Debug)]
pub struct PasswordChange {
    /// The present one.
    pub current: Secret,
    /// The other one.
    pub typed: TypedPassword,
    /// Whether every session but this one ends.
    pub ends_others: bool,
}

/// Replaces the password of the signed-in person by one that follows the rules, and tells them by mail (S4). Their links
/// and codes end, and their other sessions if they want that.
///
/// Errors: `Invalid` (`current_password` `WRONG`; `PASSWORD_AGE` while the present one must be kept; `PASSWORD_POLICY`,
/// `PASSWORD_REPEAT`, `PASSWORD_USED`); `Throttled` after too many wrong passwords; `Stale` when the password was changed
/// meanwhile; `Unavailable`.
pub async fn change_password(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    change: PasswordChange,
) -> Result<ChangedPassword> {
    let PasswordChange { current, typed, ends_others } = change;
    let known = own_password::ask(identity, caller, resumed, "current_password", current).await?;
    if let Some(set_at) = known.set_at {
        identity.read(caller, async |op| refuse_too_young(op, set_at).await).await?;
    }
    let typed = TypedPassword { temporary: false, ..typed };
    let accepted = accounts::accept_password(identity, caller, &resumed.account, typed).await?;
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::ManageOwnAccount, resumed.account.target())?;
            known.settle(op, resumed).await?;
            keep(op, permit, resumed, &accepted, ends_others).await
        })
        .await
}

/// Replaces the temporary or outdated password of the signed-in person by one that follows the rules, and tells them by
/// mail (S4). Other sessions end, and what links and codes there are.
///
/// Errors: `Invalid` (`PASSWORD_POLICY`, `PASSWORD_REPEAT`, `PASSWORD_SAME`, `PASSWORD_USED`); `Stale` when the password
/// was changed meanwhile; `Unavailable`.
pub async fn change_required_password(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    typed: TypedPassword,
) -> Result<ChangedPassword> {
    let typed = TypedPassword { temporary: false, ..typed };
    let accepted = accounts::accept_password(identity, caller, &resumed.account, typed).await?;
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::SignIn, Target::Organization)?;
            keep(op, permit, resumed, &accepted, true).await
        })
        .await
}

/// Refuses to change a password that the organization wants to be kept for a while.
async fn refuse_too_young(op: &mut Operation<'_>, set_at: base::Timestamp) -> Result<()> {
    let settings = settings::load(op).await?;
    let hours = settings.password_min_age_hours;
    if op.now.since(set_at) >= Duration::from_hours(u64::from(hours)) {
        return Ok(());
    }
    let span = if hours == 1 { "an hour".to_owned() } else { format!("{hours} hours") };
    let word = settings.word_for_password.inside();
    let message =
        format!("Keep a new {word} for {span}. If somebody else knows yours, ask an administrator for another.");
    Err(Error::invalid("password", "PASSWORD_AGE", message))
}

async fn keep(
    op: &mut Operation<'_>,
    permit: Permit,
    resumed: &Resumed,
    accepted: &AcceptedPassword,
    ends_others: bool,
) -> Result<ChangedPassword> {
    let account = accounts::keep_password(op, &resumed.account, accepted).await?;
    accounts::end_links(op, &[account.id]).await?;
    if ends_others {
        sessions::end_others(op, account.id, resumed.session.id).await?;
    }
    let token = sessions::renew(op, resumed.session.id).await?;
    let values = Values::new().with("changed_at", op.now).with("by_admin", "");
    messages::tell(op, Template::PasswordChanged, account.id, values).await?;
    op.record(permit, Event::PasswordSet { account: account.reference(), temporary: false });
    Ok(ChangedPassword { token })
}
