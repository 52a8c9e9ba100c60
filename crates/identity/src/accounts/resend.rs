//! Sending once more what somebody waits for: the recovery scenarios of WSO2 (`resend-code`), each with its limits.

use base::{AccountId, Secret};

use super::dispatch::{Sent, dispatch};
use super::invite::{invite, reset_again};
use super::status::{Lifecycle, MustChange, PasswordState, State};
use super::{Account, find};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::one_time_links::{self, Bond, Purpose, Standing, Way};
use crate::{Error, Operation, Result};

/// What an account waits for, and how it is sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What it waits for.
    pub purpose: Purpose,
    /// How it is sent.
    pub way: Way,
}

/// The name of each scenario, as WSO2 calls it; the second name of one means the same.
const SCENARIOS: [(&str, Purpose, Way); 10] = [
    ("ASK_PASSWORD", Purpose::SetFirstPassword, Way::EmailLink),
    ("ASK_PASSWORD_VIA_EMAIL_OTP", Purpose::SetFirstPassword, Way::EmailCode),
    ("ASK_PASSWORD_VIA_SMS_OTP", Purpose::SetFirstPassword, Way::SmsCode),
    ("ADMIN_FORCED_PASSWORD_RESET_VIA_EMAIL_LINK", Purpose::ResetPassword, Way::EmailLink),
    ("ADMIN_FORCED_PASSWORD_RESET_VIA_OTP", Purpose::ResetPassword, Way::EmailCode),
    ("ADMIN_FORCED_PASSWORD_RESET_VIA_SMS_OTP", Purpose::ResetPassword, Way::SmsCode),
    ("EMAIL_VERIFICATION", Purpose::VerifyEmail, Way::EmailLink),
    ("SELF_SIGN_UP", Purpose::ConfirmRegistration, Way::EmailLink),
    ("MOBILE_VERIFICATION", Purpose::VerifyMobile, Way::SmsCode),
    ("MOBILE_VERIFICATION_ON_UPDATE", Purpose::VerifyMobile, Way::SmsCode),
];

impl Scenario {
    /// Every scenario.
    pub fn all() -> impl Iterator<Item = Scenario> {
        SCENARIOS[..SCENARIOS.len() - 1].iter().map(|(_, purpose, way)| Scenario { purpose: *purpose, way: *way })
    }

    /// Its name, as `ASK_PASSWORD`.
    pub fn code(self) -> &'static str {
        let is_it = |(_, purpose, way): &&(&str, Purpose, Way)| (*purpose, *way) == (self.purpose, self.way);
        SCENARIOS.iter().find(is_it).map_or("", |(code, ..)| code)
    }

    /// The scenario with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        let found = SCENARIOS.iter().find(|(name, ..)| *name == code)?;
        Some(Scenario { purpose: found.1, way: found.2 })
    }
}

impl State {
    /// What the account waits for its owner to do with a link or code. An address or number that isn't proved is one of
    /// them, whether or not the organization insists on it.
    pub fn pending(&self) -> Vec<Purpose> {
        let is_active = self.lifecycle == Lifecycle::Active;
        let unproved = |contact: super::Contact| contact.is_present && contact.verified_at.is_none();
        let all = [
            (self.lifecycle == Lifecycle::PendingActivation, Purpose::ConfirmRegistration),
            (is_active && self.password == PasswordState::None && self.invited_at.is_some(), Purpose::SetFirstPassword),
            (is_active && self.must_change == MustChange::Admin, Purpose::ResetPassword),
            (is_active && unproved(self.email), Purpose::VerifyEmail),
            (is_active && unproved(self.mobile), Purpose::VerifyMobile),
        ];
        all.into_iter().filter(|(waits, _)| *waits).map(|(_, purpose)| purpose).collect()
    }
}

