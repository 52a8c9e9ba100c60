//! Failed attempts, counted for what was typed, whether or not it exists, so that the count tells nothing.

mod rows;

use std::time::Duration;

use base::{AccountId, OrganizationId, Secret, Timestamp};

use crate::settings::Settings;
use crate::{Operation, Result};

/// Failures are counted over this span.
const WINDOW: Duration = Duration::from_mins(15);
/// However the settings stand, this many failures within the span lock a name.
const HARD_STOP: u32 = 100;

/// Whom attempts are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A name or address as it was typed, folded.
    Name(String),
    /// An account, by whatever name it was meant.
    Account(AccountId),
    /// The network that a request came from: the address, or the first 64 bits of one of IPv6.
    Network(std::net::IpAddr),
}

/// What is remembered of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    pub(crate) failures: i64,
    pub(crate) window_began_at: Timestamp,
    pub(crate) blocked_until: Timestamp,
    pub(crate) blocks: i64,
}

impl Subject {
    /// Names are kept as a hash: what people type into a name field is sometimes their password.
    fn key(&self, organization: OrganizationId) -> [u8; 32] {
        key_of(organization, &self.text())
    }

    fn text(&self) -> String {
        match self {
            Subject::Name(name) => format!("name {name}"),
            Subject::Account(id) => format!("account {id}"),
            Subject::Network(std::net::IpAddr::V6(address)) => format!("network {:?}", &address.segments()[..4]),
            Subject::Network(address) => format!("network {address}"),
        }
    }
}

fn key_of(organization: OrganizationId, text: &str) -> [u8; 32] {
    Secret::new(format!("{organization} {text}")).sha256()
}

/// Until when `subject` is locked out; `None` when it is not.
pub(crate) async fn blocked_until(op: &mut Operation<'_>, subject: &Subject) -> Result<Option<Timestamp>> {
    let key = subject.key(op.organization());
    let attempts = rows::find(&mut op.tx, key).await?.unwrap_or_default();
    Ok(Some(attempts.blocked_until).filter(|until| *until > op.now))
}

/// Counts a failure; answers for how long the subject is locked out when this failure was one too many.
pub(crate) async fn failed(op: &mut Operation<'_>, subject: &Subject, settings: &Settings) -> Result<Option<Duration>> {
    let key = subject.key(op.organization());
    let before = rows::find(&mut op.tx, key).await?.unwrap_or_default();
    let (after, block) = match subject {
        Subject::Name(_) | Subject::Account(_) => after_failure(before, op.now, &Limits::of_names(settings)),
        Subject::Network(_) => after_failure(before, op.now, &Limits::of_networks(settings)),
    };
    rows::put(&mut op.tx, key, after).await?;
    Ok(block)
}

/// How many failures within the span lock a name.
pub(crate) fn failures_allowed(settings: &Settings) -> u32 {
    if settings.lock_after_failures == 0 { HARD_STOP } else { settings.lock_after_failures }
}

/// Forgets the failures of `subject`, after a success.
pub(crate) async fn succeeded(op: &mut Operation<'_>, subject: &Subject) -> Result<()> {
    let key = subject.key(op.organization());
    rows::remove(&mut op.tx, key).await
}

/// Forgets the failures of `subjects`, and lets those in again that are locked out.
pub(crate) async fn forgive(op: &mut Operation<'_>, subjects: &[Subject]) -> Result<()> {
    let keys: Vec<_> = subjects.iter().map(|subject| subject.key(op.organization())).collect();
    rows::remove_many(&mut op.tx, &keys).await
}

/// Whether `what` has not happened within the last `span`; it has from now on.
pub(crate) async fn is_first_within(op: &mut Operation<'_>, what: &str, span: Duration) -> Result<bool> {
    let key = key_of(op.organization(), &format!("once {what}"));
    let before = rows::find(&mut op.tx, key).await?;
    if before.is_some_and(|before| op.now.since(before.window_began_at) < span) {
        return Ok(false);
    }
    rows::put(&mut op.tx, key, Attempts { window_began_at: op.now, ..Attempts::default() }).await?;
    Ok(true)
}

