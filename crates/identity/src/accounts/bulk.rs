//! Doing the same to many accounts: each has its own outcome, one no doesn't stop the rest.

use std::collections::HashMap;

use base::AccountId;

use super::roles::usable_super_administrators;
use super::status::{Lifecycle, Status};
use super::summary::tally;
use super::{Account, end_links, rows};
use crate::access::{Denial, Permission, Permit, Role, STEP_UP_AGE, Target};
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::{Error, Operation, Result, groups, sessions, settings};

/// What became of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was so already.
    Unchanged,
    /// There is no such account any more.
    Gone,
    /// It may not be done to this account.
    Denied(Denial),
    /// The registration waits for a decision; this comes later.
    Pending,
    /// It is disabled, which keeps everybody out already.
    Disabled,
    /// It is no registration that waits for approval: not confirmed, or decided already.
    NotWaiting,
    /// The change ended before its turn came; nothing was done to it.
    NotReached,
}

impl Outcome {
    /// A stable name, as `done`; of a denial the name of its reason.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Unchanged => "unchanged",
            Outcome::Gone => "gone",
            Outcome::Denied(denial) => denial.code(),
            Outcome::Pending => "pending",
            Outcome::Disabled => "disabled",
            Outcome::NotWaiting => "not_waiting",
            Outcome::NotReached => "not_reached",
        }
    }

    /// The outcome with this [`Outcome::code`].
    pub fn from_code(code: &str) -> Option<Outcome> {
        let plain = [
            Outcome::Done,
            Outcome::Unchanged,
            Outcome::Gone,
            Outcome::Pending,
            Outcome::Disabled,
            Outcome::NotWaiting,
            Outcome::NotReached,
        ];
        let denied = Denial::ALL.map(Outcome::Denied);
        plain.into_iter().chain(denied).find(|outcome| outcome.code() == code)
    }
}

/// What became of many accounts, in the order they were named.
pub type BulkReport = Vec<(AccountId, Outcome)>;

/// From this many accounts on, deleting asks for the password again.
const DELETE_STEP_UP_FROM: usize = 10;

/// Which way to switch.
pub(super) enum Switch {
    Enable { bulk: bool },
    Disable { bulk: bool, note: Option<String> },
}

/// Lets several disabled accounts in again.
///
/// Errors: `Denied` without any right to it; what is wrong with single accounts is in the answer.
pub async fn enable_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<BulkReport> {
    switch(op, ids, &Switch::Enable { bulk: true }).await
}

/// Disables several accounts and ends their sessions and one-time links.
///
/// Errors: `Denied` without any right to it; `Conflict` `account_disabling_off`; what is wrong with single accounts
/// is in the answer.
pub async fn disable_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<BulkReport> {
    switch(op, ids, &Switch::Disable { bulk: true, note: None }).await
}

/// Deletes several accounts for ever.
///
/// Errors: `Denied` without any right to it, or `StepUpRequired` for ten accounts and more when the password was
/// entered too long ago; what is wrong with single accounts is in the answer.
pub async fn delete_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<BulkReport> {
    delete_some(op, ids, true).await
}

impl Switch {
    fn permission(&self) -> Permission {
        match self {
            Switch::Enable { .. } => Permission::EnableAccount,
            Switch::Disable { .. } => Permission::DisableAccount,
        }
    }

    fn enabled(&self) -> bool {
        matches!(self, Switch::Enable { .. })
    }

    /// Tells the owner, if the organization wants it (M5, M6).
    async fn tell(&self, op: &mut Operation<'_>, account: AccountId) -> Result<()> {
        let (template, note) = match self {
            Switch::Enable { .. } => (Template::AccountEnabled, None),
            Switch::Disable { note, .. } => (Template::AccountDisabled, note.as_deref()),
        };
        messages::tell(op, template, account, Values::new().with("admin_note", note)).await
    }

    fn event(&self, account: &Account) -> Event {
        let account = account.reference();
        match self {
            Switch::Enable { bulk } => Event::AccountEnabled { account, bulk: *bulk },
            Switch::Disable { bulk, note } => Event::AccountDisabled { account, bulk: *bulk, note: note.clone() },
        }
    }
}

/// The one home of enabling and disabling.
pub(super) async fn switch(op: &mut Operation<'_>, ids: &[AccountId], how: &Switch) -> Result<BulkReport> {
    // Who may do this to nobody needs no list of outcomes.
    let _ = op.allow(how.permission(), Target::Organization)?;
    if !how.enabled() && !settings::load(op).await?.account_disabling {
        let message = "Disabling accounts is switched off for this organization.";
        return Err(Error::conflict("account_disabling_off", message));
    }
    let mut report = BulkReport::with_capacity(ids.len());
    let mut changing: Vec<(Account, Permit)> = Vec::new();
    for (id, account) in hold_many(op, ids).await? {
        let outcome = match account {
            None => Outcome::Gone,
            Some(account) => match allowed(op, how.permission(), &account) {
                Err(denial) => Outcome::Denied(denial),
                Ok(_) if account.state.lifecycle != Lifecycle::Active => Outcome::Pending,
                Ok(_) if account.state.enabled == how.enabled() => Outcome::Unchanged,
                Ok(permit) => {
                    changing.push((account, permit));
                    Outcome::Done
                }
            },
        };
        report.push((id, outcome));
    }
    if !how.enabled() {
        keep_one_in_charge(op, &mut changing, how.permission(), &mut report).await?;
    }
    let changed: Vec<AccountId> = changing.iter().map(|(account, _)| account.id).collect();
    let status = if how.enabled() { Status::Enabled } else { Status::Disabled };
    let now = op.now;
    rows::switch(&mut op.tx, &changed, how.enabled(), status.rank(), now).await?;
    if !how.enabled() {
        sessions::end_all(op, &changed).await?;
        end_links(op, &changed).await?;
    }
    for (mut account, permit) in changing {
        tally(op, &account.state, -1);
        account.state.enabled = how.enabled();
        tally(op, &account.state, 1);
        how.tell(op, account.id).await?;
        op.record(permit, how.event(&account));
    }
    Ok(report)
}

