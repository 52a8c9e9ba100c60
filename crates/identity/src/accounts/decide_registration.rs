//! An administrator's decision about a registration.

use base::AccountId;

use super::bulk::{BulkReport, Outcome, allowed, hold_many, remove};
use super::lifecycle::advance;
use super::status::Lifecycle;
use super::summary::tally;
use super::{Account, find, rules};
use crate::access::{Permission, Permit, Target};
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::{Error, Operation, Result, audit};

/// What an administrator can decide about a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Let in who confirmed the address.
    Approve,
    /// Let in who did not.
    Activate,
    /// Turn away who confirmed the address.
    Reject,
}

impl Decision {
    /// How far a registration has come when this can be decided about it.
    pub fn waits_in(self) -> Lifecycle {
        match self {
            Decision::Approve | Decision::Reject => Lifecycle::PendingApproval,
            Decision::Activate => Lifecycle::PendingActivation,
        }
    }
}

/// The account, while `decision` can be made about its registration; nothing is decided.
///
/// Errors: `Denied` without `DecideRegistration`; `NotFound`; `Conflict` when this can't be decided any more
/// (`already_approved`, `already_activated`, `already_rejected`, `already_confirmed`), yet (`not_confirmed`) or at all
/// (`not_pending`).
pub async fn find_undecided(op: &mut Operation<'_>, id: AccountId, decision: Decision) -> Result<Account> {
    let (account, _) = undecided(op, id, decision).await?;
    Ok(account)
}

/// Approves a confirmed registration: the account is active and enabled.
///
/// Errors: as [`find_undecided`]; whoever decides second is told how the first one did.
pub async fn approve(op: &mut Operation<'_>, id: AccountId) -> Result<Account> {
    let (account, permit) = undecided(op, id, Decision::Approve).await?;
    let_in(op, account, permit).await
}

/// Approves several confirmed registrations.
///
/// Errors: `Denied` without any right to it; what is wrong with single accounts is in the answer.
pub async fn approve_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<BulkReport> {
    let (report, waiting) = all_undecided(op, ids).await?;
    for (account, permit) in waiting {
        let_in(op, account, permit).await?;
    }
    Ok(report)
}

async fn let_in(op: &mut Operation<'_>, account: Account, permit: Permit) -> Result<Account> {
    let account = advance(op, account, Lifecycle::Active).await?;
    messages::tell(op, Template::RegistrationApproved, account.id, Values::new()).await?;
    op.record(permit, Event::RegistrationApproved { account: account.reference() });
    Ok(account)
}

/// Activates an account whose registration was not confirmed: it is active and enabled, approved with it, and its
/// address stays unproved. The link to confirm it changes nothing from now on.
///
/// Errors: as [`approve`].
pub async fn activate(op: &mut Operation<'_>, id: AccountId) -> Result<Account> {
    let (account, permit) = undecided(op, id, Decision::Activate).await?;
    let account = advance(op, account, Lifecycle::Active).await?;
    messages::tell(op, Template::RegistrationApproved, id, Values::new()).await?;
    op.record(permit, Event::RegistrationActivated { account: account.reference() });
    Ok(account)
}

/// Rejects a confirmed registration: its account is deleted, and its names are free again. The audit log remembers it.
///
/// Errors: as [`approve`]; `Invalid` for a `reason` that is too long.
pub async fn reject(op: &mut Operation<'_>, id: AccountId, reason: &str) -> Result<()> {
    let undecided = undecided(op, id, Decision::Reject).await?;
    let reason = check_reason(reason)?;
    turn_away(op, vec![undecided], reason.as_deref()).await
}

/// Rejects several confirmed registrations for one `reason`, as [`check_reason`] gave it back.
///
/// Errors: `Denied` without any right to it; what is wrong with single accounts is in the answer.
pub async fn reject_many(op: &mut Operation<'_>, ids: &[AccountId], reason: Option<&str>) -> Result<BulkReport> {
    let (report, waiting) = all_undecided(op, ids).await?;
    turn_away(op, waiting, reason).await?;
    Ok(report)
}

