//! What slows guessing down.

use serde_json::Value as Json;

use super::Page;
use crate::settings::definition::{Definition, Item, list, number, on, switch};

const PAGE: Page = Page::Lockout;

fn is_none(value: &Json) -> bool {
    value == 0
}

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "Failed sign-ins",
        [
            number("lock_after_failures", (0, 100), "failures", "Failed sign-ins before a lock")
                .help("Within 15 minutes. 0 means that only the hard stop at 100 is left.")
                .warn(is_none, "A hundred guesses in 15 minutes are then possible for every account."),
            number("lock_minutes", (1, 1_440), "minutes", "First lock lasts"),
            number("lock_factor", (1, 10), "times as long", "Each further lock lasts"),
            number("lock_max_minutes", (1, 1_440), "minutes", "A lock lasts at most"),
        ],
    ),
    &on(
        PAGE,
        "Rate limits",
        [
            number("sign_in_failures_per_minute", (5, 1_000), "failures", "Failed sign-ins of one network in a minute"),
            number("recoveries_per_hour", (1, 100), "requests", "Recoveries of one account in an hour").help(
                "Usernames and password links that people ask for. More are not answered, and nobody is told so.",
            ),
            number("recoveries_per_hour_network", (1, 1_000), "requests", "Recoveries from one network in an hour"),
            number(
                "registrations_per_hour_network",
                (1, 1_000),
                "requests",
                "Registrations from one network in an hour",
            )
            .awaits("the public forms"),
        ],
    ),
    &on(
        PAGE,
        "Long-term",
        [
            switch("account_disabling", "Administrators can disable accounts")
                .help("Adds Disable and Enable to the console. Accounts that are disabled stay so."),
            number("inactivity_lock_days", (0, 3_650), "days", "Lock accounts with no sign-in for")
                .help("0 means never. Super administrators are left out."),
            list("inactivity_warning_days", Item::Days, "Warn this many days before")
                .help("Whole numbers, separated by commas. Leave blank for no warning."),
        ],
    ),
];
