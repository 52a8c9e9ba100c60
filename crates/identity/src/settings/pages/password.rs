//! What a password must be like, and how long it stays.

use serde_json::Value as Json;

use super::Page;
use crate::settings::definition::{Definition, Item, Kind, is_off, is_on, is_raised, list, number, on, one_of, switch};

const PAGE: Page = Page::Password;

const COMPOSITION: &str = "Conflicts with NIST SP 800-63B and OWASP ASVS 6.2.5: required characters make passwords \
                           harder to remember, not harder to guess.";
const ROTATION: &str = "Conflicts with NIST SP 800-63B and OWASP ASVS 6.2.10: whoever must change a password often \
                        chooses weaker ones.";
const SHORT: &str = "Below 15 characters a password is weak without a second factor (NIST SP 800-63B).";

fn is_short(value: &Json) -> bool {
    value.as_u64().is_some_and(|length| length < 15)
}

const fn required(key: &'static str, label: &'static str) -> Definition {
    number(key, (0, 4), "", label).warn(is_raised, COMPOSITION)
}

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Length",
        [
            number("password_min_length", (8, 64), "characters", "Minimum length").warn(is_short, SHORT),
            number("password_min_length_with_mfa", (8, 64), "characters", "Minimum length with a second factor")
                .awaits("second factors"),
            number("password_max_length", (64, 1_024), "characters", "Maximum length")
                .help("A bound on the work of the server. Passwords are never cut off."),
        ],
    ),
    &on(
        PAGE,
        "Must contain",
        [
            required("password_require_upper", "Capital letters"),
            required("password_require_lower", "Small letters"),
            required("password_require_digit", "Digits"),
            required("password_require_symbol", "Signs"),
            required("password_min_classes", "Kinds of characters").help("How many of the four kinds above must occur."),
        ],
    ),
    &on(
        PAGE,
        "Refused",
        [
            Definition::new("password_forbidden_chars", Kind::Characters, "Characters that may not occur")
                .help("Leave blank to allow all, blanks and letters of any script among them."),
            switch("password_block_common", "Refuse common passwords")
                .help("Checked against a list on this server, in every guise. Nothing is sent out.")
                .warn(is_off, "Conflicts with NIST SP 800-63B and OWASP ASVS 6.2.4: common passwords are tried first.")
                .guarded(),
            switch("password_block_context", "Refuse the name, username or email in the password"),
            list("password_context_words", Item::Name, "Refused words").help("Words that are easy to guess here, such as the name of a town."),
            one_of(
                "password_block_breached",
                &[("off", "Do not look"), ("file", "In a file on this server, if there is one"), ("service", "At a service")],
                "Refuse known leaked passwords",
            )
            .awaits("lists of leaked passwords"),
        ],
    ),
    &on(
        PAGE,
        "Age and history",
        [
            number("password_history_depth", (0, 24), "passwords", "Earlier passwords that cannot be used again")
                .help("0 means none. Each one costs time when a password is changed. Temporary passwords are not remembered."),
            number("password_min_age_hours", (0, 72), "hours", "Kept for at least")
                .help("0 means that people may change their password at any time. Keeps people from going through their history at once."),
            number("password_max_age_days", (0, 3_650), "days", "Expires after")
                .help("0 means never. An expired password opens nothing but the form to change it.")
                .warn(is_raised, ROTATION),
            number("password_expiry_warning_days", (0, 90), "days", "Warn before it expires").help("0 means no warning."),
        ],
    ),
    &on(
        PAGE,
        "Set by administrators",
        [
            switch("admin_may_choose_passwords", "Administrators may type passwords")
                .help("When off, only a random password or a link remains."),
            number("temporary_password_hours", (1, 720), "hours", "A temporary password works for"),
            number("temporary_password_min_length", (0, 64), "characters", "Minimum length of a temporary password")
                .help("The other rules don't apply to temporary passwords."),
            switch("allow_mailing_permanent_passwords", "A mailed password may be permanent")
                .help("When off, a typed password that is mailed becomes temporary.")
                .warn(is_on, "A password that was mailed once may be read by others for as long as it works.")
                .guarded(),
        ],
    ),
];