/// A reason in the form that is kept and mailed; `None` for one that says nothing.
///
/// Errors: `Invalid` for a `reason` that is too long.
pub fn check_reason(reason: &str) -> Result<Option<String>> {
    rules::remark("reason", reason).map_err(|problem| Error::Invalid(vec![problem]))
}

async fn turn_away(op: &mut Operation<'_>, waiting: Vec<(Account, Permit)>, reason: Option<&str>) -> Result<()> {
    for (account, _) in &waiting {
        let values = Values::new().with("admin_note", reason);
        messages::tell_departing(op, Template::RegistrationRejected, account.id, values).await?;
    }
    let ids: Vec<AccountId> = waiting.iter().map(|(account, _)| account.id).collect();
    remove(op, &ids).await?;
    for (account, permit) in waiting {
        tally(op, &account.state, -1);
        let (account, name) = (account.reference(), account.display_name());
        op.record(permit, Event::RegistrationRejected { account, name, reason: reason.map(str::to_owned) });
    }
    Ok(())
}

/// Those of `ids` that wait for approval, each with the permit to decide, kept from other administrators until the
/// transaction ends; and what becomes of every one.
async fn all_undecided(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<(BulkReport, Vec<(Account, Permit)>)> {
    let _ = op.allow(Permission::DecideRegistration, Target::Organization)?;
    let mut report = BulkReport::with_capacity(ids.len());
    let mut waiting = Vec::new();
    for (id, account) in hold_many(op, ids).await? {
        let outcome = match account {
            None => Outcome::Gone,
            Some(account) if account.state.lifecycle != Lifecycle::PendingApproval => Outcome::NotWaiting,
            Some(account) => match allowed(op, Permission::DecideRegistration, &account) {
                Err(denial) => Outcome::Denied(denial),
                Ok(permit) => {
                    waiting.push((account, permit));
                    Outcome::Done
                }
            },
        };
        report.push((id, outcome));
    }
    Ok((report, waiting))
}

/// The account with the permit to decide, kept from other administrators until the transaction ends.
async fn undecided(op: &mut Operation<'_>, id: AccountId, decision: Decision) -> Result<(Account, Permit)> {
    let permit = op.allow(Permission::DecideRegistration, Operation::target(id, false))?;
    let Some(account) = find::hold(op, id).await? else {
        return Err(earlier(op, id, &["registration_rejected"]).await?.unwrap_or(Error::NotFound));
    };
    let lifecycle = account.state.lifecycle;
    if lifecycle == decision.waits_in() {
        return Ok((account, permit));
    }
    Err(match lifecycle {
        Lifecycle::PendingActivation => {
            let message = "This registration is not confirmed. Activate the account without that, or delete it.";
            Error::conflict("not_confirmed", message)
        }
        Lifecycle::PendingApproval => {
            Error::conflict("already_confirmed", "This registration was confirmed meanwhile. Approve or reject it.")
        }
        Lifecycle::Active => {
            let earlier = earlier(op, id, &["registration_approved", "registration_activated"]).await?;
            earlier.unwrap_or_else(|| Error::conflict("not_pending", "This account does not wait for a decision."))
        }
    })
}

/// How it was decided before, as a refusal to decide again.
async fn earlier(op: &mut Operation<'_>, id: AccountId, events: &[&str]) -> Result<Option<Error>> {
    let Some(entry) = audit::latest_of(op, id, events).await? else {
        return Ok(None);
    };
    let by = entry.actor_name;
    Ok(Some(match entry.event.as_str() {
        "registration_approved" => {
            Error::conflict("already_approved", format!("{by} has approved this registration already."))
        }
        "registration_activated" => {
            Error::conflict("already_activated", format!("{by} has activated this account already."))
        }
        _ => {
            let message = format!("{by} has rejected this registration already, and the account was deleted.");
            Error::conflict("already_rejected", message)
        }
    }))
}
