//! The catalogue: every message that the product sends, declared once.

use super::Channel;
use super::variables::{
    ADMIN_NOTE, CODE, CONTACT, EXPIRES_AT, TEMPORARY_PASSWORD, UNTIL, Variable, link, secret, text,
};
use crate::settings::Settings;

/// Under which heading a template stands; the headings of Elastic SSO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What an administrator did.
    AdministratorActions,
    /// What people do about their own account.
    SelfService,
    /// What follows when somebody registers.
    Registration,
    /// What concerns the rights of administrators; for super administrators only (ES-204).
    Privileges,
}

impl Group {
    /// Every heading, in their order.
    pub const ALL: [Group; 4] =
        [Group::AdministratorActions, Group::SelfService, Group::Registration, Group::Privileges];

    /// The heading.
    pub fn name(self) -> &'static str {
        match self {
            Group::AdministratorActions => "Administrator initiated actions",
            Group::SelfService => "User self service",
            Group::Registration => "User initiated registration",
            Group::Privileges => "User administrative privileges",
        }
    }
}

/// How a message can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ways {
    Mail,
    Sms,
    MailOrSms,
}

/// What the catalogue says of one template.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    template: Template,
    /// A stable name, as `account_summary`.
    pub key: &'static str,
    /// The heading that it stands under.
    pub group: Group,
    /// Its name for people.
    pub name: &'static str,
    /// When it is sent, for people.
    pub about: &'static str,
    /// The variables that it may use beside the common ones.
    pub variables: &'static [Variable],
    ways: Ways,
}

macro_rules! templates {
    ($($(#[$doc:meta])* $template:ident),+ $(,)?) => {
        /// A message that the product sends.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Template { $($(#[$doc])* $template),+ }

        impl Template {
            /// Every template, in the order of the catalogue.
            pub const ALL: &[Template] = &[$(Template::$template),+];
        }
    };
}

templates! {
    /// An account was made for somebody (M1).
    AccountSummary,
    /// A random password was set for somebody (M2).
    PasswordSetRandom,
    /// A password that an administrator typed was set for somebody (M3).
    PasswordSetTyped,
    /// Somebody's username, sent by an administrator (M4).
    Username,
    /// An account was disabled (M5).
    AccountDisabled,
    /// An account was enabled (M6).
    AccountEnabled,
    /// An administrator asks for a new password, by a link (M7).
    PasswordReset,
    /// The same by a code.
    PasswordResetCode,
    /// An account was made, and its owner sets the first password by a link (M8).
    Invitation,
    /// The same by a code.
    InvitationCode,
    /// An account was locked (M9).
    AccountLocked,
    /// An account was unlocked (M10).
    AccountUnlocked,
    /// An account was deleted (M11).
    AccountDeleted,
    /// An import is over (M12).
    ImportFinished,
    /// Somebody's username, as they asked for (S1).
    UsernameRecovery,
    /// A link to change the password, as somebody asked for (S2).
    ChangePassword,
    /// Why the password can't be changed (S2b).
    CannotChangePassword,
    /// There is no account of this address (S2c).
    NoAccount,
    /// A link that confirms a new address (S3).
    ConfirmEmail,
    /// The password was changed (S4).
    PasswordChanged,
    /// The address was changed, or shall be (S5).
    EmailChanged,
    /// Too many failed sign-ins (S6).
    TooManyAttempts,
    /// The password should be changed (S7).
    ChooseNewPassword,
    /// The account will be locked because nobody uses it.
    InactivityWarning,
    /// A link that confirms a registration (R1).
    ConfirmRegistration,
    /// A registration waits for approval (R2).
    AwaitingApproval,
    /// A registration is through (R3).
    AccountActive,
    /// A registration was approved (R4).
    RegistrationApproved,
    /// A registration was rejected (R5).
    RegistrationRejected,
    /// Somebody registered with an address that has an account (R6).
    AlreadyRegistered,
    /// Registrations wait for a decision, to administrators (R7).
    RegistrationToReview,
    /// Somebody's rights as an administrator changed (P1).
    PrivilegesChanged,
    /// Something that super administrators must know (P2, G11).
    SecurityAlert,
    /// A link and a code that prove an address.
    VerifyEmail,
    /// A code that proves a mobile number.
    VerifyMobile,
}

impl Template {
    /// What the catalogue says of it.
    pub fn entry(self) -> &'static Entry {
        CATALOGUE.iter().find(|entry| entry.template == self).expect("a test holds the catalogue against the templates")
    }

    /// A stable name, as `account_summary`.
    pub fn key(self) -> &'static str {
        self.entry().key
    }

    /// The template with this [`Template::key`].
    pub fn from_key(key: &str) -> Option<Template> {
        CATALOGUE.iter().find(|entry| entry.key == key).map(|entry| entry.template)
    }

    /// Whether it can be sent that way.
    pub fn goes_by(self, channel: Channel) -> bool {
        match self.entry().ways {
            Ways::Mail => channel == Channel::Mail,
            Ways::Sms => channel == Channel::Sms,
            Ways::MailOrSms => true,
        }
    }

    /// Whether the organization wants it sent; most can't be switched off.
    pub fn is_wanted(self, settings: &Settings) -> bool {
        match self {
            Template::AccountDisabled => settings.mail_account_disabled,
            Template::AccountEnabled => settings.mail_account_enabled,
            Template::AccountLocked | Template::InactivityWarning => settings.mail_account_locked,
            Template::AccountUnlocked => settings.mail_account_unlocked,
            Template::AccountDeleted => settings.mail_account_deleted,
            Template::ImportFinished => settings.mail_import_finished,
            Template::CannotChangePassword => settings.mail_cannot_change_password,
            Template::NoAccount => settings.mail_no_account,
            Template::TooManyAttempts => settings.mail_too_many_attempts,
            Template::ChooseNewPassword => settings.mail_choose_new_password,
            Template::AlreadyRegistered => settings.mail_already_registered,
            _ => true,
        }
    }

    /// Whether its variables hold something that nobody but the recipient may read.
    pub fn is_secret(self) -> bool {
        self.entry().variables.iter().any(Variable::is_secret)
    }
}