/// Counts `what` once more for each of `subjects`, and answers whether none of them has had more of it than it may since
/// its first within `span`. What is too much counts as well, but makes nobody wait longer.
pub(crate) async fn has_room(
    op: &mut Operation<'_>,
    what: &str,
    subjects: &[(Subject, u32)],
    span: Duration,
) -> Result<bool> {
    let (organization, now) = (op.organization(), op.now);
    let mut has_room = true;
    for (subject, most) in subjects {
        let key = key_of(organization, &format!("{what} {}", subject.text()));
        let counted = rows::count(&mut op.tx, key, now, now.minus(span)).await?;
        has_room &= counted <= i64::from(*most);
    }
    Ok(has_room)
}

/// Forgets what nobody tried since `before` and what blocks nobody; answers how many subjects that were.
pub(crate) async fn sweep(op: &mut Operation<'_>, before: Timestamp) -> Result<u64> {
    rows::sweep(&mut op.tx, before).await
}

struct Limits {
    failures: i64,
    window: Duration,
    first_block: Duration,
    factor: u32,
    longest_block: Duration,
}

impl Limits {
    /// A network that fails too often waits for a minute, whatever names were tried.
    fn of_networks(settings: &Settings) -> Self {
        Limits {
            failures: i64::from(settings.sign_in_failures_per_minute),
            window: Duration::from_mins(1),
            first_block: Duration::from_mins(1),
            factor: 1,
            longest_block: Duration::from_mins(1),
        }
    }

    fn of_names(settings: &Settings) -> Self {
        Limits {
            failures: i64::from(failures_allowed(settings)),
            window: WINDOW,
            first_block: Duration::from_secs(settings.lock_minutes * 60),
            factor: settings.lock_factor,
            longest_block: Duration::from_secs(settings.lock_max_minutes * 60),
        }
    }
}

/// One more failure at `now`: what is remembered then, and the block that it brings.
fn after_failure(before: Attempts, now: Timestamp, limits: &Limits) -> (Attempts, Option<Duration>) {
    let fresh = now.since(before.window_began_at) > limits.window;
    let failures = if fresh { 1 } else { before.failures + 1 };
    let window_began_at = if fresh { now } else { before.window_began_at };
    if failures < limits.failures {
        return (Attempts { failures, window_began_at, ..before }, None);
    }
    // Each block lasts longer, until a day has passed without one.
    let forgiven = now.since(before.blocked_until) > Duration::from_hours(24);
    let blocks = if forgiven { 0 } else { before.blocks };
    let times = limits.factor.saturating_pow(u32::try_from(blocks.min(30)).unwrap_or(30));
    let block = limits.first_block.saturating_mul(times).min(limits.longest_block.max(limits.first_block));
    let after = Attempts { failures: 0, window_began_at: now, blocked_until: now.plus(block), blocks: blocks + 1 };
    (after, Some(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(n * 60)
    }

    fn fail(attempts: &mut Attempts, now: Timestamp, times: usize) -> Option<Duration> {
        let limits = Limits::of_names(&Settings::default());
        let mut last = None;
        for _ in 0..times {
            (*attempts, last) = after_failure(*attempts, now, &limits);
        }
        last
    }

    #[test]
    fn the_tenth_failure_locks_for_five_minutes_and_the_next_ten_for_ten() {
        let mut attempts = Attempts::default();
        let now = Timestamp::from_millis(1_700_000_000_000);
        assert_eq!(fail(&mut attempts, now, 9), None);
        assert_eq!(fail(&mut attempts, now, 1), Some(minutes(5)));
        let later = now.plus(minutes(6));
        assert_eq!(fail(&mut attempts, later, 10), Some(minutes(10)));
        for _ in 0..5 {
            fail(&mut attempts, later, 10);
        }
        assert_eq!(fail(&mut attempts, later, 10), Some(minutes(60)));
    }

    #[test]
    fn failures_long_ago_do_not_count() {
        let mut attempts = Attempts::default();
        let now = Timestamp::from_millis(1_700_000_000_000);
        fail(&mut attempts, now, 9);
        assert_eq!(fail(&mut attempts, now.plus(minutes(16)), 9), None);
    }
}
