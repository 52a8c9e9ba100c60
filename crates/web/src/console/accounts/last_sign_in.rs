//! When somebody signed in last, as lists show it.

use std::time::Duration;

use base::Timestamp;
use identity::accounts::Account;

/// How long the hour of a sign-in is of interest; afterwards the day is enough.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// When somebody signed in last.
pub(crate) enum LastSignIn {
    /// They never did.
    Never,
    /// So lately that the hour is of interest, and the year is not.
    Lately(Timestamp),
    /// Longer ago.
    Before(Timestamp),
}

impl LastSignIn {
    /// As it looks at `now`.
    pub(crate) fn of(account: &Account, now: Timestamp) -> Self {
        match account.last_sign_in_at {
            None => LastSignIn::Never,
            Some(at) if now.since(at) < LATELY => LastSignIn::Lately(at),
            Some(at) => LastSignIn::Before(at),
        }
    }
}
