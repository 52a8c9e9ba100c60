//! What stands above every tab of a user's profile.

use base::Timestamp;
use identity::accounts::{self, Account, MustChange, Obstacle, PasswordState, Why};
use identity::audit::Entry;
use identity::messages::Unsent;
use identity::one_time_links::Way;
use identity::settings::Words;
use identity::{Operation, Result};

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
    Sessions,
    Activity,
    Messages,
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
    /// How many sessions go on.
    pub(crate) session_count: usize,
    /// How many messages did not leave.
    pub(crate) unsent: Unsent,
    pub(crate) offers: Offers,
    /// Why this person may not change the account; empty when they may.
    pub(crate) hands_off: &'static str,
}

/// How an account stands at this moment, besides what it tells itself.
#[derive(Default)]
pub(crate) struct Standing {
    /// Why it can't be signed in to, what lasts longest first.
    pub(crate) obstacles: Vec<Obstacle>,
    /// How many sessions go on.
    pub(crate) sessions: usize,
    /// How many messages about it did not leave.
    pub(crate) unsent: Unsent,
    /// When and how a password was asked for that is waited for.
    pub(crate) asked: Option<Asked>,
}

impl Standing {
    /// How `account` stands. `history` is what happened to it lately, the latest first; empty when the person may not
    /// see it.
    pub(super) async fn read(op: &mut Operation<'_>, account: &Account, history: &[Entry]) -> Result<Self> {
        let obstacles = accounts::obstacles_of(op, account).await?;
        let asks_anew = account.state.must_change == MustChange::Admin;
        let asked = Asked::of(history, if asks_anew { "password_reset_required" } else { "user_invited" }, op.now);
        let sessions = accounts::session_count(op, account.id).await?;
        let unsent = accounts::unsent_messages_of(op, account.id).await?;
        Ok(Standing { obstacles, sessions, unsent, asked })
    }
}

/// The one thing about an account that matters most.
pub(crate) struct Banner {
    pub(crate) what: What,
    /// What else keeps people out when that is over.
    pub(crate) besides: Vec<String>,
}

/// What matters most.
pub(crate) enum What {
    /// Locked by an administrator.
    Locked { lock: Shown },
    /// Locked after failed sign-ins.
    Guessed { lock: Shown },
    /// Locked because nobody signed in.
    Idle { lock: Shown },
    /// Switched off.
    Disabled { lock: Shown },
    /// Waits for a first password.
    NoPassword { asked: Option<Asked> },
    /// An administrator asked for a new password.
    MustReset { lock: Shown, asked: Option<Asked> },
    /// The password is temporary.
    Temporary { until: Timestamp },
    /// The temporary password works no more.
    TemporaryOver { since: Timestamp },
    /// Registered, not confirmed.
    PendingActivation { since: Timestamp },
    /// Confirmed, not approved.
    PendingApproval,
    /// A contact must be proved first.
    NotVerified { what: &'static str },
}

/// Since when, by whom, why, and until when.
pub(crate) struct Shown {
    pub(crate) since: Option<Timestamp>,
    pub(crate) by: String,
    pub(crate) note: String,
    pub(crate) until: Option<Timestamp>,
}

/// When and how a password was asked for.
#[derive(Clone)]
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
    /// The head of `account`'s profile, which is in so many `groups`.
    pub(super) fn new(
        site: &Site,
        member: &Member,
        account: &Account,
        standing: &Standing,
        groups: usize,
        tab: Tab,
    ) -> Self {
        let now = site.identity().clock().now();
        let is_self = member.caller.actor.is(account.id);
        let offers = Offers::new(site, member, account);
        let banner = Banner::of(account, standing, &member.words, now);
        Head {
            href: href(account),
            name: account.display_name(),
            called: called(account),
            username: account.username.clone(),
            initials: initials(&account.display_name()),
            pills: pills(account, &member.words, now),
            // The profile itself has a card for it.
            banner: banner.filter(|banner| tab != Tab::Profile || !matches!(banner.what, What::PendingApproval)),
            tab,
            group_count: groups,
            role_count: account.roles.iter().count(),
            session_count: standing.sessions,
            unsent: standing.unsent,
            hands_off: match (offers.update(), is_self) {
                (false, _) if account.roles.is_empty() => {
                    "This user is in a protected group: only a super administrator can change the account."
                }
                (false, _) => "This is an administrator's account: only a super administrator can change it.",
                (true, true) => {
                    "This is your own account: another administrator would have to lock, disable or delete it."
                }
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

    pub(crate) fn is_on_sessions(&self) -> bool {
        self.tab == Tab::Sessions
    }

    pub(crate) fn is_on_activity(&self) -> bool {
        self.tab == Tab::Activity
    }

    pub(crate) fn is_on_messages(&self) -> bool {
        self.tab == Tab::Messages
    }

    pub(crate) fn is_on_danger(&self) -> bool {
        self.tab == Tab::Danger
    }
}

fn called(account: &Account) -> String {
    if account.first_name.is_empty() { account.display_name() } else { account.first_name.clone() }
}

impl Banner {
    fn of(account: &Account, standing: &Standing, words: &Words, now: Timestamp) -> Option<Self> {
        let Some((first, others)) = standing.obstacles.split_first() else {
            let PasswordState::Temporary { until } = account.state.password else { return None };
            return (until > now).then(|| Banner { what: What::Temporary { until }, besides: Vec::new() });
        };
        let besides = others.iter().map(|obstacle| reason(obstacle.why, words)).collect();
        Some(Banner { what: What::of(account, first, standing.asked.clone()), besides })
    }
}

/// A reason in the words of the organization, as it stands within a sentence.
fn reason(why: Why, words: &Words) -> String {
    let password = words.password.inside();
    match why {
        Why::NoPassword => format!("no {password} is set"),
        Why::TemporaryPasswordExpired => format!("the temporary {password} has expired"),
        Why::ResetRequired => format!("an administrator asked for a new {password}"),
        other => other.to_string(),
    }
}

impl What {
    fn of(account: &Account, obstacle: &Obstacle, asked: Option<Asked>) -> Self {
        let lock = || Shown {
            since: obstacle.since,
            by: obstacle.by.clone().unwrap_or_default(),
            note: obstacle.note.clone().unwrap_or_default(),
            until: obstacle.ends_at,
        };
        let since = obstacle.since.unwrap_or(account.created_at);
        match obstacle.why {
            Why::PendingActivation => What::PendingActivation { since },
            Why::PendingApproval => What::PendingApproval,
            Why::Disabled => What::Disabled { lock: lock() },
            Why::LockedByAdministrator => What::Locked { lock: lock() },
            Why::LockedByInactivity => What::Idle { lock: lock() },
            Why::LockedByFailures => What::Guessed { lock: lock() },
            Why::NoPassword => What::NoPassword { asked },
            Why::TemporaryPasswordExpired => What::TemporaryOver { since },
            Why::ResetRequired => What::MustReset { lock: lock(), asked },
            Why::EmailNotVerified => What::NotVerified { what: "email address" },
            Why::MobileNotVerified => What::NotVerified { what: "mobile number" },
        }
    }
}
