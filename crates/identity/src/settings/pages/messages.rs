//! Which messages are sent.

use super::Page;
use crate::settings::definition::{Definition, Item, is_on, list, on, one_of, switch};

const PAGE: Page = Page::Messages;

pub(super) static GROUPS: &[&[Definition]] = &[
    &on(
        PAGE,
        "To users, about what an administrator did",
        [
            switch("mail_account_disabled", "Account disabled"),
            switch("mail_account_enabled", "Account enabled"),
            switch("mail_account_locked", "Account locked")
                .help("By an administrator, or because nobody signed in for too long."),
            switch("mail_account_unlocked", "Account unlocked"),
            switch("mail_account_deleted", "Account deleted"),
        ],
    ),
    &on(
        PAGE,
        "To users, about their own account",
        [
            switch("mail_too_many_attempts", "Too many sign-in attempts").help("At the first lock within an hour."),
            switch("mail_choose_new_password", "Choose a new password")
                .help("When it became known elsewhere, or will soon be too old."),
            switch("mail_cannot_change_password", "Why a password cannot be changed")
                .help("To who asks for a link while the account is locked, disabled or waits for approval."),
            switch("mail_no_account", "No account for this address")
                .help("To an address without an account, when somebody enters it to recover one.")
                .warn(is_on, "Anybody can have messages sent to strangers with this."),
            switch("mail_already_registered", "You already have an account")
                .help("When somebody registers with the address of an account."),
        ],
    ),
    &on(
        PAGE,
        "To administrators",
        [
            switch("mail_import_finished", "Import finished").help("To who started it."),
            one_of(
                "registration_notice",
                &[("off", "Never"), ("each", "At each one"), ("hourly", "Once an hour")],
                "Registrations that wait for approval",
            ),
            list("registration_notice_to", Item::Address, "Tell these addresses")
                .help("Leave blank to tell all user administrators."),
        ],
    ),
];
