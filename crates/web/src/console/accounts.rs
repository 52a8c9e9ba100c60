//! Users: the list, a profile, and what can be done to them.

use base::Timestamp;
use identity::accounts::{Account, PasswordState, Requirements, Status, StatusFilter};

pub(crate) mod activity;
pub(crate) mod address;
pub(crate) mod bulk;
pub(crate) mod bulk_change;
pub(crate) mod bulk_delete;
pub(crate) mod bulk_group;
pub(crate) mod bulk_result;
pub(crate) mod chips;
pub(crate) mod danger;
pub(crate) mod decide;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod export_form;
mod group_choice;
pub(crate) mod groups;
pub(crate) mod in_path;
pub(crate) mod last_sign_in;
pub(crate) mod list;
pub(crate) mod list_view;
pub(crate) mod new;
pub(crate) mod offers;
pub(crate) mod profile;
pub(crate) mod roles;
pub(crate) mod selection;
pub(crate) mod show;
pub(crate) mod strip;
pub(crate) mod switch;
pub(crate) mod tools;

/// A status or a badge: a picture and a word.
pub(crate) struct Pill {
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) words: &'static str,
}

/// The status of an account, and a badge for what keeps its owner from signing in. A contact without proof doesn't,
/// and half of a list may have one.
pub(crate) fn row_pills(account: &Account, now: Timestamp) -> Vec<Pill> {
    let contacts = [StatusFilter::PendingEmailVerification, StatusFilter::PendingMobileVerification];
    pills_but(account, now, &contacts)
}

/// The status of an account, and a badge for everything else that is out of the ordinary.
pub(crate) fn pills(account: &Account, now: Timestamp) -> Vec<Pill> {
    pills_but(account, now, &[])
}

fn pills_but(account: &Account, now: Timestamp, left_out: &[StatusFilter]) -> Vec<Pill> {
    let pill = |class, icon, words| Pill { class, icon, words };
    let mut pills = vec![match account.status() {
        Status::Enabled => pill("ok", "circle-check", "Enabled"),
        Status::Disabled => pill("off", "ban", "Disabled"),
        Status::PendingActivation => pill("mail", "mail", "Pending activation"),
        Status::PendingApproval => pill("wait", "hourglass", "Pending approval"),
    }];
    let badges = [
        (StatusFilter::Locked, pill("lock", "lock", "Locked")),
        (StatusFilter::PendingPasswordReset, pill("mail", "key-round", "Pending password reset")),
        (StatusFilter::PendingFirstPassword, pill("mail", "send", "Pending first password")),
        (StatusFilter::PendingEmailVerification, pill("mail", "at-sign", "Email not verified")),
        (StatusFilter::PendingMobileVerification, pill("mail", "smartphone", "Mobile not verified")),
    ];
    let matching = badges.into_iter().filter(|(filter, _)| {
        !left_out.contains(filter) && account.state.matches(*filter, now, Requirements::default())
    });
    pills.extend(matching.map(|(_, pill)| pill));
    if matches!(account.state.password, PasswordState::Temporary { .. }) {
        pills.push(pill("mail", "key-round", "Temporary password"));
    }
    pills
}

/// The address of an account's profile.
pub(crate) fn href(account: &Account) -> String {
    format!("{}/{}", address::PATH, account.id)
}
