//! How people get back in: methods, links and codes.

use super::Page;
use crate::settings::definition::{Definition, number, on, switch};

const PAGE: Page = Page::Recovery;

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Methods",
        [
            switch("recover_username", "Recover username by email").help("“Forgot username?” at sign-in."),
            switch("change_password_request", "Change password by email link").help("“Forgot password?” at sign-in."),
            switch("recovery_email_link", "Password reset by email link")
                .help("When an administrator asks for a new password."),
            switch("recovery_email_code", "Password reset by email code"),
            switch("recovery_sms_code", "Password reset by SMS code").help("Needs an SMS gateway."),
        ],
    ),
    &on(
        PAGE,
        "Links",
        [
            number("change_request_minutes", (5, 1_440), "minutes", "Change password link is valid for"),
            number("reset_link_hours", (1, 24), "hours", "Password reset link is valid for"),
            number("invitation_hours", (1, 336), "hours", "Invitation link is valid for"),
            number("verification_link_hours", (1, 24), "hours", "Verification link is valid for"),
        ],
    ),
    &on(
        PAGE,
        "Codes",
        [
            number("code_digits", (6, 8), "digits", "Digits in a code"),
            number("code_minutes", (1, 60), "minutes", "Code is valid for"),
            number("code_tries", (3, 10), "tries", "Wrong tries before a code is void"),
            number("codes_per_hour", (1, 20), "codes", "Codes sent to one user in an hour"),
        ],
    ),
];
