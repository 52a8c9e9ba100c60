//! Everything that is no policy: lists, the license limit, words, whom to write to.

use super::Page;
use crate::settings::definition::{Definition, Kind, number, on, switch};

const PAGE: Page = Page::System;

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Words",
        [
            Definition::new("word_for_username", Kind::Word, "Word for the username")
                .help("Stands wherever people read of it, such as Login ID."),
            Definition::new("word_for_password", Kind::Word, "Word for the password"),
        ],
    ),
    &on(
        PAGE,
        "Contact",
        [
            switch("contact_enabled", "Tell people whom to write to").help("On pages where somebody can get stuck, and in messages."),
            Definition::new("contact_email", Kind::Address, "Contact email address"),
        ],
    ),
    &on(
        PAGE,
        "Lists",
        [
            number("user_page_size", (5, 500), "users", "User page size").help("Users per page in a new browser session."),
            switch("wso2_locked_includes_pending", "Locked includes pending accounts")
                .help("As WSO2 counts: the status filter Locked also finds accounts that wait for a first password, a reset or an activation.")
                .awaits("the SCIM interface"),
        ],
    ),
    &on(
        PAGE,
        "License",
        [number("site_user_limit", (0, 1_000_000_000), "user accounts", "License limit")
            .help("0 means unlimited. Enabled, disabled and pending accounts count; when the limit is reached, new accounts are refused.")],
    ),
];
