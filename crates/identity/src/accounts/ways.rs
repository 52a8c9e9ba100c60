//! By which ways a link or code may reach the owner of an account, and why not by others.

use super::Account;
use crate::access::Role;
use crate::one_time_links::{Purpose, Way};
use crate::settings::Settings;
use crate::{Error, Result, messages};

/// A way that a form offers, or why it doesn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayOffer {
    /// The way.
    pub way: Way,
    /// Where it would lead; a mobile number without most of its digits.
    pub to: Option<String>,
    /// Why it can't be taken; `None` when it can.
    pub obstacle: Option<String>,
}

/// The ways by which the owner of `account` can be asked for a password: the first one when it has none, another one
/// otherwise.
pub fn password_ways(account: &Account, settings: &Settings) -> Vec<WayOffer> {
    ways(account, settings, purpose_for(account))
}

/// What a link or code that gives `account` another password is for.
pub(super) fn purpose_for(account: &Account) -> Purpose {
    if account.state.password == super::PasswordState::None {
        Purpose::SetFirstPassword
    } else {
        Purpose::ResetPassword
    }
}

pub(super) fn ways(account: &Account, settings: &Settings, purpose: Purpose) -> Vec<WayOffer> {
    let candidates: &[Way] = match purpose {
        Purpose::SetFirstPassword => &Way::ALL,
        Purpose::ResetPassword => &[Way::EmailLink, Way::EmailCode, Way::SmsCode],
        Purpose::SetUp | Purpose::SendAgain => &[Way::HandOver],
        Purpose::ConfirmRegistration | Purpose::VerifyEmail | Purpose::ConfirmEmail => &[Way::EmailLink],
        Purpose::VerifyMobile => &[Way::SmsCode],
    };
    let offer = |way: &Way| WayOffer {
        way: *way,
        to: match way {
            Way::EmailLink | Way::EmailCode => account.email.clone(),
            Way::SmsCode => account.mobile.as_deref().map(masked),
            Way::HandOver => None,
        },
        obstacle: obstacle(account, settings, purpose, *way),
    };
    candidates.iter().map(offer).collect()
}

/// Whether `way` is one of those for `purpose`, and can be taken.
///
/// Errors: `Invalid` `NO_WAY` that says why not; when there is none at all, it says so.
pub(super) fn check(account: &Account, settings: &Settings, purpose: Purpose, way: Way) -> Result<()> {
    let offers = ways(account, settings, purpose);
    let Some(offer) = offers.iter().find(|offer| offer.way == way) else {
        return Err(Error::invalid("way", "NO_WAY", "Choose one of the ways that are offered."));
    };
    let Some(obstacle) = &offer.obstacle else { return Ok(()) };
    if offers.iter().any(|offer| offer.obstacle.is_none()) || offers.len() == 1 {
        return Err(Error::invalid("way", "NO_WAY", obstacle.clone()));
    }
    let mut reasons: Vec<&str> = offers.iter().filter_map(|offer| offer.obstacle.as_deref()).collect();
    reasons.dedup();
    let message = format!("There is no way to reach this user. {}", reasons.join(" "));
    Err(Error::invalid("way", "NO_WAY", message))
}

fn obstacle(account: &Account, settings: &Settings, purpose: Purpose, way: Way) -> Option<String> {
    let gives_password = Purpose::PASSWORDS.contains(&purpose);
    if gives_password && way != Way::HandOver && account.roles.has(Role::SuperAdministrator) {
        // Whoever manages the mail server would get hold of the highest account (G7).
        let message = "Reeve sends no link or code to a super administrator. Set a password and hand it over.";
        return Some(message.to_owned());
    }
    let is_missing = match way {
        Way::EmailLink | Way::EmailCode => account.email.is_none().then_some("This user has no email address."),
        Way::SmsCode => match account.mobile.as_deref() {
            None => Some("This user has no mobile number."),
            Some(number) if !messages::can_be_texted(number) => {
                Some("The mobile number of this user does not begin with a country code, as +31.")
            }
            Some(_) => None,
        },
        Way::HandOver => None,
    };
    if let Some(missing) = is_missing {
        return Some(missing.to_owned());
    }
    // An invitation by link is a choice of its own; settings say how passwords are recovered.
    let is_off = match (purpose, way) {
        (Purpose::ResetPassword, Way::EmailLink) if !settings.recovery_email_link => Some("Recovery by an email link"),
        (Purpose::ResetPassword | Purpose::SetFirstPassword, Way::EmailCode) if !settings.recovery_email_code => {
            Some("Recovery by an email code")
        }
        (Purpose::ResetPassword | Purpose::SetFirstPassword, Way::SmsCode) if !settings.recovery_sms_code => {
            Some("Recovery by a text message")
        }
        _ => None,
    };
    is_off.map(|what| format!("{what} is switched off in the recovery policy."))
}

/// A mobile number of which only its owner knows the rest.
pub(super) fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let shown: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    format!("••• {shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_the_last_four_digits_are_shown() {
        assert_eq!(masked("+31 20 555 0142"), "••• 0142");
        assert_eq!(masked("12"), "••• 12");
        assert_eq!(masked(""), "••• ");
    }
}
