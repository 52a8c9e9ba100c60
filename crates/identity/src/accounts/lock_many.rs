//! Locking and unlocking accounts: each has its own outcome, one no doesn't stop the rest.

use base::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use super::bulk::{BulkReport, Outcome, allowed, hold_many, keep_one_in_charge};
use super::status::{Lifecycle, Lock, LockReason};
use super::{Account, end_links, rows, rules};
use super::{failures, inactivity};
use crate::access::{Permission, Permit, Target};
use crate::events::Event;
use crate::messages::{Template, Values};
use crate::{Error, Operation, Problem, Result, messages, sessions};

/// For how long accounts are locked, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockTerms {
    /// Why, in the administrator's words.
    pub note: Option<String>,
    /// When the lock ends by itself; `None` when somebody must end it.
    pub until: Option<Timestamp>,
}

impl LockTerms {
    /// Whether an account may be locked so.
    ///
    /// Errors: `Invalid` for a note that is too long (`note`), or an end that is past (`until`, `PAST`).
    pub fn check(&self, now: Timestamp) -> Result<()> {
        self.checked(now).map(drop)
    }

    /// The terms in the form that is kept.
    ///
    /// Errors: `Invalid` for a note that is too long (`note`), or an end that is past (`until`, `PAST`).
    pub(crate) fn checked(&self, now: Timestamp) -> Result<LockTerms> {
        let mut problems = Vec::new();
        let note = rules::remark("note", self.note.as_deref().unwrap_or_default());
        let note = note.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if self.until.is_some_and(|until| until <= now) {
            problems.push(Problem::new("until", "PAST", "Enter a time that is still to come."));
        }
        if problems.is_empty() { Ok(LockTerms { note, until: self.until }) } else { Err(Error::Invalid(problems)) }
    }
}

/// Locks several accounts, and ends their sessions and one-time links.
///
/// An end that is past changes nothing: it may come to pass before a job comes to its last account.
///
/// Errors: `Denied` without any right to it; what is wrong with single accounts is in the answer.
pub async fn lock_many(op: &mut Operation<'_>, ids: &[AccountId], terms: &LockTerms) -> Result<BulkReport> {
    lock_some(op, ids, terms, true).await
}

/// Ends every lock of several accounts, and forgets the failed attempts at their names.
///
/// Errors: `Denied` without any right to it; what is wrong with single accounts is in the answer.
pub async fn unlock_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<BulkReport> {
    unlock_some(op, ids, true).await
}

/// The one home of locking by an administrator.
pub(super) async fn lock_some(
    op: &mut Operation<'_>,
    ids: &[AccountId],
    terms: &LockTerms,
    bulk: bool,
) -> Result<BulkReport> {
    let _ = op.allow(Permission::LockAccount, Target::Organization)?;
    let is_over = terms.until.is_some_and(|until| until <= op.now);
    let mut report = BulkReport::with_capacity(ids.len());
    let mut changing: Vec<(Account, Permit)> = Vec::new();
    for (id, account) in hold_many(op, ids).await? {
        let outcome = match account {
            None => Outcome::Gone,
            Some(account) => match allowed(op, Permission::LockAccount, &account) {
                Err(denial) => Outcome::Denied(denial),
                Ok(_) if account.state.lifecycle != Lifecycle::Active => Outcome::Pending,
                Ok(_) if !account.state.enabled => Outcome::Disabled,
                Ok(_) if is_over || account.state.lock(LockReason::Admin, op.now).is_some() => Outcome::Unchanged,
                Ok(permit) => {
                    changing.push((account, permit));
                    Outcome::Done
                }
            },
        };
        report.push((id, outcome));
    }
    keep_one_in_charge(op, &mut changing, Permission::LockAccount, &mut report).await?;
    let changed: Vec<AccountId> = changing.iter().map(|(account, _)| account.id).collect();
    let lock = Lock {
        reason: LockReason::Admin,
        since: op.now,
        until: terms.until,
        held_by: Some(op.caller.actor.name().to_owned()),
        note: terms.note.clone(),
    };
    put(op, &changed, &lock).await?;
    for (account, permit) in changing {
        op.record(permit, event(&account, &lock, bulk));
        // The note is for administrators.
        let values = Values::new().with("until", lock.until).with("admin_note", "");
        messages::tell(op, Template::AccountLocked, account.id, values).await?;
    }
    Ok(report)
}

/// Locks accounts and ends what is open of them. The caller has checked the right and records the events.
pub(super) async fn put(op: &mut Operation<'_>, ids: &[AccountId], lock: &Lock) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    rows::lock(&mut op.tx, organization, ids, lock).await?;
    rows::touch(&mut op.tx, ids, now).await?;
    sessions::end_all(op, ids).await?;
    end_links(op, ids).await
}

/// What is recorded of an account that was locked.
pub(super) fn event(account: &Account, lock: &Lock, bulk: bool) -> Event {
    Event::AccountLocked {
        account: account.reference(),
        bulk,
        reason: lock.reason.code(),
        note: lock.note.clone(),
        until: lock.until,
    }
}

/// Removes the locks that have ended by the clock; answers how many they were.
pub(crate) async fn sweep(op: &mut Operation<'_>) -> Result<u64> {
    let now = op.now;
    rows::sweep_locks(&mut op.tx, now).await
}

/// The one home of unlocking by an administrator.
pub(super) async fn unlock_some(op: &mut Operation<'_>, ids: &[AccountId], bulk: bool) -> Result<BulkReport> {
    let _ = op.allow(Permission::UnlockAccount, Target::Organization)?;
    let mut report = BulkReport::with_capacity(ids.len());
    let mut changing: Vec<(Account, Permit)> = Vec::new();
    for (id, account) in hold_many(op, ids).await? {
        let outcome = match account {
            None => Outcome::Gone,
            Some(account) => match allowed(op, Permission::UnlockAccount, &account) {
                Err(denial) => Outcome::Denied(denial),
                Ok(_) if !account.state.is_locked(op.now) => Outcome::Unchanged,
                Ok(permit) => {
                    changing.push((account, permit));
                    Outcome::Done
                }
            },
        };
        report.push((id, outcome));
    }
    let changed: Vec<AccountId> = changing.iter().map(|(account, _)| account.id).collect();
    let now = op.now;
    rows::unlock(&mut op.tx, &changed).await?;
    rows::touch(&mut op.tx, &changed, now).await?;
    failures::forgive(op, changing.iter().map(|(account, _)| account)).await?;
    let idle = |account: &&Account| account.state.locks.iter().any(|lock| lock.reason == LockReason::Inactivity);
    let idle: Vec<AccountId> =
        changing.iter().map(|(account, _)| account).filter(idle).map(|account| account.id).collect();
    inactivity::count_anew(op, &idle).await?;
    for (account, permit) in changing {
        let held = account.state.locks.iter().filter(|lock| lock.is_held(now)).map(|lock| lock.reason.code());
        let reasons = held.collect();
        op.record(permit, Event::AccountUnlocked { account: account.reference(), bulk, reasons });
        messages::tell(op, Template::AccountUnlocked, account.id, Values::new().with("admin_note", "")).await?;
    }
    Ok(report)
}
