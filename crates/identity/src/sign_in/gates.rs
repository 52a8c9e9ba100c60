//! What stands between a right password and a session.

use base::Timestamp;

use crate::accounts::{Contact, Lifecycle, LockReason, MustChange, Need, PasswordState, Requirements, State};
use crate::one_time_links::Purpose;

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
    /// The e-mail address must be proved first.
    EmailNotVerified,
    /// The mobile number must be proved first.
    MobileNotVerified,
}

/// What programs are told of a wrong password.
pub(super) const WRONG: &str = "invalid_credentials";

impl Gate {
    /// The first gate that is shut, in the order of what matters most.
    pub(super) fn shut(state: &State, requires: Requirements, now: Timestamp) -> Option<Gate> {
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
        } else if must_change_password(state) {
            // That comes first; what else is required is asked for after it.
            None
        } else if requires.verified_email && is_unproved(state.email) {
            Some(Gate::EmailNotVerified)
        } else if requires.verified_mobile && is_unproved(state.mobile) {
            Some(Gate::MobileNotVerified)
        } else {
            None
        }
    }

    /// Whether the person may be told, having proved the password.
    pub fn may_be_told(self) -> bool {
        !matches!(self, Gate::LockedByFailures | Gate::TemporaryPasswordExpired)
    }

    /// What its owner needs to be let in, and can be sent.
    pub(super) fn need(self) -> Option<Need> {
        match self {
            Gate::PendingActivation => Some(Need::Link(Purpose::ConfirmRegistration)),
            Gate::LockedByInactivity => Some(Need::Reactivation),
            Gate::ResetRequired => Some(Need::Link(Purpose::ResetPassword)),
            Gate::EmailNotVerified => Some(Need::Link(Purpose::VerifyEmail)),
            Gate::MobileNotVerified => Some(Need::Link(Purpose::VerifyMobile)),
            Gate::PendingApproval
            | Gate::Disabled
            | Gate::LockedByAdministrator
            | Gate::LockedByFailures
            | Gate::TemporaryPasswordExpired => None,
        }
    }

    /// What its owner may ask to have sent once more, having proved the password.
    pub(super) fn sent_again(self) -> Option<Purpose> {
        match self.need() {
            // Of a password, an administrator decides how and how often (T23).
            Some(Need::Link(Purpose::ResetPassword) | Need::Reactivation) | None => None,
            Some(Need::Link(purpose)) => Some(purpose),
        }
    }

    /// What programs are told, as `account_disabled`: nothing but a wrong password where nothing else may be told.
    pub fn code(self) -> &'static str {
        if self.may_be_told() { self.reason() } else { WRONG }
    }

    /// A stable name for the audit log, as `account_disabled`.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Gate::PendingActivation => "pending_activation",
            Gate::PendingApproval => "pending_approval",
            Gate::Disabled => "account_disabled",
            Gate::LockedByAdministrator => "account_locked",
            Gate::LockedByFailures => "too_many_failures",
            Gate::LockedByInactivity => "account_inactive",
            Gate::TemporaryPasswordExpired => "temporary_password_expired",
            Gate::ResetRequired => "password_reset_required",
            Gate::EmailNotVerified => "email_unverified",
            Gate::MobileNotVerified => "mobile_unverified",
        }
    }
}

/// Whether the session may reach nothing but the form that changes the password.
pub(super) fn must_change_password(state: &State) -> bool {
    matches!(state.password, PasswordState::Temporary { .. })
        || matches!(state.must_change, MustChange::Expired | MustChange::Compromised)
}

