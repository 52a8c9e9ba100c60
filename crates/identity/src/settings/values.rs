//! The settings as values: each with its type and its default. What people read of them stands in `pages`.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::choices::{BreachedPasswords, FirstSign, RegistrationNotice, SecurityCheck};
use super::pattern::Pattern;
use super::words::{Word, Words};
use crate::credentials::PasswordRules;

macro_rules! settings {
    ($(#[doc = $doc:literal] $key:ident: $type:ty = $default:expr;)+) => {
        /// The settings of one organization, with defaults where nothing was chosen.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Settings {
            $(#[doc = $doc] pub $key: $type,)+
            /// What a permanent password must be like; each rule is a setting of its own.
            #[serde(flatten)]
            pub password_rules: PasswordRules,
        }

        impl Default for Settings {
            fn default() -> Self {
                Settings { $($key: $default,)+ password_rules: PasswordRules::default() }
            }
        }
    };
}

settings! {
    // System settings.
    /// Users on a page of the list, 5 to 500.
    user_page_size: u32 = 25;
    /// Accounts that may exist; 0 for as many as you like.
    site_user_limit: u64 = 0;
    /// What the username is called, at most 40 characters.
    word_for_username: Word = Words::default().username;
    /// What the password is called, at most 40 characters.
    word_for_password: Word = Words::default().password;
    /// Whether pages name an address that people can write to.
    contact_enabled: bool = false;
    /// The address that people write to when they need help; empty for none.
    contact_email: String = String::new();
    /// Whether the filter Locked finds pending accounts too, as WSO2 counts them.
    wso2_locked_includes_pending: bool = false;

    // Usernames.
    /// Fewest characters of a username, 1 to 128.
    username_min_length: u32 = 3;
    /// Most characters of a username, 1 to 128.
    username_max_length: u32 = 64;
    /// Whether digits may stand in a username.
    username_digits: bool = true;
    /// Which of . - _ @ + may stand in a username.
    username_signs: Vec<char> = vec!['.', '-', '_', '@'];
    /// Whether letters of any script may stand in a username, not only those of ASCII.
    username_any_script: bool = false;
    /// What a username may begin with.
    username_first: FirstSign = FirstSign::LetterOrDigit;
    /// A pattern that usernames must match; empty for none.
    username_pattern: Pattern = Pattern::default();
    /// The pattern in words, for the hint beside the field.
    username_pattern_hint: String = String::new();
    /// Whether an e-mail address is a username, whatever the other rules say.
    email_as_username: bool = true;
    /// Usernames that nobody may register.
    username_reserved: Vec<String> = RESERVED.iter().map(|name| (*name).to_owned()).collect();
    /// Whether people may change their username themselves.
    username_user_may_change: bool = false;

    // Passwords; what they must be like is in `password_rules`.
    /// Where it is looked up whether a password became known elsewhere.
    password_block_breached: BreachedPasswords = BreachedPasswords::File;
    /// How many earlier permanent passwords can't be used again, 0 to 24.
    password_history_depth: u32 = 5;
    /// Days after which a password must be changed, 0 to 3,650; 0 for never.
    password_max_age_days: u32 = 0;
    /// Days before that on which people are warned, 0 to 90; 0 for no warning.
    password_expiry_warning_days: u32 = 7;
    /// Hours for which people keep a password that they chose themselves, 0 to 72.
    password_min_age_hours: u32 = 0;
    /// Hours that a temporary password works, 1 to 720.
    temporary_password_hours: u64 = 72;
    /// Fewest characters of a typed temporary password, 0 to 64.
    temporary_password_min_length: u32 = 0;
    /// Whether administrators may type passwords for others.
    admin_may_choose_passwords: bool = true;
    /// Whether a typed password that is mailed may be permanent.
    allow_mailing_permanent_passwords: bool = false;

    // Registration.
    /// Whether people can register themselves.
    registration: bool = false;
    /// Whether who registers must confirm the address by a link.
    registration_confirmation: bool = true;
    /// Whether an administrator approves each registration.
    registration_approval: bool = true;
    /// Hours that the link to confirm a registration works, 1 to 336.
    registration_link_hours: u64 = 24;
    /// Days after which an unconfirmed registration is deleted, 0 to 90; 0 for never.
    registration_purge_days: u32 = 7;
    /// Domains whose addresses may be registered; empty for any.
    registration_domains_allowed: Vec<String> = Vec::new();
    /// Domains whose addresses may not be registered.
    registration_domains_denied: Vec<String> = Vec::new();
    /// Names of groups that whoever registers joins.
    registration_groups: Vec<String> = Vec::new();
    /// Whether a registration with a taken address says so on the page.
    reveal_duplicate_email: bool = false;
    /// When administrators hear of registrations that wait for them (R7).
    registration_notice: RegistrationNotice = RegistrationNotice::Hourly;
    /// Who hears of them; empty for all user administrators.
    registration_notice_to: Vec<String> = Vec::new();
    /// Whether an account can be signed in to only once its address is verified.
    require_verified_email: bool = false;
    /// Whether an account can be signed in to only once its mobile number is verified.
    require_verified_mobile: bool = false;
    /// What tells people from programs on the public forms.
    captcha_mode: SecurityCheck = SecurityCheck::ImageAndAlternatives;
    /// Failed sign-ins after which the security check is asked for, 0 to 20; 0 for never.
    captcha_on_login_after: u32 = 0;
    /// Characters of a security code, 4 to 8.
    captcha_length: u32 = 5;
    /// Minutes that a security code is valid, 1 to 15.
    captcha_minutes: u64 = 5;

    // Locks, and how much is too much.
    /// Failed sign-ins within 15 minutes after which a name is locked for a while; 0 for only the hard stop at 100.
    lock_after_failures: u32 = 10;
    /// Minutes that the first such lock lasts, 1 to 1,440.
    lock_minutes: u64 = 5;
    /// By how much each further lock lasts longer, 1 to 10.
    lock_factor: u32 = 2;
    /// Minutes that a lock lasts at most, 1 to 1,440.
    lock_max_minutes: u64 = 60;
    /// Days without a sign-in after which an account is locked, 0 to 3,650; 0 for never.
    inactivity_lock_days: u32 = 0;
    /// How many days before that the owner is warned, each 1 to 365.
    inactivity_warning_days: Vec<u32> = vec![14, 3];
    /// Whether accounts can be disabled at all.
    account_disabling: bool = true;
    /// Failed sign-ins of one network within a minute after which it waits, 5 to 1,000.
    sign_in_failures_per_minute: u32 = 60;
    /// Recoveries of one account within an hour, 1 to 100.
    recoveries_per_hour: u32 = 3;
    /// Recoveries from one network within an hour, 1 to 1,000.
    recoveries_per_hour_network: u32 = 10;
    /// Registrations from one network within an hour, 1 to 1,000.
    registrations_per_hour_network: u32 = 5;

    // Recovery, links and codes.
    /// Whether people can ask for their username by e-mail.
    recover_username: bool = true;
    /// Whether people can ask for a link to change their password.
    change_password_request: bool = true;
    /// Whether a password can be set anew by a link in a mail.
    recovery_email_link: bool = true;
    /// Whether a password can be set anew by a code in a mail.
    recovery_email_code: bool = true;
    /// Whether a password can be set anew by a code in a text message.
    recovery_sms_code: bool = false;
    /// Minutes that a link works that somebody asked for to change their password, 5 to 1,440.
    change_request_minutes: u64 = 60;
    /// Hours that a link works that an administrator sent to have a password reset, 1 to 24.
    reset_link_hours: u64 = 24;
    /// Hours that an invitation to set the first password works, 1 to 336.
    invitation_hours: u64 = 72;
    /// Hours that the link to verify an address works, 1 to 24.
    verification_link_hours: u64 = 24;
    /// Digits of a one-time code, 6 to 8.
    code_digits: u32 = 6;
    /// Minutes that a one-time code works, 1 to 60.
    code_minutes: u64 = 10;
    /// Wrong tries after which a one-time code works no more, 3 to 10.
    code_tries: u32 = 5;
    /// Codes that one account is sent within an hour, 1 to 20.
    codes_per_hour: u32 = 5;

    // Sessions and signing in.
    /// Minutes without a request after which a session ends, 5 to 1,440.
    session_idle_minutes: u64 = 30;
    /// Hours after which a session ends in any case, 1 to 720.
    session_absolute_hours: u64 = 12;
    /// Whether a refused sign-in never says why.
    login_always_generic: bool = false;
    /// Whether administrators need a second factor.
    require_mfa_for_administrators: bool = false;

    // Messages that can be switched off.
    /// Whether the owner is told that an account was disabled (M5).
    mail_account_disabled: bool = false;
    /// Whether the owner is told that an account was enabled (M6).
    mail_account_enabled: bool = false;
    /// Whether the owner is told of an administrator's lock, or one for inactivity (M9).
    mail_account_locked: bool = true;
    /// Whether the owner is told that a lock was ended (M10).
    mail_account_unlocked: bool = true;
    /// Whether the owner is told that an account was deleted (M11).
    mail_account_deleted: bool = false;
    /// Whether an administrator is told that their import is finished (M12).
    mail_import_finished: bool = true;
    /// Whether who asks to change a password that can't be changed is told why (S2b).
    mail_cannot_change_password: bool = true;
    /// Whether an address without an account is told so when somebody asks with it (S2c).
    mail_no_account: bool = false;
    /// Whether the owner is told of a lock after failed sign-ins (S6).
    mail_too_many_attempts: bool = true;
    /// Whether the owner is told that a password became known, or will soon be too old (S7).
    mail_choose_new_password: bool = true;
    /// Whether the owner of an address is told that somebody registers with it (R6).
    mail_already_registered: bool = true;
}

/// Usernames that sound like somebody who is in charge, or that a domain keeps for its operators (RFC 2142).
const RESERVED: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "help",
    "hostmaster",
    "info",
    "mail",
    "noc",
    "no-reply",
    "noreply",
    "operator",
    "postmaster",
    "reeve",
    "root",
    "security",
    "superuser",
    "support",
    "sysadmin",
    "system",
    "webmaster",
];

