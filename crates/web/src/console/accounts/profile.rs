//! What stands above every tab of a user's profile.

use base::Timestamp;
use identity::accounts::{Account, PasswordState, Status, StatusFilter};
use identity::audit::Entry;
use identity::one_time_links::Way;

use super::offers::Offers;
use super::{Pill, href, pills};
use crate::caller::Member;
use crate::frame::initials;
use crate::site::Site;

/// A tab of the profile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Profile,
    Groups,
    Roles,
    Activity,
    Danger,
}

/// The head of a profile: who it is, how the account stands, what can be done, which tab is open.
pub(crate) struct Head {
    pub(crate) href: String,
    pub(crate) name: String,
    /// How a sentence calls them: the first name, if there is one.
    pub(crate) called: String,
    pub(crate) username: String,
    pub(crate) initials: String,
    pub(crate) pills: Vec<Pill>,
    pub(crate) banner: Option<Banner>,
    pub(crate) tab: Tab,
    /// How many groups the account is in.
    pub(crate) group_count: usize,
    /// How many administrator roles the account holds.
    pub(crate) role_count: usize,
    pub(crate) offers: Offers,
    /// Why this person may not change the account; empty when they may.
    pub(crate) hands_off: &'static str,
}

/// The one thing about an account that matters most.
pub(crate) enum Banner {
    /// Nobody can sign in for a while.
    Locked { since: Timestamp, until: Option<Timestamp>, note: String },
    /// Switched off.
    Disabled { since: Option<Timestamp>, by: String, note: String },
    /// Waits for a first password.
    NoPassword { asked: Option<Asked> },
    /// An administrator asked for a new password.
    MustReset { asked: Option<Asked> },
    /// The password is temporary.
    Temporary { until: Timestamp },
    /// Registered, not confirmed.
    PendingActivation { since: Timestamp },
    /// Confirmed, not approved.
    PendingApproval,
}

/// When and how a password was asked for.
pub(crate) struct Asked {
    pub(crate) at: Timestamp,
    pub(crate) way: Way,
    /// Until when the link or code works.
    pub(crate) until: Option<Timestamp>,
    pub(crate) has_ended: bool,
}

impl Asked {
    /// As the latest `event` of the history tells it.
    fn of(history: &[Entry], event: &str, now: Timestamp) -> Option<Self> {
        let entry = history.iter().find(|entry| entry.event == event)?;
        let until = entry.details["until"].as_str().and_then(Timestamp::parse);
        let way = Way::from_code(entry.details["way"].as_str().unwrap_or_default())?;
        Some(Asked { at: entry.at, way, until, has_ended: until.is_some_and(|until| until <= now) })
    }

    pub(crate) fn is_handed_over(&self) -> bool {
        self.way == Way::HandOver
    }

    pub(crate) fn is_code(&self) -> bool {
        self.way.is_code()
    }
}

impl Head {
    /// The head of `account`'s profile, which is in so many `groups`. `history` is what happened to it lately, the latest
    /// first; empty when the person may not see it.
    pub(super) fn new(
        site: &Site,
        member: &Member,
        account: &Account,
        history: &[Entry],
        groups: usize,
        tab: Tab,
    ) -> Self {
        let now = site.identity().clock().now();
        let is_self = member.caller.actor.is(account.id);
        let offers = Offers::new(site, member, account);
        let banner = Banner::of(account, history, now);
        Head {
            href: href(account),
            name: account.display_name(),
            called: called(account),
            username: account.username.clone(),
            initials: initials(&account.display_name()),
            pills: pills(account, &member.words, now),
            // The profile itself has a card for it.
            banner: banner.filter(|banner| tab != Tab::Profile || !matches!(banner, Banner::PendingApproval)),
            tab,
            group_count: groups,
            role_count: account.roles.iter().count(),
            hands_off: match (offers.update(), is_self) {
                (false, _) if account.roles.is_empty() => {
                    "This user is in a protected group: only a super administrator can change the account."
                }
                (false, _) => "This is an administrator's account: only a super administrator can change it.",
                (true, true) => "This is your own account: another administrator would have to disable or delete it.",
                (true, false) => "",
            },
            offers,
        }
    }

    pub(crate) fn is_on_profile(&self) -> bool {
        self.tab == Tab::Profile
    }

    /// Whether questions may open in a dialog: the danger zone has fields of the same names.
    pub(crate) fn opens_dialogs(&self) -> bool {
        self.tab != Tab::Danger
    }

    pub(crate) fn is_on_groups(&self) -> bool {
        self.tab == Tab::Groups
    }

    pub(crate) fn is_on_roles(&self) -> bool {
        self.tab == Tab::Roles
    }

    pub(crate) fn is_on_activity(&self) -> bool {
        self.tab == Tab::Activity
    }

    pub(crate) fn is_on_danger(&self) -> bool {
        self.tab == Tab::Danger
    }
}

fn called(account: &Account) -> String {
    if account.first_name.is_empty() { account.display_name() } else { account.first_name.clone() }
}

impl Banner {
    fn of(account: &Account, history: &[Entry], now: Timestamp) -> Option<Self> {
        let state = &account.state;
        let is = |filter| state.matches(filter, now, identity::accounts::Requirements::default());
        let lock = state.locks.iter().find(|lock| lock.is_held(now));
        match (account.status(), lock) {
            (Status::PendingActivation, _) => return Some(Banner::PendingActivation { since: account.created_at }),
            (Status::PendingApproval, _) => return Some(Banner::PendingApproval),
            (_, Some(lock)) => {
                let note = lock.note.clone().unwrap_or_default();
                return Some(Banner::Locked { since: lock.since, until: lock.until, note });
            }
            (Status::Disabled, None) => return Some(Banner::disabled(history)),
            (Status::Enabled, None) => {}
        }
        if is(StatusFilter::PendingFirstPassword) || state.password == PasswordState::None {
            Some(Banner::NoPassword { asked: Asked::of(history, "user_invited", now) })
        } else if is(StatusFilter::PendingPasswordReset) {
            Some(Banner::MustReset { asked: Asked::of(history, "password_reset_required", now) })
        } else if let PasswordState::Temporary { until } = state.password {
            Some(Banner::Temporary { until })
        } else {
            None
        }
    }

    fn disabled(history: &[Entry]) -> Self {
        let entry = history.iter().find(|entry| entry.event == "account_disabled");
        let note = entry.and_then(|entry| entry.details["note"].as_str()).unwrap_or_default();
        Banner::Disabled {
            since: entry.map(|entry| entry.at),
            by: entry.map(|entry| entry.actor_name.clone()).unwrap_or_default(),
            note: note.to_owned(),
        }
    }
}