/// Sends once more what an account waits for; what was sent before works no more (ES-114).
///
/// Errors: `NotFound`; `Denied` without the right to ask for it; `Conflict` `not_waiting` when the account does not wait
/// for it; `Invalid` `NO_WAY` when it can't be sent that way; `Throttled` when it was sent too often within an hour.
pub async fn resend(op: &mut Operation<'_>, id: AccountId, scenario: Scenario) -> Result<Sent> {
    let account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    let permit = op.allow(permission(scenario.purpose), account.target())?;
    if !account.state.pending().contains(&scenario.purpose) {
        return Err(Error::conflict("not_waiting", not_waiting(&account, scenario.purpose)));
    }
    match scenario.purpose {
        Purpose::SetFirstPassword => return invite(op, id, scenario.way).await,
        Purpose::ResetPassword => return reset_again(op, id, scenario.way).await,
        _ => {}
    }
    let sent = dispatch(op, account, scenario.purpose, scenario.way, true).await?;
    op.record(permit, sent_again(&sent.account, scenario.purpose, scenario.way));
    Ok(sent)
}

/// Sends once more what the holder of an old link waits for, to the address that the link was sent to. Nothing tells them
/// whether anything was sent: the account may have changed since.
///
/// Errors: `Unavailable`.
pub async fn resend_for(op: &mut Operation<'_>, token: &Secret) -> Result<()> {
    let Some(bond) = one_time_links::look(op, token).await? else { return Ok(()) };
    let Some(id) = bond.account.filter(|_| is_worth_another(&bond, op)) else { return Ok(()) };
    let Some(account) = find::hold(op, id).await? else { return Ok(()) };
    let is_same_address = bond.sent_to.is_some() && bond.sent_to == account.email;
    let is_kept_out = account.state.lifecycle == Lifecycle::Active && !account.state.enabled;
    if !is_same_address || is_kept_out || !account.state.pending().contains(&bond.purpose) {
        return Ok(());
    }
    let permit = op.allow(Permission::UseLink, Target::Organization)?;
    match dispatch(op, account, bond.purpose, bond.way, true).await {
        Ok(sent) => op.record(permit, sent_again(&sent.account, bond.purpose, bond.way)),
        // Nothing was written by then. Too many, or no way any more: an administrator can help.
        Err(Error::Throttled { .. } | Error::Invalid(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Whether a link was once good, and isn't any more.
fn is_worth_another(bond: &Bond, op: &Operation<'_>) -> bool {
    bond.way == Way::EmailLink && bond.standing(op.now) != Standing::Open
}

fn sent_again(account: &Account, purpose: Purpose, way: Way) -> Event {
    Event::LinkSent { account: account.reference(), purpose: purpose.code(), way: way.code() }
}

/// Who may ask for it.
fn permission(purpose: Purpose) -> Permission {
    match purpose {
        Purpose::SetFirstPassword | Purpose::ResetPassword | Purpose::SetUp | Purpose::SendAgain => {
            Permission::SetPassword
        }
        Purpose::ConfirmRegistration => Permission::DecideRegistration,
        Purpose::VerifyEmail | Purpose::ConfirmEmail | Purpose::VerifyMobile => Permission::UpdateAccount,
    }
}

fn not_waiting(account: &Account, purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SetFirstPassword if account.state.password == PasswordState::None => {
            "This user was not invited yet. Invite them first."
        }
        Purpose::SetFirstPassword => "This user has a password already.",
        Purpose::ResetPassword => "This user is not asked for another password.",
        Purpose::VerifyEmail => "The email address is verified, or there is none.",
        Purpose::VerifyMobile => "The mobile number is verified, or there is none.",
        Purpose::ConfirmRegistration | Purpose::ConfirmEmail | Purpose::SetUp | Purpose::SendAgain => {
            "This account does not wait for a confirmation."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scenario_has_the_name_that_wso2_gives_it() {
        for scenario in Scenario::all() {
            assert_eq!(Scenario::from_code(scenario.code()), Some(scenario));
        }
        assert_eq!(Scenario::all().count(), 9);
        let second = Scenario::from_code("MOBILE_VERIFICATION_ON_UPDATE").expect("it is known");
        assert_eq!(second.code(), "MOBILE_VERIFICATION");
        for unknown in ["", "ask_password", "QUESTION_BASED_PWD_RECOVERY"] {
            assert_eq!(Scenario::from_code(unknown), None, "{unknown}");
        }
    }
}
