//! What a username must be like.

use super::Page;
use crate::settings::definition::{Definition, Item, Kind, list, number, on, one_of, switch};

const PAGE: Page = Page::Username;

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Format",
        [
            number("username_min_length", (1, 128), "characters", "Minimum length"),
            number("username_max_length", (1, 128), "characters", "Maximum length"),
            one_of(
                "username_first",
                &[("letter", "A letter"), ("letter_or_digit", "A letter or a digit"), ("any", "Any allowed character")],
                "Must start with",
            ),
        ],
    ),
    &on(
        PAGE,
        "Allowed characters",
        [
            switch("username_digits", "Digits").help("Letters a to z are always allowed."),
            Definition::new(
                "username_signs",
                Kind::AnyOf(&[
                    (".", "Dot"),
                    ("-", "Hyphen"),
                    ("_", "Underscore"),
                    ("@", "At sign (@)"),
                    ("+", "Plus sign (+)"),
                ]),
                "Signs",
            ),
            switch("username_any_script", "Letters of any script")
                .help("Look-alike characters of different scripts are still refused."),
            switch("email_as_username", "An email address is a valid username")
                .help("However long it is, and whatever its characters."),
        ],
    ),
    &on(
        PAGE,
        "Pattern",
        [
            Definition::new("username_pattern", Kind::Pattern, "Pattern")
                .help("A regular expression that the whole username must match. Leave blank for none."),
            Definition::new("username_pattern_hint", Kind::Text { most: 200 }, "The pattern in words")
                .help("People read this beside the field, such as: A letter and five digits."),
        ],
    ),
    &on(
        PAGE,
        "Registration",
        [
            list("username_reserved", Item::Name, "Usernames nobody may register")
                .help("Administrators may use them all the same."),
            switch("username_user_may_change", "People may change their own username").awaits("My account"),
        ],
    ),
];
