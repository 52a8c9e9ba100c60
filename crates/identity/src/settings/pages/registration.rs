//! Who may make an account, and what must happen before it works.

use serde_json::Value as Json;

use super::Page;
use crate::settings::definition::{Definition, Item, is_off, is_on, list, number, on, one_of, switch};

const PAGE: Page = Page::Registration;

fn is_off_by_word(value: &Json) -> bool {
    value == "off"
}

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Self-registration",
        [
            switch("registration", "People can register themselves"),
            list("registration_domains_allowed", Item::Domain, "Allowed email domains")
                .help("Leave blank to allow any. Also for the address that people give their own account."),
            list("registration_domains_denied", Item::Domain, "Refused email domains"),
            switch("reveal_duplicate_email", "Say on the page that an address is taken")
                .help(
                    "When off, only the owner of the address learns it, by mail. Holds where people change their own.",
                )
                .warn(is_on, "Anybody can then find out who has an account."),
        ],
    ),
    &on(
        PAGE,
        "Before the account is enabled",
        [
            switch("registration_confirmation", "Confirm the email address")
                .help("The user opens a link. Until then the account is pending activation.")
                .warn(is_off, "Anybody can then register with the address of somebody else."),
            number("registration_link_hours", (1, 336), "hours", "Confirmation link is valid for"),
            switch("registration_approval", "An administrator approves")
                .help("Until then the account is pending approval."),
            number("registration_purge_days", (0, 90), "days", "Delete unconfirmed registrations after")
                .help("0 means never."),
        ],
    ),
    &on(
        PAGE,
        "Security check",
        [
            one_of(
                "captcha_mode",
                &[
                    (
                        "image_and_alternatives",
                        "Security code with alternatives: a picture, a spoken version, or proof of work",
                    ),
                    ("image", "Security code: a picture only"),
                    ("proof_of_work", "Proof of work: invisible, made by the browser"),
                    ("off", "Off: rate limits still apply"),
                ],
                "Security check",
            )
            .help("Also used for Recover username and Change password.")
            .warn(is_off_by_word, "Programs can then fill in the public forms as fast as the rate limits allow.")
            .awaits("the public forms"),
            number("captcha_length", (4, 8), "characters", "Length of a security code").awaits("the public forms"),
            number("captcha_minutes", (1, 15), "minutes", "A security code is valid for").awaits("the public forms"),
            number("captcha_on_login_after", (0, 20), "failures", "Ask at sign-in after failed attempts")
                .help("0 means never.")
                .awaits("the public forms"),
        ],
    ),
    &on(
        PAGE,
        "New accounts",
        [
            list("registration_groups", Item::Name, "Groups")
                .help("Whoever registers joins these.")
                .awaits("the public forms"),
            switch("require_verified_email", "Sign-in needs a verified email address")
                .help("Holds for all accounts, however they were made."),
            switch("require_verified_mobile", "Sign-in needs a verified mobile number"),
        ],
    ),
];
