//! Failed attempts to sign in to an account: the lock that they bring, and their forgiveness.

use std::time::Duration;

use super::status::{Lifecycle, Lock, LockReason};
use super::{Account, rows, rules};
use crate::access::Role;
use crate::messages::{Template, Values};
use crate::throttle::{self, Subject};
use crate::{Operation, Result, messages, settings};

/// Whoever guesses again and again must not fill somebody's mailbox.
const TOLD_EVERY: Duration = Duration::from_hours(1);

/// Locks an account after too many failed attempts at one of its names. Its sessions go on: they are authentic. A lock
/// that ends later stays as it is. The owner is told, once an hour at most. The caller records the event.
pub(crate) async fn lock_for_failures(
    op: &mut Operation<'_>,
    account: &Account,
    failures: u32,
    span: Duration,
) -> Result<()> {
    let until = op.now.plus(span);
    let earlier = account.state.lock(LockReason::FailedAttempts, op.now);
    let ends_later = earlier.is_some_and(|lock| lock.until.is_none_or(|end| end >= until));
    if account.state.lifecycle != Lifecycle::Active || ends_later {
        return Ok(());
    }
    let from = op.caller.address.map(|address| format!(" from {address}")).unwrap_or_default();
    let lock = Lock {
        reason: LockReason::FailedAttempts,
        since: earlier.map_or(op.now, |lock| lock.since),
        until: Some(until),
        held_by: None,
        note: Some(format!("{failures} failed sign-ins{from}")),
    };
    let organization = op.organization();
    rows::lock(&mut op.tx, organization, &[account.id], &lock).await?;
    if throttle::is_first_within(op, &format!("told of attempts {}", account.id), TOLD_EVERY).await? {
        let hint = reset_hint(op, account).await?;
        let values = Values::new().with("until", until).with("reset_hint", hint);
        messages::tell(op, Template::TooManyAttempts, account.id, values).await?;
    }
    Ok(())
}

/// What its owner can do rather than wait, if anything.
async fn reset_hint(op: &mut Operation<'_>, account: &Account) -> Result<Option<String>> {
    let settings = settings::load(op).await?;
    let gets_link = settings.change_password_request && !account.roles.has(Role::SuperAdministrator);
    let password = settings.words().password.inside();
    Ok(gets_link
        .then(|| format!("You need not wait: “Forgot {password}?” where you sign in sends you a link to change it.")))
}

/// Forgets the failed attempts at the names of accounts; whoever was kept out because of them may try again.
pub(super) async fn forgive(op: &mut Operation<'_>, accounts: impl Iterator<Item = &Account>) -> Result<()> {
    let subjects: Vec<Subject> = accounts.flat_map(names).collect();
    throttle::forgive(op, &subjects).await
}

/// What people type to sign in to an account, as attempts are counted for it.
fn names(account: &Account) -> impl Iterator<Item = Subject> {
    let names = std::iter::once(account.username.as_str()).chain(account.email.as_deref());
    names.map(|name| Subject::Name(rules::identifier(name))).collect::<Vec<_>>().into_iter()
}