/// The one home of deleting.
pub(super) async fn delete_some(op: &mut Operation<'_>, ids: &[AccountId], bulk: bool) -> Result<BulkReport> {
    let _ = op.allow(Permission::DeleteAccount, Target::Organization)?;
    ask_to_step_up(op, ids.len())?;
    let mut report = BulkReport::with_capacity(ids.len());
    let mut going: Vec<(Account, Permit)> = Vec::new();
    for (id, account) in hold_many(op, ids).await? {
        let outcome = match account {
            None => Outcome::Gone,
            Some(account) => match allowed(op, Permission::DeleteAccount, &account) {
                Err(denial) => Outcome::Denied(denial),
                Ok(permit) => {
                    going.push((account, permit));
                    Outcome::Done
                }
            },
        };
        report.push((id, outcome));
    }
    keep_one_in_charge(op, &mut going, Permission::DeleteAccount, &mut report).await?;
    let gone: Vec<AccountId> = going.iter().map(|(account, _)| account.id).collect();
    for (account, _) in going.iter().filter(|(account, _)| account.state.lifecycle == Lifecycle::Active) {
        messages::tell_departing(op, Template::AccountDeleted, account.id, Values::new()).await?;
    }
    remove(op, &gone).await?;
    for (account, permit) in going {
        tally(op, &account.state, -1);
        op.record(permit, Event::AccountDeleted { account: account.reference(), bulk });
    }
    Ok(report)
}

/// Removes accounts, and with them everything that hangs on them; their groups count them out.
pub(super) async fn remove(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<()> {
    groups::leave_all(op, ids).await?;
    rows::delete(&mut op.tx, ids).await
}

/// Notes that something about accounts changed that is kept elsewhere; the caller records what.
pub(crate) async fn touch(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<()> {
    let now = op.now;
    rows::touch(&mut op.tx, ids, now).await
}

/// Asks for the password again before `accounts` are deleted, when they are many and it was entered too long ago.
pub(crate) fn ask_to_step_up(op: &mut Operation<'_>, accounts: usize) -> Result<()> {
    let signed_in = op.caller.actor.person().map(|person| person.authenticated_at);
    if accounts >= DELETE_STEP_UP_FROM && signed_in.is_some_and(|at| op.now.since(at) > STEP_UP_AGE) {
        return Err(op.refuse(Permission::DeleteAccount, Target::Organization, Denial::StepUpRequired));
    }
    Ok(())
}

/// Each wanted account once, in the order named; `None` for one that is gone. Nobody else changes them meanwhile, so
/// that they are counted out of the status that they have.
pub(crate) async fn hold_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<Vec<(AccountId, Option<Account>)>> {
    let organization = op.organization();
    rows::hold_ordinary(&mut op.tx, ids).await?;
    let found = rows::find_many(&mut op.tx, organization, ids).await?;
    let mut found: HashMap<AccountId, Account> = found.into_iter().map(|account| (account.id, account)).collect();
    let mut named = std::collections::HashSet::new();
    Ok(ids.iter().filter(|id| named.insert(**id)).map(|id| (*id, found.remove(id))).collect())
}

/// A permit for this account, or why there is none.
pub(super) fn allowed(op: &mut Operation<'_>, permission: Permission, account: &Account) -> Result<Permit, Denial> {
    op.allow(permission, account.target()).map_err(|error| match error {
        Error::Denied(denial) => denial,
        _ => Denial::Role,
    })
}

/// Takes super administrators out of `changing` when nobody usable would be left (G2). The rows are locked while
/// they are counted, so that two administrators can't remove each other at the same moment.
pub(super) async fn keep_one_in_charge(
    op: &mut Operation<'_>,
    changing: &mut Vec<(Account, Permit)>,
    permission: Permission,
    report: &mut BulkReport,
) -> Result<()> {
    let is_super = |account: &Account| account.roles.has(Role::SuperAdministrator);
    if !changing.iter().any(|(account, _)| is_super(account)) {
        return Ok(());
    }
    let usable = usable_super_administrators(op).await?;
    let stays = usable.iter().any(|id| changing.iter().all(|(account, _)| account.id != *id));
    if stays {
        return Ok(());
    }
    let (kept, rest): (Vec<_>, Vec<_>) =
        std::mem::take(changing).into_iter().partition(|(account, _)| is_super(account));
    *changing = rest;
    for (account, _) in kept {
        op.refuse(permission, account.target(), Denial::LastSuperAdministrator);
        for (id, outcome) in report.iter_mut() {
            if *id == account.id {
                *outcome = Outcome::Denied(Denial::LastSuperAdministrator);
            }
        }
    }
    Ok(())
}
