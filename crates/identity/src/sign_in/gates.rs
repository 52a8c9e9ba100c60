//! What stands between a right password and a session.

use base::Timestamp;

use crate::accounts::{Lifecycle, LockReason, MustChange, PasswordState, State};

/// Why an account can't be signed in to although the password is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// The registration is not confirmed.
    PendingActivation,
    /// The registration is not approved.
    PendingApproval,
    /// The account is disabled.
    Disabled,
    /// An administrator locked it.
    LockedByAdministrator,
    /// Too many failed sign-ins. Must look like a wrong password, or the lock would tell when a guess is right.
    LockedByFailures,
    /// Nobody signed in for too long.
    LockedByInactivity,
    /// The temporary password no longer works. Looks like a wrong password.
    TemporaryPasswordExpired,
    /// An administrator asked for a new password, which takes a mailed link.
    ResetRequired,
}

impl Gate {
    /// The first gate that is shut, in the order of what matters most.
    pub(super) fn shut(state: &State, now: Timestamp) -> Option<Gate> {
        if state.lock(LockReason::FailedAttempts, now).is_some() {
            return Some(Gate::LockedByFailures);
        }
        match state.lifecycle {
            Lifecycle::PendingActivation => return Some(Gate::PendingActivation),
            Lifecycle::PendingApproval => return Some(Gate::PendingApproval),
            Lifecycle::Active => {}
        }
        if !state.enabled {
            Some(Gate::Disabled)
        } else if state.lock(LockReason::Admin, now).is_some() {
            Some(Gate::LockedByAdministrator)
        } else if state.lock(LockReason::Inactivity, now).is_some() {
            Some(Gate::LockedByInactivity)
        } else if matches!(state.password, PasswordState::Temporary { until } if until <= now) {
            Some(Gate::TemporaryPasswordExpired)
        } else if state.must_change == MustChange::Admin {
            Some(Gate::ResetRequired)
        } else {
            None
        }
    }

    /// Whether the person may be told, having proved the password.
    pub fn may_be_told(self) -> bool {
        !matches!(self, Gate::LockedByFailures | Gate::TemporaryPasswordExpired)
    }

    /// A stable name, as `disabled`.
    pub fn code(self) -> &'static str {
        match self {
            Gate::PendingActivation => "pending_activation",
            Gate::PendingApproval => "pending_approval",
            Gate::Disabled => "account_disabled",
            Gate::LockedByAdministrator => "account_locked",
            Gate::LockedByFailures => "too_many_failures",
            Gate::LockedByInactivity => "account_inactive",
            Gate::TemporaryPasswordExpired => "temporary_password_expired",
            Gate::ResetRequired => "password_reset_required",
        }
    }
}

/// Whether the session may reach nothing but the form that changes the password.
pub(super) fn must_change_password(state: &State) -> bool {
    matches!(state.password, PasswordState::Temporary { .. })
        || matches!(state.must_change, MustChange::Expired | MustChange::Compromised)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Lock;

    fn lock(reason: LockReason) -> Lock {
        Lock { reason, since: Timestamp::from_millis(1), until: None, held_by: None, note: None }
    }

    #[test]
    fn several_reasons_at_once_are_told_in_the_order_of_the_specification() {
        let now = Timestamp::from_millis(1_000);
        let mut state = State::new(true);
        state.password = PasswordState::Permanent;
        assert_eq!(Gate::shut(&state, now), None);
        state.must_change = MustChange::Admin;
        assert_eq!(Gate::shut(&state, now), Some(Gate::ResetRequired));
        state.locks.push(lock(LockReason::Inactivity));
        assert_eq!(Gate::shut(&state, now), Some(Gate::LockedByInactivity));
        state.locks.push(lock(LockReason::Admin));
        assert_eq!(Gate::shut(&state, now), Some(Gate::LockedByAdministrator));
        state.enabled = false;
        assert_eq!(Gate::shut(&state, now), Some(Gate::Disabled));
        state.lifecycle = Lifecycle::PendingApproval;
        assert_eq!(Gate::shut(&state, now), Some(Gate::PendingApproval));
        state.locks.push(lock(LockReason::FailedAttempts));
        assert_eq!(Gate::shut(&state, now), Some(Gate::LockedByFailures));
        assert!(!Gate::LockedByFailures.may_be_told());
    }
}
