//! The texts of messages: those that are shipped, and what a template is made of.

use serde::{Deserialize, Serialize};

use super::Template;

/// What a template is made of; a part that is empty is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The subject of a mail.
    pub subject: String,
    /// The mail as plain text.
    pub plain: String,
    /// The mail as HTML, what stands between head and foot.
    pub html: String,
    /// The text message.
    pub sms: String,
}

macro_rules! file {
    ($key:literal, $file:literal) => {
        include_str!(concat!("../../messages/en/", $key, "/", $file))
    };
}

macro_rules! mail {
    ($key:literal) => {
        [file!($key, "subject.txt"), file!($key, "plain.txt"), file!($key, "body.html"), ""]
    };
}

macro_rules! both {
    ($key:literal) => {
        [file!($key, "subject.txt"), file!($key, "plain.txt"), file!($key, "body.html"), file!($key, "sms.txt")]
    };
}

macro_rules! sms {
    ($key:literal) => {
        ["", "", "", file!($key, "sms.txt")]
    };
}

/// What stands around the HTML of every mail.
pub(super) const LAYOUT: &str = include_str!("../../messages/en/layout.html");

/// The text that is shipped, in English.
pub(super) fn shipped(template: Template) -> Text {
    let [subject, plain, html, sms] = match template {
        Template::AccountSummary => mail!("account_summary"),
        Template::PasswordSetRandom => mail!("password_set_random"),
        Template::PasswordSetTyped => mail!("password_set_typed"),
        Template::Username => mail!("username"),
        Template::AccountDisabled => mail!("account_disabled"),
        Template::AccountEnabled => mail!("account_enabled"),
        Template::PasswordReset => mail!("password_reset"),
        Template::PasswordResetCode => both!("password_reset_code"),
        Template::Invitation => mail!("invitation"),
        Template::InvitationCode => both!("invitation_code"),
        Template::AccountLocked => mail!("account_locked"),
        Template::AccountUnlocked => mail!("account_unlocked"),
        Template::AccountDeleted => mail!("account_deleted"),
        Template::ImportFinished => mail!("import_finished"),
        Template::UsernameRecovery => mail!("username_recovery"),
        Template::ChangePassword => mail!("change_password"),
        Template::CannotChangePassword => mail!("cannot_change_password"),
        Template::NoAccount => mail!("no_account"),
        Template::ConfirmEmail => mail!("confirm_email"),
        Template::PasswordChanged => mail!("password_changed"),
        Template::EmailChanged => mail!("email_changed"),
        Template::TooManyAttempts => mail!("too_many_attempts"),
        Template::ChooseNewPassword => mail!("choose_new_password"),
        Template::InactivityWarning => mail!("inactivity_warning"),
        Template::ConfirmRegistration => mail!("confirm_registration"),
        Template::AwaitingApproval => mail!("awaiting_approval"),
        Template::AccountActive => mail!("account_active"),
        Template::RegistrationApproved => mail!("registration_approved"),
        Template::RegistrationRejected => mail!("registration_rejected"),
        Template::AlreadyRegistered => mail!("already_registered"),
        Template::RegistrationToReview => mail!("registration_to_review"),
        Template::PrivilegesChanged => mail!("privileges_changed"),
        Template::SecurityAlert => mail!("security_alert"),
        Template::VerifyEmail => mail!("verify_email"),
        Template::VerifyMobile => sms!("verify_mobile"),
    };
    Text {
        subject: subject.trim_end().to_owned(),
        plain: plain.to_owned(),
        html: html.to_owned(),
        sms: sms.trim_end().to_owned(),
    }
}