impl Settings {
    /// The settings with `chosen` over the defaults; a value that no longer fits its type is as if not chosen.
    pub(super) fn from_chosen(chosen: HashMap<String, Json>) -> Self {
        let standard = Settings::default();
        if chosen.is_empty() {
            return standard;
        }
        let mut all = standard.all();
        all.extend(chosen.iter().map(|(key, value)| (key.clone(), value.clone())));
        if let Ok(settings) = serde_json::from_value(Json::Object(all)) {
            return settings;
        }
        let mut settings = standard;
        for (key, value) in chosen {
            settings = settings.with(&key, value).unwrap_or(settings);
        }
        settings
    }

    /// The settings with one value changed; `None` when the key is unknown or the value of another type.
    pub(super) fn with(&self, key: &str, value: Json) -> Option<Self> {
        let mut all = self.all();
        *all.get_mut(key)? = value;
        serde_json::from_value(Json::Object(all)).ok()
    }

    /// Every value by its key.
    pub fn all(&self) -> Map<String, Json> {
        match serde_json::to_value(self) {
            Ok(Json::Object(all)) => all,
            _ => Map::new(),
        }
    }

    /// The value of one setting; null for an unknown key.
    pub fn value_of(&self, key: &str) -> Json {
        self.all().remove(key).unwrap_or(Json::Null)
    }