const fn entry(
    template: Template,
    key: &'static str,
    group: Group,
    name: &'static str,
    about: &'static str,
    variables: &'static [Variable],
) -> Entry {
    Entry { template, key, group, name, about, variables, ways: Ways::Mail }
}

impl Entry {
    const fn by_either(self) -> Entry {
        Entry { ways: Ways::MailOrSms, ..self }
    }

    const fn by_sms(self) -> Entry {
        Entry { ways: Ways::Sms, ..self }
    }
}

const RESET_URL: Variable =
    link("reset_url", "The link that sets a new password", "https://sso.example.com/reset-password/SAMPLE");
const SET_PASSWORD_URL: Variable =
    link("set_password_url", "The link that sets the first password", "https://sso.example.com/invitation/SAMPLE");
const CONFIRM_URL: Variable =
    link("confirm_url", "The link that confirms it", "https://sso.example.com/confirm/SAMPLE");
const STATUS: Variable = text("status", "The status of the account", "Enabled");

use Group::{AdministratorActions, Privileges, Registration, SelfService};

/// Every template, in the order of [`Template::ALL`].
const CATALOGUE: &[Entry] = &[
    entry(
        Template::AccountSummary,
        "account_summary",
        AdministratorActions,
        "Account summary",
        "Sent when an administrator or an import creates an account with a password.",
        &[Variable { is_needed: false, ..TEMPORARY_PASSWORD }, EXPIRES_AT, STATUS],
    ),
    entry(
        Template::PasswordSetRandom,
        "password_set_random",
        AdministratorActions,
        "Password set (random)",
        "Sent when an administrator sets a random password.",
        &[TEMPORARY_PASSWORD, EXPIRES_AT],
    ),
    entry(
        Template::PasswordSetTyped,
        "password_set_typed",
        AdministratorActions,
        "Password set (typed)",
        "Sent when an administrator types a password and has it sent.",
        &[TEMPORARY_PASSWORD, EXPIRES_AT],
    ),
    entry(
        Template::Username,
        "username",
        AdministratorActions,
        "Your username",
        "Sent when an administrator uses “Send username”.",
        &[],
    ),
    entry(
        Template::AccountDisabled,
        "account_disabled",
        AdministratorActions,
        "Account disabled",
        "Sent when an account is disabled, if the settings say so.",
        &[ADMIN_NOTE],
    ),
    entry(
        Template::AccountEnabled,
        "account_enabled",
        AdministratorActions,
        "Account enabled",
        "Sent when an account is enabled again, if the settings say so.",
        &[ADMIN_NOTE],
    ),
    entry(
        Template::PasswordReset,
        "password_reset",
        AdministratorActions,
        "Password reset required",
        "Sent when an administrator asks somebody to set a new password by a link.",
        &[RESET_URL, EXPIRES_AT],
    ),
    entry(
        Template::PasswordResetCode,
        "password_reset_code",
        AdministratorActions,
        "Password reset required (code)",
        "Sent when an administrator asks somebody to set a new password by a code.",
        &[CODE, EXPIRES_AT],
    )
    .by_either(),
    entry(
        Template::Invitation,
        "invitation",
        AdministratorActions,
        "Invitation",
        "Sent when an account is created without a password, and when its owner asks for a link.",
        &[SET_PASSWORD_URL, EXPIRES_AT],
    ),
    entry(
        Template::InvitationCode,
        "invitation_code",
        AdministratorActions,
        "Invitation (code)",
        "Sent instead of the invitation when the first password is set by a code.",
        &[CODE, EXPIRES_AT],
    )
    .by_either(),
    entry(
        Template::AccountLocked,
        "account_locked",
        AdministratorActions,
        "Account locked",
        "Sent when an account is locked by an administrator or because nobody used it.",
        &[UNTIL, ADMIN_NOTE],
    ),
    entry(
        Template::AccountUnlocked,
        "account_unlocked",
        AdministratorActions,
        "Account unlocked",
        "Sent when an administrator unlocks an account.",
        &[ADMIN_NOTE],
    ),
    entry(
        Template::AccountDeleted,
        "account_deleted",
        AdministratorActions,
        "Account deleted",
        "Sent when an account is deleted, if the settings say so.",
        &[],
    ),
    entry(
        Template::ImportFinished,
        "import_finished",
        AdministratorActions,
        "Import finished",
        "Sent to the administrator who started an import when it is over.",
        &[
            text("job_url", "The page with the result", "https://sso.example.com/console/imports/SAMPLE/done"),
            text("file_name", "The file", "staff-2026-11.csv"),
            text("created", "How many accounts were created", "412"),
            text("updated", "How many were changed", "38"),
            text("unchanged", "How many were as in the file already", "7"),
            text("skipped", "How many rows were left out", "2"),
            text("failed", "How many rows failed", "3"),
        ],
    ),
    entry(
        Template::UsernameRecovery,
        "username_recovery",
        SelfService,
        "Username recovery",
        "Sent when somebody asks for a forgotten username.",
        &[],
    ),
    entry(
        Template::ChangePassword,
        "change_password",
        SelfService,
        "Change password link",
        "Sent when somebody asks for a link to change the password, or signs in after a very long time.",
        &[RESET_URL, EXPIRES_AT, text("request_ip", "Where the request came from; may be empty", "192.0.2.17")],
    ),
    entry(
        Template::CannotChangePassword,
        "cannot_change_password",
        SelfService,
        "Cannot change password",
        "Sent instead of the link when the account is disabled, locked or waits for approval.",
        &[text("reason", "Why not", "The account is disabled."), CONTACT],
    ),
    entry(
        Template::NoAccount,
        "no_account",
        SelfService,
        "No account for this address",
        "Sent when somebody asks for help with an address that has no account, if the settings say so.",
        &[],
    ),
    entry(
        Template::ConfirmEmail,
        "confirm_email",
        SelfService,
        "Confirm new email",
        "Sent to the new address when somebody changes theirs.",
        &[CONFIRM_URL, EXPIRES_AT, text("old_email_masked", "The address until now, masked", "m•••@aldermoor.example")],
    ),
    entry(
        Template::PasswordChanged,
        "password_changed",
        SelfService,
        "Your password was changed",
        "Sent after each change of a password that was not itself mailed.",
        &[
            text("changed_at", "When it was changed", "22 November 2026, 10:58 UTC"),
            text("by_admin", "“yes” when an administrator changed it, else empty", "yes"),
            CONTACT,
        ],
    ),
    entry(
        Template::EmailChanged,
        "email_changed",
        SelfService,
        "Your email was changed",
        "Sent to the old address when the address of an account changes, or shall change.",
        &[text("new_email_masked", "The new address, masked", "m•••@partner.example"), CONTACT],
    ),
    entry(
        Template::TooManyAttempts,
        "too_many_attempts",
        SelfService,
        "Too many sign-in attempts",
        "Sent when an account is locked for a while after failed sign-ins.",
        &[UNTIL, text("reset_hint", "What helps", "You can also set a new password at any time.")],
    ),
    entry(
        Template::ChooseNewPassword,
        "choose_new_password",
        SelfService,
        "Choose a new password",
        "Sent when a password was found in a leak, or will expire soon.",
        &[
            text("days_left", "Days until it expires; empty when it was leaked", "7"),
            text("reason", "Why", "It was found in a list of leaked passwords."),
        ],
    ),
    entry(
        Template::InactivityWarning,
        "inactivity_warning",
        SelfService,
        "Account not used",
        "Sent some time before an account is locked because nobody uses it.",
        &[UNTIL, text("days_left", "Days until it is locked", "7")],
    ),
    entry(
        Template::ConfirmRegistration,
        "confirm_registration",
        Registration,
        "Confirm your registration",
        "Sent when somebody registers, and when the confirmation is sent again.",
        &[CONFIRM_URL, EXPIRES_AT],
    ),
    entry(
        Template::AwaitingApproval,
        "awaiting_approval",
        Registration,
        "Registration awaiting approval",
        "Sent when a registration is confirmed and has to be approved, and when its owner asks for the username.",
        &[],
    ),
    entry(
        Template::AccountActive,
        "account_active",
        Registration,
        "Account active",
        "Sent when a registration needs no approval, or no more.",
        &[],
    ),
    entry(
        Template::RegistrationApproved,
        "registration_approved",
        Registration,
        "Registration approved",
        "Sent when an administrator approves or activates a registration.",
        &[],
    ),
    entry(
        Template::RegistrationRejected,
        "registration_rejected",
        Registration,
        "Registration rejected",
        "Sent when an administrator rejects a registration.",
        &[ADMIN_NOTE],
    ),
    entry(
        Template::AlreadyRegistered,
        "already_registered",
        Registration,
        "You already have an account",
        "Sent to the owner of an address that somebody registers again.",
        &[text(
            "change_password_page_url",
            "Where one asks for a link to change the password",
            "https://sso.example.com/change-password",
        )],
    ),
    entry(
        Template::RegistrationToReview,
        "registration_to_review",
        Registration,
        "A registration awaits approval",
        "Sent to user administrators, at most once an hour.",
        &[
            text(
                "review_url",
                "The page where registrations are decided",
                "https://sso.example.com/console/registrations",
            ),
            text("pending_count", "How many wait", "3"),
        ],
    ),
    entry(
        Template::PrivilegesChanged,
        "privileges_changed",
        Privileges,
        "Your administrative privileges changed",
        "Sent when a super administrator changes somebody's roles and has it told.",
        &[
            text("privileges_before", "The roles until now", "None"),
            text("privileges_after", "The roles from now on", "User administrator, System administrator"),
        ],
    ),
    entry(
        Template::SecurityAlert,
        "security_alert",
        Privileges,
        "Privilege or security-setting alert",
        "Sent to every super administrator when roles, the mail server or another safeguard change.",
        &[
            text("actor", "Who did it", "Harriet Ashworth"),
            text("target", "What or whom it concerns", "Marijke Achterberg"),
            text("change", "What was done", "was made User administrator"),
        ],
    ),
    entry(
        Template::VerifyEmail,
        "verify_email",
        SelfService,
        "Verify your email address",
        "Sent when somebody has to prove an address.",
        &[
            Variable {
                is_needed: false,
                ..link("verify_url", "The link that proves it", "https://sso.example.com/verify-email/SAMPLE")
            },
            secret("code", "The code, six digits", "493 027"),
            EXPIRES_AT,
        ],
    ),
    entry(
        Template::VerifyMobile,
        "verify_mobile",
        SelfService,
        "Verify your mobile number",
        "Sent when somebody has to prove a mobile number.",
        &[CODE, EXPIRES_AT],
    )
    .by_sms(),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn es_203_every_template_is_in_the_catalogue_once_and_in_order() {
        let listed: Vec<Template> = CATALOGUE.iter().map(|entry| entry.template).collect();
        assert_eq!(listed, Template::ALL);
        let keys: HashSet<&str> = CATALOGUE.iter().map(|entry| entry.key).collect();
        assert_eq!(keys.len(), Template::ALL.len());
        for template in Template::ALL {
            assert_eq!(Template::from_key(template.key()), Some(*template));
        }
    }

    #[test]
    fn es_205_a_temporary_password_is_in_three_templates_only() {
        let with = |name: &str| {
            let has = |entry: &&Entry| entry.variables.iter().any(|variable| variable.name == name);
            CATALOGUE.iter().filter(has).map(|entry| entry.template).collect::<Vec<_>>()
        };
        let three = [Template::AccountSummary, Template::PasswordSetRandom, Template::PasswordSetTyped];
        assert_eq!(with("temporary_password"), three);
    }
}
