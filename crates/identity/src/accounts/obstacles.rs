//! Why an account can't be signed in to: since when, by whom, and what ends it. Derived, never stored.

use std::fmt;

use base::{AccountId, Timestamp};

use super::Account;
use super::status::{Contact, Lifecycle, Lock, LockReason, MustChange, PasswordState, Requirements};
use crate::access::Permission;
use crate::audit::{self, Entry};
use crate::{Operation, Result, settings};

/// What keeps people out of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The registration is not confirmed.
    PendingActivation,
    /// The registration is not approved.
    PendingApproval,
    /// It is disabled.
    Disabled,
    /// An administrator locked it.
    LockedByAdministrator,
    /// Nobody signed in for too long.
    LockedByInactivity,
    /// Too many sign-ins failed.
    LockedByFailures,
    /// It has no password.
    NoPassword,
    /// The temporary password no longer works.
    TemporaryPasswordExpired,
    /// An administrator asked for a new password.
    ResetRequired,
    /// The e-mail address must be proved first.
    EmailNotVerified,
    /// The mobile number must be proved first.
    MobileNotVerified,
}

/// What ends an obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Time passes.
    Time,
    /// The owner opens the link of the registration.
    Confirm,
    /// An administrator activates the account.
    Activate,
    /// An administrator approves the registration.
    Approve,
    /// An administrator enables the account.
    Enable,
    /// An administrator unlocks the account.
    Unlock,
    /// A password is set, by an administrator or by a link that its owner got.
    NewPassword,
    /// The owner opens a link that is mailed after the right password.
    OwnLink,
    /// The owner proves the address or number.
    Verify,
}

/// One reason why an account can't be signed in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What it is.
    pub why: Why,
    /// Since when, as far as it is known.
    pub since: Option<Timestamp>,
    /// Who brought it about; `None` when nobody did, or nobody knows.
    pub by: Option<String>,
    /// Why, in the words of whoever brought it about, or of the server.
    pub note: Option<String>,
    /// When it ends by itself.
    pub ends_at: Option<Timestamp>,
    /// What ends it.
    pub ends_by: Vec<Remedy>,
}

/// What the audit log adds to what an account itself tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Who disabled it.
    pub disabled: Option<Deed>,
    /// Who asked for a new password.
    pub reset: Option<Deed>,
}

/// Somebody's doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who, by the name at the time.
    pub by: String,
    /// Why, in their words.
    pub note: Option<String>,
}

/// Every reason why `account` can't be signed in to, the one that lasts longest first; none when it can.
///
/// Errors: `Denied` without `ViewAccounts`.
pub async fn obstacles_of(op: &mut Operation<'_>, account: &Account) -> Result<Vec<Obstacle>> {
    let _ = op.allow(Permission::ViewAccounts, account.target())?;
    let mut told = Told::default();
    if account.state.lifecycle == Lifecycle::Active && !account.state.enabled {
        told.disabled = latest(op, account.id, &["account_disabled", "account_created"]).await?;
    }
    if account.state.must_change == MustChange::Admin {
        told.reset = latest(op, account.id, &["password_reset_required"]).await?;
    }
    let requires = Requirements::of(&settings::load(op).await?, account.roles);
    Ok(obstacles(account, &told, requires, op.now))
}

async fn latest(op: &mut Operation<'_>, id: AccountId, events: &[&str]) -> Result<Option<Deed>> {
    Ok(audit::latest_of(op, id, events).await?.map(Deed::from))
}

impl From<Entry> for Deed {
    fn from(entry: Entry) -> Self {
        let note = entry.details["note"].as_str().filter(|note| !note.is_empty()).map(str::to_owned);
        Deed { at: entry.at, by: entry.actor_name, note }
    }
}