    /// What people sign in with, as the organization calls it.
    pub fn words(&self) -> Words {
        Words { username: self.word_for_username.clone(), password: self.word_for_password.clone() }
    }

    /// How long a session lasts without a request.
    pub fn session_idle(&self) -> Duration {
        minutes(self.session_idle_minutes)
    }

    /// How long a session lasts at most.
    pub fn session_absolute(&self) -> Duration {
        hours(self.session_absolute_hours)
    }

    /// How long a temporary password works.
    pub fn temporary_password(&self) -> Duration {
        hours(self.temporary_password_hours)
    }

    /// How long the link to confirm a registration works.
    pub fn registration_link(&self) -> Duration {
        hours(self.registration_link_hours)
    }

    /// How long a link works that somebody asked for to change their password.
    pub fn change_request(&self) -> Duration {
        minutes(self.change_request_minutes)
    }

    /// How long a link works that an administrator sent to have a password reset.
    pub fn reset_link(&self) -> Duration {
        hours(self.reset_link_hours)
    }

    /// How long an invitation to set the first password works.
    pub fn invitation(&self) -> Duration {
        hours(self.invitation_hours)
    }

    /// How long the link to verify an address works.
    pub fn verification_link(&self) -> Duration {
        hours(self.verification_link_hours)
    }

    /// How long a one-time code works.
    pub fn code(&self) -> Duration {
        minutes(self.code_minutes)
    }
}

fn minutes(number: u64) -> Duration {
    Duration::from_secs(number * 60)
}

fn hours(number: u64) -> Duration {
    Duration::from_secs(number * 3600)
}
