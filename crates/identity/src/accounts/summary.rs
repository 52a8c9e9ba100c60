//! The figures above the list: how many accounts there are in each state.

use super::rows;
use super::status::{MustChange, PasswordState, State, Status, StatusFilter};
use crate::access::{Permission, Target};
use crate::{Operation, Result, counters, settings};

/// Counts every change that may move an account within a list.
pub(super) const GENERATION: &str = "accounts.generation";
const MUST_RESET: &str = "accounts.must_reset";
const AWAITS_PASSWORD: &str = "accounts.awaits_password";

/// How many accounts there are, by state. The four statuses add up to the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All accounts.
    pub total: u64,
    /// Active and switched on.
    pub enabled: u64,
    /// Active and switched off.
    pub disabled: u64,
    /// Registered, not confirmed.
    pub pending_activation: u64,
    /// Confirmed, not approved.
    pub pending_approval: u64,
    /// Under a lock at this moment.
    pub locked: u64,
    /// Asked by an administrator for a new password.
    pub pending_reset: u64,
    /// Invited, without a password so far.
    pub pending_first_password: u64,
    /// Accounts that may exist; 0 for as many as you like.
    pub license_limit: u64,
}

impl Summary {
    /// How many accounts match `filter`, when the summary knows.
    pub(super) fn matching(&self, filter: StatusFilter) -> Option<u64> {
        match filter {
            StatusFilter::Status(status) => Some(self.of(status)),
            StatusFilter::Locked => Some(self.locked),
            StatusFilter::PendingPasswordReset => Some(self.pending_reset),
            StatusFilter::PendingFirstPassword => Some(self.pending_first_password),
            StatusFilter::PendingEmailVerification | StatusFilter::PendingMobileVerification => None,
        }
    }

    /// How many accounts have `status`.
    pub fn of(&self, status: Status) -> u64 {
        match status {
            Status::Disabled => self.disabled,
            Status::Enabled => self.enabled,
            Status::PendingActivation => self.pending_activation,
            Status::PendingApproval => self.pending_approval,
        }
    }
}

/// The figures of the caller's organization, read in one snapshot.
///
/// Errors: `Denied` without `ViewAccounts`.
pub async fn summary(op: &mut Operation<'_>) -> Result<Summary> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let license_limit = settings::load(op).await?.site_user_limit;
    let (organization, now) = (op.organization(), op.now);
    let locked = rows::count_locked(&mut op.tx, organization, now).await?;
    let counts = counters::sums(op, "accounts.").await?;
    let count = |name: &str| u64::try_from(counts.get(name).copied().unwrap_or(0)).unwrap_or(0);
    let statuses = Status::ALL.map(|status| count(counter_of(status)));
    Ok(Summary {
        total: statuses.iter().sum(),
        disabled: statuses[0],
        enabled: statuses[1],
        pending_activation: statuses[2],
        pending_approval: statuses[3],
        locked: u64::try_from(locked).unwrap_or(0),
        pending_reset: count(MUST_RESET),
        pending_first_password: count(AWAITS_PASSWORD),
        license_limit,
    })
}

/// How many registrations wait for approval. The caller knows whom to tell.
pub(crate) async fn waiting_for_approval(op: &mut Operation<'_>) -> Result<u64> {
    let counter = counter_of(Status::PendingApproval);
    Ok(u64::try_from(counters::sums(op, counter).await?.get(counter).copied().unwrap_or(0)).unwrap_or(0))
}

/// How many changes there were that may have moved an account within a list.
pub(super) async fn generation(op: &mut Operation<'_>) -> Result<i64> {
    Ok(counters::sums(op, GENERATION).await?.get(GENERATION).copied().unwrap_or(0))
}

/// Counts an account with `state` in (`by` 1) or out (`by` -1).
pub(super) fn tally(op: &mut Operation<'_>, state: &State, by: i64) {
    op.count(counter_of(state.status()), by);
    if state.must_change == MustChange::Admin {
        op.count(MUST_RESET, by);
    }
    if state.password == PasswordState::None && state.invited_at.is_some() {
        op.count(AWAITS_PASSWORD, by);
    }
    op.count(GENERATION, 1);
}

/// Counts `made` accounts that only exist in a rehearsal, so that the license limit holds there too. The operation
/// only reads; nothing comes of it.
pub(crate) fn imagine(op: &mut Operation<'_>, made: u64) {
    op.count(counter_of(Status::Enabled), i64::try_from(made).unwrap_or(i64::MAX));
}

pub(super) fn counter_of(status: Status) -> &'static str {
    match status {
        Status::Disabled => "accounts.status.disabled",
        Status::Enabled => "accounts.status.enabled",
        Status::PendingActivation => "accounts.status.pending_activation",
        Status::PendingApproval => "accounts.status.pending_approval",
    }
}
