//! What a person is offered to do to an account.

use identity::access::Permission;
use identity::accounts::{Account, Decision, LockReason, Status};

use crate::caller::Member;
use crate::site::Site;

/// What a person is offered to do to one account: what their roles allow and its state has a use for.
pub(crate) struct Offers {
    permissions: Vec<Permission>,
    decisions: Vec<Decision>,
}

impl Offers {
    /// What `member` is offered to do to `account`. The core asks again when it is done.
    pub(super) fn new(site: &Site, member: &Member, account: &Account) -> Self {
        let status = account.status();
        let now = site.identity().clock().now();
        let is_locked = account.state.is_locked(now);
        let is_locked_by_hand = account.state.lock(LockReason::Admin, now).is_some();
        let all = [
            (Permission::UpdateAccount, true),
            (Permission::EnableAccount, status == Status::Disabled),
            (Permission::DisableAccount, status == Status::Enabled),
            (Permission::LockAccount, status == Status::Enabled && !is_locked_by_hand),
            (Permission::UnlockAccount, is_locked),
            (Permission::EndSessions, matches!(status, Status::Enabled | Status::Disabled)),
            (Permission::DeleteAccount, true),
            (Permission::ViewAccountHistory, true),
            (Permission::ViewAdministrators, matches!(status, Status::Enabled | Status::Disabled)),
        ];
        let offered =
            all.into_iter().filter(|(permission, fits)| *fits && member.may(site, *permission, account.target()));
        let permissions = offered.map(|(permission, _)| permission).collect();
        let may_decide = member.may(site, Permission::DecideRegistration, account.target());
        let decisions = [Decision::Approve, Decision::Activate, Decision::Reject]
            .into_iter()
            .filter(|decision| may_decide && decision.waits_in() == account.state.lifecycle);
        Offers { permissions, decisions: decisions.collect() }
    }

    pub(crate) fn update(&self) -> bool {
        self.permissions.contains(&Permission::UpdateAccount)
    }

    pub(crate) fn enable(&self) -> bool {
        self.permissions.contains(&Permission::EnableAccount)
    }

    pub(crate) fn disable(&self) -> bool {
        self.permissions.contains(&Permission::DisableAccount)
    }

    pub(crate) fn lock(&self) -> bool {
        self.permissions.contains(&Permission::LockAccount)
    }

    pub(crate) fn unlock(&self) -> bool {
        self.permissions.contains(&Permission::UnlockAccount)
    }

    /// Whether the sessions are shown, and can be ended.
    pub(crate) fn sessions(&self) -> bool {
        self.permissions.contains(&Permission::EndSessions)
    }

    pub(crate) fn delete(&self) -> bool {
        self.permissions.contains(&Permission::DeleteAccount)
    }

    pub(crate) fn history(&self) -> bool {
        self.permissions.contains(&Permission::ViewAccountHistory)
    }

    pub(crate) fn approve(&self) -> bool {
        self.decisions.contains(&Decision::Approve)
    }

    pub(crate) fn activate(&self) -> bool {
        self.decisions.contains(&Decision::Activate)
    }

    pub(crate) fn reject(&self) -> bool {
        self.decisions.contains(&Decision::Reject)
    }

    pub(crate) fn roles(&self) -> bool {
        self.permissions.contains(&Permission::ViewAdministrators)
    }

    /// Whether there is anything in the danger zone.
    pub(crate) fn danger(&self) -> bool {
        self.enable() || self.disable() || self.lock() || self.unlock() || self.delete()
    }
}