/// As [`obstacles_of`], of what is known already.
pub fn obstacles(account: &Account, told: &Told, requires: Requirements, now: Timestamp) -> Vec<Obstacle> {
    let state = &account.state;
    let mut found = Vec::new();
    match state.lifecycle {
        Lifecycle::PendingActivation => found.push(Obstacle::since(Why::PendingActivation, account.created_at)),
        Lifecycle::PendingApproval => {
            let since = state.email.verified_at.unwrap_or(account.created_at);
            found.push(Obstacle::since(Why::PendingApproval, since));
        }
        Lifecycle::Active if !state.enabled => found.push(Obstacle::done(Why::Disabled, told.disabled.as_ref())),
        Lifecycle::Active => {}
    }
    for (reason, why) in [
        (LockReason::Admin, Why::LockedByAdministrator),
        (LockReason::Inactivity, Why::LockedByInactivity),
        (LockReason::FailedAttempts, Why::LockedByFailures),
    ] {
        found.extend(state.lock(reason, now).map(|lock| Obstacle::locked(why, lock)));
    }
    match state.password {
        PasswordState::None => {
            found.push(Obstacle::since(Why::NoPassword, state.invited_at.unwrap_or(account.created_at)));
        }
        PasswordState::Temporary { until } if until <= now => {
            found.push(Obstacle::since(Why::TemporaryPasswordExpired, until));
        }
        PasswordState::Temporary { .. } | PasswordState::Permanent => {}
    }
    if state.must_change == MustChange::Admin {
        found.push(Obstacle::done(Why::ResetRequired, told.reset.as_ref()));
    }
    let unproved = |contact: Contact| contact.is_present && contact.verified_at.is_none();
    if requires.verified_email && unproved(state.email) {
        found.push(Obstacle::new(Why::EmailNotVerified));
    }
    if requires.verified_mobile && unproved(state.mobile) {
        found.push(Obstacle::new(Why::MobileNotVerified));
    }
    found
}

impl Obstacle {
    fn new(why: Why) -> Self {
        Obstacle { why, since: None, by: None, note: None, ends_at: None, ends_by: why.remedies().to_vec() }
    }

    fn since(why: Why, since: Timestamp) -> Self {
        Obstacle { since: Some(since), ..Obstacle::new(why) }
    }

    fn done(why: Why, deed: Option<&Deed>) -> Self {
        let Some(deed) = deed.cloned() else { return Obstacle::new(why) };
        Obstacle { since: Some(deed.at), by: Some(deed.by), note: deed.note, ..Obstacle::new(why) }
    }

    fn locked(why: Why, lock: &Lock) -> Self {
        let by_time = lock.until.map(|_| Remedy::Time);
        Obstacle {
            since: Some(lock.since),
            by: lock.held_by.clone(),
            note: lock.note.clone(),
            ends_at: lock.until,
            ends_by: by_time.into_iter().chain(why.remedies().iter().copied()).collect(),
            why,
        }
    }
}

impl Why {
    /// Every reason, the one that lasts longest first.
    pub const ALL: [Why; 11] = [
        Why::PendingActivation,
        Why::PendingApproval,
        Why::Disabled,
        Why::LockedByAdministrator,
        Why::LockedByInactivity,
        Why::LockedByFailures,
        Why::NoPassword,
        Why::TemporaryPasswordExpired,
        Why::ResetRequired,
        Why::EmailNotVerified,
        Why::MobileNotVerified,
    ];

    /// A stable name, as `locked_by_administrator`.
    pub fn code(self) -> &'static str {
        match self {
            Why::PendingActivation => "pending_activation",
            Why::PendingApproval => "pending_approval",
            Why::Disabled => "disabled",
            Why::LockedByAdministrator => "locked_by_administrator",
            Why::LockedByInactivity => "locked_by_inactivity",
            Why::LockedByFailures => "locked_by_failures",
            Why::NoPassword => "no_password",
            Why::TemporaryPasswordExpired => "temporary_password_expired",
            Why::ResetRequired => "reset_required",
            Why::EmailNotVerified => "email_not_verified",
            Why::MobileNotVerified => "mobile_not_verified",
        }
    }

    /// What ends it, besides time.
    fn remedies(self) -> &'static [Remedy] {
        match self {
            Why::PendingActivation => &[Remedy::Confirm, Remedy::Activate],
            Why::PendingApproval => &[Remedy::Approve],
            Why::Disabled => &[Remedy::Enable],
            Why::LockedByAdministrator => &[Remedy::Unlock],
            Why::LockedByInactivity => &[Remedy::OwnLink, Remedy::Unlock],
            Why::LockedByFailures => &[Remedy::NewPassword, Remedy::Unlock],
            Why::NoPassword | Why::TemporaryPasswordExpired | Why::ResetRequired => &[Remedy::NewPassword],
            Why::EmailNotVerified | Why::MobileNotVerified => &[Remedy::Verify],
        }
    }
}

