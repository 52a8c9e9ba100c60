//! Sending a link or code to the owner of an account.

use std::time::Duration;

use base::{Secret, Timestamp};

use super::{Account, ways};
use crate::messages::{self, Template, Values};
use crate::one_time_links::{self, Issue, Purpose, RESENDS_AN_HOUR, Way};
use crate::settings::{self, Settings};
use crate::{Operation, Result, credentials};

/// What was sent, or is to be handed over.
#[derive(Debug)]
pub struct Sent {
    /// The account as it is now.
    pub account: Account,
    /// By which way.
    pub way: Way,
    /// Until when it works.
    pub until: Timestamp,
    /// The only copy of the token of a link that is to be handed over; nothing is sent then.
    pub token: Option<Secret>,
}

/// The page that a link of `purpose` leads to, with a token behind it.
pub fn page_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SetUp => "/setup",
        Purpose::ConfirmRegistration => "/confirm",
        Purpose::SetFirstPassword => "/invitation",
        Purpose::ResetPassword => "/reset-password",
        Purpose::VerifyEmail | Purpose::VerifyMobile => "/verify-email",
        Purpose::ConfirmEmail => "/confirm-email",
        Purpose::SendAgain => "/send-again",
    }
}

/// Makes a link or code for `account` and queues the message that holds it; older ones of the purpose are retired. The
/// caller has checked the right and records the event.
///
/// Errors: `Invalid` `NO_WAY` when the way can't be taken; `Throttled` when too much was sent once more.
pub(super) async fn dispatch(
    op: &mut Operation<'_>,
    account: Account,
    purpose: Purpose,
    way: Way,
    is_resend: bool,
) -> Result<Sent> {
    let settings = settings::load(op).await?;
    ways::check(&account, &settings, purpose, way)?;
    if is_resend && way != Way::HandOver {
        let most = if way.is_code() { settings.codes_per_hour } else { RESENDS_AN_HOUR };
        one_time_links::refuse_too_many(op, account.id, most).await?;
    }
    let password_hash =
        if Purpose::PASSWORDS.contains(&purpose) { credentials::fingerprint(op, account.id).await? } else { None };
    let sent_to = match way {
        Way::EmailLink | Way::EmailCode => account.email.clone(),
        Way::SmsCode => account.mobile.clone(),
        Way::HandOver => None,
    };
    let validity = validity(&settings, purpose, way);
    let wanted = Issue {
        purpose,
        account: Some(account.id),
        way,
        digits: settings.code_digits,
        sent_to: sent_to.as_deref(),
        password_hash,
        validity,
        is_resend,
    };
    let secret = one_time_links::issue_to(op, wanted).await?;
    let until = op.now.plus(validity);
    if way == Way::HandOver {
        return Ok(Sent { account, way, until, token: Some(secret) });
    }
    let values = Values::new().with("expires_at", until);
    let values = match (purpose, way.is_code()) {
        (_, true) => values.with_secret("code", &secret),
        (Purpose::ResetPassword, false) => values.with_link("reset_url", page_of(purpose), &secret),
        (Purpose::SetFirstPassword, false) => values.with_link("set_password_url", page_of(purpose), &secret),
        (Purpose::VerifyEmail, false) => values.with_link("verify_url", page_of(purpose), &secret),
        (_, false) => values.with_link("confirm_url", page_of(purpose), &secret),
    };
    let template = template(purpose, way);
    if way == Way::SmsCode {
        messages::queue_sms(op, template, account.id, values).await?;
    } else {
        messages::queue(op, template, account.id, values).await?;
    }
    Ok(Sent { account, way, until, token: None })
}

fn template(purpose: Purpose, way: Way) -> Template {
    match (purpose, way.is_code()) {
        (Purpose::SetUp | Purpose::ConfirmRegistration | Purpose::SendAgain, _) => Template::ConfirmRegistration,
        (Purpose::SetFirstPassword, false) => Template::Invitation,
        (Purpose::SetFirstPassword, true) => Template::InvitationCode,
        (Purpose::ResetPassword, false) => Template::PasswordReset,
        (Purpose::ResetPassword, true) => Template::PasswordResetCode,
        (Purpose::VerifyEmail, _) => Template::VerifyEmail,
        (Purpose::ConfirmEmail, _) => Template::ConfirmEmail,
        (Purpose::VerifyMobile, _) => Template::VerifyMobile,
    }
}

fn validity(settings: &Settings, purpose: Purpose, way: Way) -> Duration {
    match (purpose, way.is_code()) {
        (_, true) => settings.code(),
        (Purpose::SetFirstPassword, false) => settings.invitation(),
        (Purpose::ResetPassword, false) => settings.reset_link(),
        (Purpose::VerifyEmail | Purpose::ConfirmEmail | Purpose::VerifyMobile, false) => settings.verification_link(),
        (Purpose::SetUp | Purpose::ConfirmRegistration | Purpose::SendAgain, false) => settings.registration_link(),
    }
}
