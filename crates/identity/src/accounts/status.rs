//! The state of an account: one lifecycle, four independent axes, and what follows from them.

use std::fmt;

use base::Timestamp;

use crate::access::{Role, Roles};
use crate::settings::Settings;

/// How far an account has come; it only goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Registered; the e-mail address is not confirmed yet.
    PendingActivation,
    /// Confirmed; an administrator decides.
    PendingApproval,
    /// In use.
    Active,
}

/// Why an account is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockReason {
    /// An administrator locked it.
    Admin,
    /// Too many failed sign-ins.
    FailedAttempts,
    /// Nobody signed in for too long.
    Inactivity,
}

/// A lock: keeps an account out for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Why.
    pub reason: LockReason,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Who locked it, by name.
    pub held_by: Option<String>,
    /// Why, in the administrator's words.
    pub note: Option<String>,
}

/// What kind of password an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordState {
    /// None yet.
    None,
    /// One that must be changed at the next sign-in, and works until then.
    Temporary {
        /// When it stops working.
        until: Timestamp,
    },
    /// One that its owner chose.
    Permanent,
}

/// Whether, and why, the password must be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MustChange {
    /// It need not.
    No,
    /// An administrator asked for it.
    Admin,
    /// It is too old.
    Expired,
    /// It became known.
    Compromised,
}

/// A way to reach the owner, and whether they proved it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Whether there is an address or number.
    pub is_present: bool,
    /// When it was proved.
    pub verified_at: Option<Timestamp>,
    /// Whether another one waits for proof.
    pub change_pending: bool,
}

/// The whole state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// How far it has come.
    pub lifecycle: Lifecycle,
    /// The administrators' long-term switch; means something once active.
    pub enabled: bool,
    /// The locks held, those that have ended by the clock included.
    pub locks: Vec<Lock>,
    /// What kind of password there is.
    pub password: PasswordState,
    /// Whether it must be changed.
    pub must_change: MustChange,
    /// When an invitation to set a first password was sent.
    pub invited_at: Option<Timestamp>,
    /// The e-mail address.
    pub email: Contact,
    /// The mobile number.
    pub mobile: Contact,
}

/// The four statuses; every account has exactly one, so that they add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Active, and switched off.
    Disabled,
    /// Active, and switched on.
    Enabled,
    /// Registered, not confirmed.
    PendingActivation,
    /// Confirmed, not approved.
    PendingApproval,
}

/// What accounts can be filtered by; they may overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusFilter {
    /// One of the four statuses.
    Status(Status),
    /// A lock is held.
    Locked,
    /// An administrator asked for a new password.
    PendingPasswordReset,
    /// Invited, without a password so far.
    PendingFirstPassword,
    /// The e-mail address waits for proof.
    PendingEmailVerification,
    /// The mobile number waits for proof.
    PendingMobileVerification,
}

/// What an organization requires of its accounts; part of some derivations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Requirements {
    /// Whether the e-mail address must be proved.
    pub verified_email: bool,
    /// Whether the mobile number must be proved.
    pub verified_mobile: bool,
}

impl Requirements {
    /// What the settings require of an account; nothing of a super administrator, who gets no mailed links and must be
    /// able to change the settings.
    pub fn of(settings: &Settings, roles: Roles) -> Self {
        let is_asked = !roles.has(Role::SuperAdministrator);
        Requirements {
            verified_email: is_asked && settings.require_verified_email,
            verified_mobile: is_asked && settings.require_verified_mobile,
        }
    }
}

impl Lock {
    /// Whether it is still held.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

impl Status {
    /// Every status, in the order of sorting.
    pub const ALL: [Status; 4] =
        [Status::Disabled, Status::Enabled, Status::PendingActivation, Status::PendingApproval];

    /// Its place in the order of sorting, 0 to 3.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// A stable name, as `pending_activation`.
    pub fn code(self) -> &'static str {
        match self {
            Status::Disabled => "disabled",
            Status::Enabled => "enabled",
            Status::PendingActivation => "pending_activation",
            Status::PendingApproval => "pending_approval",
        }
    }
}

/// The status as people read it.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Disabled => "Disabled",
            Status::Enabled => "Enabled",
            Status::PendingActivation => "Pending activation",
            Status::PendingApproval => "Pending approval",
        })
    }
}

impl StatusFilter {
    /// Every filter, in the order of the list.
    pub const ALL: [StatusFilter; 9] = [
        StatusFilter::Status(Status::Enabled),
        StatusFilter::Status(Status::Disabled),
        StatusFilter::Locked,
        StatusFilter::Status(Status::PendingActivation),
        StatusFilter::Status(Status::PendingApproval),
        StatusFilter::PendingPasswordReset,
        StatusFilter::PendingFirstPassword,
        StatusFilter::PendingEmailVerification,
        StatusFilter::PendingMobileVerification,
    ];

    /// Its name in URLs, as `approval`.
    pub fn code(self) -> &'static str {
        match self {
            StatusFilter::Status(Status::Enabled) => "enabled",
            StatusFilter::Status(Status::Disabled) => "disabled",
            StatusFilter::Status(Status::PendingActivation) => "activation",
            StatusFilter::Status(Status::PendingApproval) => "approval",
            StatusFilter::Locked => "locked",
            StatusFilter::PendingPasswordReset => "reset",
            StatusFilter::PendingFirstPassword => "setup",
            StatusFilter::PendingEmailVerification => "email",
            StatusFilter::PendingMobileVerification => "mobile",
        }
    }

    /// The filter with this [`StatusFilter::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        StatusFilter::ALL.into_iter().find(|filter| filter.code() == code)
    }
}