/// The reason as people read it after `because`.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::PendingActivation => "the registration is not confirmed",
            Why::PendingApproval => "the registration waits for approval",
            Why::Disabled => "the account is disabled",
            Why::LockedByAdministrator => "an administrator locked the account",
            Why::LockedByInactivity => "nobody signed in for too long",
            Why::LockedByFailures => "too many sign-ins failed",
            Why::NoPassword => "no password is set",
            Why::TemporaryPasswordExpired => "the temporary password has expired",
            Why::ResetRequired => "an administrator asked for a new password",
            Why::EmailNotVerified => "the email address is not verified",
            Why::MobileNotVerified => "the mobile number is not verified",
        })
    }
}

impl Remedy {
    /// A stable name, as `unlock`.
    pub fn code(self) -> &'static str {
        match self {
            Remedy::Time => "time",
            Remedy::Confirm => "confirm",
            Remedy::Activate => "activate",
            Remedy::Approve => "approve",
            Remedy::Enable => "enable",
            Remedy::Unlock => "unlock",
            Remedy::NewPassword => "new_password",
            Remedy::OwnLink => "own_link",
            Remedy::Verify => "verify",
        }
    }
}

/// The remedy as people read it after `ends when`.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Remedy::Time => "its time is over",
            Remedy::Confirm => "the owner opens the link of the registration",
            Remedy::Activate => "an administrator activates the account",
            Remedy::Approve => "an administrator approves the registration",
            Remedy::Enable => "an administrator enables the account",
            Remedy::Unlock => "an administrator unlocks the account",
            Remedy::NewPassword => "a new password is set",
            Remedy::OwnLink => "the owner opens a link that is mailed after the right password",
            Remedy::Verify => "the owner proves it",
        })
    }
}

#[cfg(test)]
mod tests {
    use base::OrganizationId;
    use uuid::Uuid;

    use super::*;
    use crate::access::Roles;
    use crate::accounts::State;
    use crate::attributes::Values;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// An account that can be signed in to, made at 1.
    fn account() -> Account {
        Account {
            id: AccountId::from(Uuid::nil()),
            organization: OrganizationId::from(Uuid::nil()),
            version: 1,
            username: "amy".into(),
            first_name: String::new(),
            last_name: String::new(),
            email: None,
            pending_email: None,
            mobile: None,
            external_id: None,
            custom: Values::default(),
            state: State { password: PasswordState::Permanent, ..State::new(true) },
            roles: Roles::NONE,
            in_protected_group: false,
            origin: "console".into(),
            created_at: at(1),
            modified_at: at(1),
            last_sign_in_at: None,
        }
    }

    fn lock(reason: LockReason, until: Option<Timestamp>) -> Lock {
        Lock { reason, since: at(20), until, held_by: Some("Uma User".into()), note: Some("phone lost".into()) }
    }

    fn told() -> Told {
        let deed =
            |at: i64, by: &str, note: &str| Some(Deed { at: self::at(at), by: by.into(), note: Some(note.into()) });
        Told { disabled: deed(30, "Sophia Super", "left"), reset: deed(40, "Uma User", "leak") }
    }

