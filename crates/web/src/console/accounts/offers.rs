//! What a person is offered to do to an account.

use identity::access::Permission;
use identity::accounts::{Account, Decision, LockReason, Offer, PasswordState, Scenario, Status};
use identity::one_time_links::{Purpose, Way};

use super::profile::Asked;
use crate::caller::Member;
use crate::site::Site;

/// What a person is offered to do to one account: what their roles allow and its state has a use for.
pub(crate) struct Offers {
    permissions: Vec<Permission>,
    decisions: Vec<Decision>,
    /// Whether a password can be set, and whether there is one already.
    password: Option<bool>,
    /// What can be sent once more.
    resends: Vec<Scenario>,
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
        let state = account.state.offers(site.identity().clock().now());
        let may = |offer, permission| state.contains(&offer) && member.may(site, permission, account.target());
        let has_password = account.state.password != PasswordState::None;
        let password = may(Offer::SetPassword, Permission::SetPassword).then_some(has_password);
        let resends = account.state.pending().into_iter().filter(|purpose| match purpose {
            Purpose::ConfirmRegistration => may(Offer::SendConfirmation, Permission::DecideRegistration),
            Purpose::VerifyEmail | Purpose::VerifyMobile => may(Offer::Resend, Permission::UpdateAccount),
            _ => may(Offer::Resend, Permission::SetPassword),
        });
        let scenario = |purpose| Scenario {
            purpose,
            way: if purpose == Purpose::VerifyMobile { Way::SmsCode } else { Way::EmailLink },
        };
        let resends = resends.map(scenario).collect();
        Offers { permissions, decisions: decisions.collect(), password, resends }
    }

    /// Whether a password can be set.
    pub(crate) fn password(&self) -> bool {
        self.password.is_some()
    }

    /// Whether there is a password that would be replaced.
    pub(crate) fn has_password(&self) -> bool {
        self.password == Some(true)
    }

    /// What sends the confirmation of the registration once more.
    pub(crate) fn confirmation(&self) -> Option<&'static str> {
        self.resend(Purpose::ConfirmRegistration)
    }

    /// What sends the link that proves the address.
    pub(crate) fn email_proof(&self) -> Option<&'static str> {
        self.resend(Purpose::VerifyEmail)
    }

    /// What sends the code that proves the number.
    pub(crate) fn mobile_proof(&self) -> Option<&'static str> {
        self.resend(Purpose::VerifyMobile)
    }

    /// What asks for a password once more, in the way in which it was asked for; a link that was handed over is made anew
    /// by the form.
    pub(crate) fn again(&self, asked: Option<&Asked>) -> Option<&'static str> {
        let asked = asked.filter(|asked| !asked.is_handed_over())?;
        let found = self.resends.iter().find(|scenario| Purpose::PASSWORDS.contains(&scenario.purpose))?;
        Some(Scenario { way: asked.way, ..*found }.code())
    }

    /// Whether there is anything to send.
    pub(crate) fn sends(&self) -> bool {
        self.confirmation().is_some() || self.email_proof().is_some() || self.mobile_proof().is_some()
    }

    fn resend(&self, purpose: Purpose) -> Option<&'static str> {
        self.resends.iter().find(|scenario| scenario.purpose == purpose).map(|scenario| scenario.code())
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
