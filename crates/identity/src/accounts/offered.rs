//! What can be done to an account as it stands: the table of ES-106. Who may do it is decided elsewhere.

use base::Timestamp;

use super::status::{LockReason, PasswordState, State, Status};

/// Something that an administrator can do to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offer {
    /// Let in who did not confirm the registration.
    Activate,
    /// Send the link that confirms the registration once more.
    SendConfirmation,
    /// Let in who confirmed it.
    Approve,
    /// Turn away who confirmed it.
    Reject,
    /// Mail the username.
    SendUsername,
    /// Keep people out for a time.
    Lock,
    /// End the locks.
    Unlock,
    /// Ask for another password.
    ForceReset,
    /// Invite to choose the first password.
    Invite,
    /// Send once more what the account waits for.
    Resend,
    /// Change the profile.
    Update,
    /// Set a password.
    SetPassword,
    /// Keep people out for good.
    Disable,
    /// Let them in again.
    Enable,
    /// Give and take the roles of administrators.
    SetPrivileges,
    /// Put it into groups.
    AddToGroups,
    /// Delete it.
    Delete,
}

impl Offer {
    /// Everything, in the order of the table.
    pub const ALL: [Offer; 17] = [
        Offer::Activate,
        Offer::SendConfirmation,
        Offer::Approve,
        Offer::Reject,
        Offer::SendUsername,
        Offer::Lock,
        Offer::Unlock,
        Offer::ForceReset,
        Offer::Invite,
        Offer::Resend,
        Offer::Update,
        Offer::SetPassword,
        Offer::Disable,
        Offer::Enable,
        Offer::SetPrivileges,
        Offer::AddToGroups,
        Offer::Delete,
    ];
}

impl State {
    /// What has a use for an account in this state; all else is refused when it is asked for.
    pub fn offers(&self, now: Timestamp) -> Vec<Offer> {
        Offer::ALL.into_iter().filter(|offer| self.has_use_for(*offer, now)).collect()
    }

    fn has_use_for(&self, offer: Offer, now: Timestamp) -> bool {
        let status = self.status();
        let is_active = matches!(status, Status::Enabled | Status::Disabled);
        match offer {
            Offer::Activate | Offer::SendConfirmation => status == Status::PendingActivation,
            Offer::Approve | Offer::Reject => status == Status::PendingApproval,
            Offer::SendUsername | Offer::SetPassword | Offer::SetPrivileges => is_active,
            Offer::Lock => status == Status::Enabled && self.lock(LockReason::Admin, now).is_none(),
            Offer::Unlock => is_active && self.is_locked(now),
            Offer::ForceReset => status == Status::Enabled && self.password != PasswordState::None,
            Offer::Invite => is_active && self.password == PasswordState::None,
            Offer::Resend => is_active && !self.pending().is_empty(),
            Offer::Disable => status == Status::Enabled,
            Offer::Enable => status == Status::Disabled,
            Offer::Update | Offer::AddToGroups | Offer::Delete => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::{Contact, Lifecycle, Lock, MustChange};
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    /// Every state that the axes allow.
    fn states() -> Vec<State> {
        let lifecycles = [Lifecycle::PendingActivation, Lifecycle::PendingApproval, Lifecycle::Active];
        let temporary = PasswordState::Temporary { until: Timestamp::from_millis(2_000) };
        let passwords = [PasswordState::None, temporary, PasswordState::Permanent];
        let demands = [MustChange::No, MustChange::Admin, MustChange::Expired, MustChange::Compromised];
        let contact =
            |verified: bool| Contact { is_present: true, verified_at: verified.then_some(NOW), ..Contact::default() };
        let mut all = Vec::new();
        for lifecycle in lifecycles {
            for enabled in [true, false] {
                for locks in 0..8_u8 {
                    for password in passwords {
                        for must_change in demands {
                            for sides in 0..8_u8 {
                                let mut state = State::new(enabled);
                                state.lifecycle = lifecycle;
                                state.locks = held(locks);
                                state.password = password;
                                state.must_change = must_change;
                                state.invited_at = (sides & 1 > 0).then_some(NOW);
                                state.email = contact(sides & 2 > 0);
                                state.mobile = if sides & 4 > 0 { contact(false) } else { Contact::default() };
                                all.push(state);
                            }
                        }
                    }
                }
            }
        }
        all
    }

    fn held(bits: u8) -> Vec<Lock> {
        let reasons = [LockReason::Admin, LockReason::FailedAttempts, LockReason::Inactivity];
        let chosen = reasons.into_iter().enumerate().filter(|(place, _)| bits & (1 << place) > 0);
        chosen.map(|(_, reason)| Lock { reason, since: NOW, until: None, held_by: None, note: None }).collect()
    }

    #[test]
    fn es_106_the_table_of_offers_holds_in_every_state() {
        let states = states();
        assert_eq!(states.len(), 3 * 2 * 8 * 3 * 4 * 8);
        for state in states {
            let offers = state.offers(NOW);
            let column = match state.status() {
                Status::PendingActivation => 0,
                Status::PendingApproval => 1,
                Status::Enabled => 2,
                Status::Disabled => 3,
            };
            // The rows of the table that nothing but the status decides.
            let rows = [
                (Offer::Activate, [true, false, false, false]),
                (Offer::SendConfirmation, [true, false, false, false]),
                (Offer::Approve, [false, true, false, false]),
                (Offer::Reject, [false, true, false, false]),
                (Offer::SendUsername, [false, false, true, true]),
                (Offer::Update, [true; 4]),
                (Offer::SetPassword, [false, false, true, true]),
                (Offer::Disable, [false, false, true, false]),
                (Offer::Enable, [false, false, false, true]),
                (Offer::SetPrivileges, [false, false, true, true]),
                (Offer::AddToGroups, [true; 4]),
                (Offer::Delete, [true; 4]),
            ];
            for (offer, row) in rows {
                assert_eq!(offers.contains(&offer), row[column], "{offer:?} of {state:?}");
            }
            // Those of WSO2, which nothing pending is offered.
            let offered = |offer| offers.contains(&offer);
            let has_password = state.password != PasswordState::None;
            let is_admin_locked = state.locks.iter().any(|lock| lock.reason == LockReason::Admin);
            assert_eq!(offered(Offer::Lock), column == 2 && !is_admin_locked, "{state:?}");
            assert_eq!(offered(Offer::Unlock), column >= 2 && !state.locks.is_empty(), "{state:?}");
            assert_eq!(offered(Offer::ForceReset), column == 2 && has_password, "{state:?}");
            assert_eq!(offered(Offer::Invite), column >= 2 && !has_password, "{state:?}");
            assert!(column >= 2 || !offered(Offer::Resend), "{state:?}");
            assert!(!offered(Offer::Resend) || !state.pending().is_empty(), "{state:?}");
        }
    }
}