    /// Each state with what is told of it: why, since when, by whom, until when, and what ends it.
    #[test]
    fn every_state_is_explained_by_why_since_by_and_ends() {
        use Remedy::{Activate, Approve, Confirm, Enable, NewPassword, OwnLink, Time, Unlock, Verify};
        type Change = fn(&mut State);
        type Explained = (Why, Option<i64>, Option<&'static str>, Option<i64>, &'static [Remedy]);
        let table: &[(Change, Option<Explained>)] = &[
            (|_| {}, None),
            (|state| state.password = PasswordState::Temporary { until: at(200) }, None),
            (|state| state.must_change = MustChange::Expired, None),
            (|state| state.must_change = MustChange::Compromised, None),
            (
                |state| state.lifecycle = Lifecycle::PendingActivation,
                Some((Why::PendingActivation, Some(1), None, None, &[Confirm, Activate])),
            ),
            (
                |state| {
                    state.lifecycle = Lifecycle::PendingApproval;
                    state.email.verified_at = Some(at(7));
                },
                Some((Why::PendingApproval, Some(7), None, None, &[Approve])),
            ),
            (
                |state| state.lifecycle = Lifecycle::PendingApproval,
                Some((Why::PendingApproval, Some(1), None, None, &[Approve])),
            ),
            (|state| state.enabled = false, Some((Why::Disabled, Some(30), Some("Sophia Super"), None, &[Enable]))),
            (
                |state| state.locks.push(lock(LockReason::Admin, None)),
                Some((Why::LockedByAdministrator, Some(20), Some("Uma User"), None, &[Unlock])),
            ),
            (
                |state| state.locks.push(lock(LockReason::Admin, Some(at(101)))),
                Some((Why::LockedByAdministrator, Some(20), Some("Uma User"), Some(101), &[Time, Unlock])),
            ),
            (|state| state.locks.push(lock(LockReason::Admin, Some(at(100)))), None),
            (
                |state| state.locks.push(Lock { held_by: None, ..lock(LockReason::FailedAttempts, Some(at(150))) }),
                Some((Why::LockedByFailures, Some(20), None, Some(150), &[Time, NewPassword, Unlock])),
            ),
            (
                |state| state.locks.push(Lock { held_by: None, ..lock(LockReason::Inactivity, None) }),
                Some((Why::LockedByInactivity, Some(20), None, None, &[OwnLink, Unlock])),
            ),
            (
                |state| state.password = PasswordState::None,
                Some((Why::NoPassword, Some(1), None, None, &[NewPassword])),
            ),
            (
                |state| {
                    state.password = PasswordState::None;
                    state.invited_at = Some(at(9));
                },
                Some((Why::NoPassword, Some(9), None, None, &[NewPassword])),
            ),
            (
                |state| state.password = PasswordState::Temporary { until: at(100) },
                Some((Why::TemporaryPasswordExpired, Some(100), None, None, &[NewPassword])),
            ),
            (
                |state| state.must_change = MustChange::Admin,
                Some((Why::ResetRequired, Some(40), Some("Uma User"), None, &[NewPassword])),
            ),
            (|state| state.email.is_present = true, Some((Why::EmailNotVerified, None, None, None, &[Verify]))),
            (|state| state.mobile.is_present = true, Some((Why::MobileNotVerified, None, None, None, &[Verify]))),
        ];
        let requires = Requirements { verified_email: true, verified_mobile: true };
        let mut seen = Vec::new();
        for (change, expected) in table {
            let mut account = account();
            change(&mut account.state);
            let found = obstacles(&account, &told(), requires, at(100));
            assert!(found.len() <= 1, "{found:?}");
            let found = found.first().map(|found| {
                let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
                (found.why, millis(found.since), found.by.as_deref(), millis(found.ends_at), found.ends_by.as_slice())
            });
            seen.extend(found.map(|(why, ..)| why));
            assert_eq!(found, *expected);
        }
        assert!(Why::ALL.iter().all(|why| seen.contains(why)), "a state is not explained");
    }

    #[test]
    fn several_reasons_are_told_with_the_one_that_lasts_longest_first() {
        let mut account = account();
        account.state = State {
            locks: [LockReason::FailedAttempts, LockReason::Inactivity, LockReason::Admin]
                .map(|reason| lock(reason, None))
                .into(),
            must_change: MustChange::Admin,
            ..State::new(false)
        };
        account.state.email.is_present = true;
        let requires = Requirements { verified_email: true, verified_mobile: false };
        let found: Vec<_> =
            obstacles(&account, &told(), requires, at(100)).into_iter().map(|found| found.why).collect();
        assert_eq!(
            found,
            [
                Why::Disabled,
                Why::LockedByAdministrator,
                Why::LockedByInactivity,
                Why::LockedByFailures,
                Why::NoPassword,
                Why::ResetRequired,
                Why::EmailNotVerified,
            ]
        );
    }
}