fn is_unproved(contact: Contact) -> bool {
    contact.is_present && contact.verified_at.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{AccountId, OrganizationId};

    use crate::accounts::{Account, Lock, Told, Why, obstacles};

    fn lock(reason: LockReason) -> Lock {
        Lock { reason, since: Timestamp::from_millis(1), until: None, held_by: None, note: None }
    }

    fn account(state: State) -> Account {
        Account {
            id: AccountId::from(uuid::Uuid::nil()),
            organization: OrganizationId::from(uuid::Uuid::nil()),
            version: 1,
            username: "amy".into(),
            first_name: String::new(),
            last_name: String::new(),
            email: None,
            pending_email: None,
            mobile: None,
            external_id: None,
            custom: crate::attributes::Values::default(),
            state,
            roles: crate::access::Roles::NONE,
            in_protected_group: false,
            origin: "console".into(),
            created_at: Timestamp::from_millis(1),
            modified_at: Timestamp::from_millis(1),
            last_sign_in_at: None,
        }
    }

    #[test]
    fn several_reasons_at_once_are_told_in_the_order_of_the_specification() {
        let now = Timestamp::from_millis(1_000);
        let requires = Requirements { verified_email: true, verified_mobile: true };
        let shut = |state: &State| Gate::shut(state, requires, now);
        let mut state = State::new(true);
        state.password = PasswordState::Permanent;
        assert_eq!(shut(&state), None);
        state.mobile.is_present = true;
        assert_eq!(shut(&state), Some(Gate::MobileNotVerified));
        state.email.is_present = true;
        assert_eq!(shut(&state), Some(Gate::EmailNotVerified));
        state.must_change = MustChange::Expired;
        assert_eq!(shut(&state), None, "the form to change the password comes first");
        state.must_change = MustChange::Admin;
        assert_eq!(shut(&state), Some(Gate::ResetRequired));
        state.locks.push(lock(LockReason::Inactivity));
        assert_eq!(shut(&state), Some(Gate::LockedByInactivity));
        state.locks.push(lock(LockReason::Admin));
        assert_eq!(shut(&state), Some(Gate::LockedByAdministrator));
        state.enabled = false;
        assert_eq!(shut(&state), Some(Gate::Disabled));
        state.lifecycle = Lifecycle::PendingApproval;
        assert_eq!(shut(&state), Some(Gate::PendingApproval));
        state.locks.push(lock(LockReason::FailedAttempts));
        assert_eq!(shut(&state), Some(Gate::LockedByFailures));
        assert!(!Gate::LockedByFailures.may_be_told());
    }

    #[test]
    fn whatever_shuts_a_gate_is_explained_to_administrators_and_nothing_else() {
        let now = Timestamp::from_millis(1_000);
        let contacts = [
            Contact::default(),
            Contact { is_present: true, ..Contact::default() },
            Contact { is_present: true, verified_at: Some(now), change_pending: false },
        ];
        let passwords = [
            PasswordState::Permanent,
            PasswordState::Temporary { until: now },
            PasswordState::Temporary { until: Timestamp::from_millis(2_000) },
        ];
        let mut count = 0;
        for lifecycle in [Lifecycle::PendingActivation, Lifecycle::PendingApproval, Lifecycle::Active] {
            for bits in 0_u32..16 {
                for (password, email) in passwords.iter().flat_map(|password| contacts.map(|email| (*password, email)))
                {
                    for must_change in [MustChange::No, MustChange::Admin, MustChange::Expired] {
                        for requires in [false, true] {
                            let reasons = [LockReason::Admin, LockReason::FailedAttempts, LockReason::Inactivity];
                            let held = reasons.iter().enumerate().filter(|(n, _)| bits & (1 << n) != 0);
                            let locks = held.map(|(_, reason)| lock(*reason)).collect();
                            let state =
                                State { lifecycle, locks, password, must_change, email, ..State::new(bits & 8 != 0) };
                            let requires = Requirements { verified_email: requires, verified_mobile: false };
                            let is_shut = Gate::shut(&state, requires, now).is_some();
                            let asks_first = must_change_password(&state);
                            let explained = obstacles(&account(state), &Told::default(), requires, now);
                            let only_proof = explained.iter().all(|obstacle| obstacle.why == Why::EmailNotVerified);
                            let is_open = explained.is_empty() || (asks_first && only_proof);
                            assert_eq!(is_shut, !is_open, "{explained:?}");
                            count += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(count, 3 * 16 * 9 * 3 * 2);
    }
}
