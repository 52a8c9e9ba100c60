//! Users: the list, a profile, and what can be done to them.

use base::Timestamp;
use identity::accounts::{Account, PasswordState, Requirements, Status, StatusFilter};
use identity::settings::Words;

pub(crate) mod activity;
pub(crate) mod address;
mod browsers;
pub(crate) mod bulk;
pub(crate) mod bulk_change;
pub(crate) mod bulk_decide;
pub(crate) mod bulk_delete;
pub(crate) mod bulk_group;
pub(crate) mod bulk_lock;
pub(crate) mod bulk_result;
pub(crate) mod chips;
pub(crate) mod chosen;
pub(crate) mod controls;
pub(crate) mod custom;
pub(crate) mod danger;
pub(crate) mod decide;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod export_form;
mod group_choice;
pub(crate) mod groups;
mod handed_over;
pub(crate) mod in_path;
pub(crate) mod last_sign_in;
pub(crate) mod list;
pub(crate) mod list_view;
pub(crate) mod lock;
pub(crate) mod messages;
pub(crate) mod new;
pub(crate) mod offers;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod resend;
pub(crate) mod roles;
pub(crate) mod selection;
pub(crate) mod send_username;
pub(crate) mod sessions;
pub(crate) mod show;
pub(crate) mod strip;
pub(crate) mod switch;
pub(crate) mod tools;

/// A status or a badge: a picture and a word.
pub(crate) struct Pill {
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) words: String,
}

/// The status of an account, and a badge for what keeps its owner from signing in. A contact without proof doesn't,
/// and half of a list may have one.
pub(crate) fn row_pills(account: &Account, words: &Words, now: Timestamp) -> Vec<Pill> {
    let contacts = [StatusFilter::PendingEmailVerification, StatusFilter::PendingMobileVerification];
    pills_but(account, words, now, &contacts)
}

/// The status of an account, and a badge for everything else that is out of the ordinary.
pub(crate) fn pills(account: &Account, words: &Words, now: Timestamp) -> Vec<Pill> {
    pills_but(account, words, now, &[])
}

fn pills_but(account: &Account, words: &Words, now: Timestamp, left_out: &[StatusFilter]) -> Vec<Pill> {
    let password = words.password.inside();
    let pill = |class, icon, words: &str| Pill { class, icon, words: words.to_owned() };
    let mut pills = vec![match account.status() {
        Status::Enabled => pill("ok", "circle-check", "Enabled"),
        Status::Disabled => pill("off", "ban", "Disabled"),
        Status::PendingActivation => pill("mail", "mail", "Pending activation"),
        Status::PendingApproval => pill("wait", "hourglass", "Pending approval"),
    }];
    let badges = [
        (StatusFilter::Locked, pill("lock", "lock", "Locked")),
        (StatusFilter::PendingPasswordReset, pill("mail", "key-round", &format!("Pending {password} reset"))),
        (StatusFilter::PendingFirstPassword, pill("mail", "send", &format!("Pending first {password}"))),
        (StatusFilter::PendingEmailVerification, pill("mail", "at-sign", "New email not confirmed")),
        (StatusFilter::PendingMobileVerification, pill("mail", "smartphone", "Mobile not verified")),
    ];
    let matching = badges.into_iter().filter(|(filter, _)| {
        !left_out.contains(filter) && account.state.matches(*filter, now, Requirements::default())
    });
    pills.extend(matching.map(|(_, pill)| pill));
    if matches!(account.state.password, PasswordState::Temporary { .. }) {
        pills.push(pill("mail", "key-round", &format!("Temporary {password}")));
    }
    pills
}

/// What the list can be narrowed to, as people read it.
pub(crate) fn status_words(status: StatusFilter, words: &Words) -> String {
    match status {
        StatusFilter::PendingPasswordReset => format!("Pending {} reset", words.password.inside()),
        StatusFilter::PendingFirstPassword => format!("Pending initial {} setup", words.password.inside()),
        other => other.to_string(),
    }
}

/// The address of an account's profile.
pub(crate) fn href(account: &Account) -> String {
    format!("{}/{}", address::PATH, account.id)
}