/// The filter as people read it.
impl fmt::Display for StatusFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StatusFilter::Status(Status::PendingApproval) => "Pending admin approval",
            StatusFilter::Status(status) => return status.fmt(f),
            StatusFilter::Locked => "Locked",
            StatusFilter::PendingPasswordReset => "Pending password reset",
            StatusFilter::PendingFirstPassword => "Pending initial password setup",
            StatusFilter::PendingEmailVerification => "Pending email verification",
            StatusFilter::PendingMobileVerification => "Pending mobile verification",
        })
    }
}

impl State {
    /// The state of an account that an administrator has just made.
    pub fn new(enabled: bool) -> Self {
        State {
            lifecycle: Lifecycle::Active,
            enabled,
            locks: Vec::new(),
            password: PasswordState::None,
            must_change: MustChange::No,
            invited_at: None,
            email: Contact::default(),
            mobile: Contact::default(),
        }
    }

    /// The one status.
    pub fn status(&self) -> Status {
        match (self.lifecycle, self.enabled) {
            (Lifecycle::PendingActivation, _) => Status::PendingActivation,
            (Lifecycle::PendingApproval, _) => Status::PendingApproval,
            (Lifecycle::Active, true) => Status::Enabled,
            (Lifecycle::Active, false) => Status::Disabled,
        }
    }

    /// Whether any lock is held.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locks.iter().any(|lock| lock.is_held(now))
    }

    /// The held lock with `reason`.
    pub fn lock(&self, reason: LockReason, now: Timestamp) -> Option<&Lock> {
        self.locks.iter().find(|lock| lock.reason == reason && lock.is_held(now))
    }

    /// Whether the account belongs to what `filter` means.
    pub fn matches(&self, filter: StatusFilter, now: Timestamp, requires: Requirements) -> bool {
        match filter {
            StatusFilter::Status(status) => self.status() == status,
            StatusFilter::Locked => self.is_locked(now),
            StatusFilter::PendingPasswordReset => self.must_change == MustChange::Admin,
            StatusFilter::PendingFirstPassword => self.password == PasswordState::None && self.invited_at.is_some(),
            StatusFilter::PendingEmailVerification => awaits_proof(self.email, requires.verified_email),
            StatusFilter::PendingMobileVerification => awaits_proof(self.mobile, true),
        }
    }

    /// WSO2's `accountLocked`: a lock, or waiting for something (decision 2).
    pub fn wso2_locked(&self, now: Timestamp, requires: Requirements) -> bool {
        self.wso2_locked_reason(now, requires).is_some()
    }

    /// WSO2's `lockedReason`, the first that applies.
    pub fn wso2_locked_reason(&self, now: Timestamp, requires: Requirements) -> Option<&'static str> {
        if self.lock(LockReason::Admin, now).is_some() {
            Some("ADMIN_INITIATED")
        } else if self.lock(LockReason::FailedAttempts, now).is_some() {
            Some("MAX_ATTEMPTS_EXCEEDED")
        } else if self.lock(LockReason::Inactivity, now).is_some() {
            Some("IDLE_ACCOUNT")
        } else if self.lifecycle != Lifecycle::Active {
            Some("PENDING_SELF_REGISTRATION")
        } else if self.password == PasswordState::None && self.invited_at.is_some() {
            Some("PENDING_ASK_PASSWORD")
        } else if self.must_change == MustChange::Admin {
            Some("PENDING_ADMIN_FORCED_USER_PASSWORD_RESET")
        } else if requires.verified_email && awaits_proof(self.email, true) {
            Some("PENDING_EMAIL_VERIFICATION")
        } else {
            None
        }
    }

    /// WSO2's `accountState`: the one label for a state that has several sides.
    pub fn wso2_account_state(&self, now: Timestamp, requires: Requirements) -> &'static str {
        match self.wso2_locked_reason(now, requires) {
            _ if self.status() == Status::Disabled => "DISABLED",
            Some("PENDING_SELF_REGISTRATION") if self.lifecycle == Lifecycle::PendingActivation => "PENDING_SR",
            Some("PENDING_SELF_REGISTRATION") => "PENDING_LR",
            Some("PENDING_ASK_PASSWORD") => "PENDING_AP",
            Some("PENDING_ADMIN_FORCED_USER_PASSWORD_RESET") => "PENDING_FUPR",
            Some("PENDING_EMAIL_VERIFICATION") => "PENDING_EV",
            Some(_) => "LOCKED",
            None => "UNLOCKED",
        }
    }
}

/// Whether a contact waits for proof: one that is there and must be proved, or another that is to replace it.
fn awaits_proof(contact: Contact, required: bool) -> bool {
    contact.is_present && (contact.change_pending || (required && contact.verified_at.is_none()))
}

macro_rules! stored_codes {
    ($name:ident { $($variant:ident => $code:literal),+ $(,)? }) => {
        impl $name {
            /// The name it is stored and recorded by.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// What the stored name means.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

stored_codes!(Lifecycle { PendingActivation => "pending_activation", PendingApproval => "pending_approval", Active => "active" });
stored_codes!(LockReason { Admin => "admin", FailedAttempts => "failed_attempts", Inactivity => "inactivity" });
stored_codes!(MustChange { No => "no", Admin => "admin", Expired => "expired", Compromised => "compromised" });
