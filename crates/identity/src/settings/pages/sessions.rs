//! How long a sign-in lasts, and what it takes.

use super::Page;
use crate::settings::definition::{Definition, number, on, switch};

const PAGE: Page = Page::Sessions;

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Sessions",
        [
            number("session_idle_minutes", (5, 1_440), "minutes", "Sign out after no activity for"),
            number("session_absolute_hours", (1, 720), "hours", "Sign out in any case after"),
        ],
    ),
    &on(
        PAGE,
        "Sign-in",
        [
            switch("login_always_generic", "A refused sign-in never says why").help(
                "When off, whoever enters the right password is told that the account is locked, disabled or pending.",
            ),
            switch("require_mfa_for_administrators", "Administrators need a second factor").awaits("second factors"),
        ],
    ),
];
