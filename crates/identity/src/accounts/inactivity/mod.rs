//! Locking accounts that nobody signs in to for long: their owners are warned first, and have some days to come.

mod rows;

use std::time::Duration;

use base::{AccountId, Timestamp};

use super::find;
use super::lock_many::{event, put};
use super::status::{Lock, LockReason};
use crate::access::{Actor, Permission};
use crate::messages::{Template, Values};
use crate::settings::Settings;
use crate::{Door, Identity, Operation, Result, messages, settings};

/// As many accounts are dealt with in one transaction.
const BATCH: u32 = 100;
/// So many transactions at most, so that the rest of the house is kept too; what is left comes at the next time.
const MOST_BATCHES: u32 = 200;

/// How long accounts may be left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patience {
    /// Whoever stays away for so long is locked out.
    whole: Duration,
    /// How many days before that the owner is warned, the last warning first.
    warnings: Vec<u32>,
}

impl Patience {
    /// `None` when no account is locked for this reason.
    fn of(settings: &Settings) -> Option<Self> {
        if settings.inactivity_lock_days == 0 {
            return None;
        }
        let days = settings.inactivity_lock_days;
        let mut warnings: Vec<u32> = settings.inactivity_warning_days.clone();
        warnings.retain(|before| (1..days).contains(before));
        warnings.sort_unstable();
        warnings.dedup();
        Some(Patience { whole: of_days(days), warnings })
    }

    /// An owner who has stayed away since then is due for the warning so many days before.
    fn warned_from(&self, before: u32, now: Timestamp) -> Timestamp {
        now.minus(self.whole.saturating_sub(of_days(before)))
    }

    /// How long after the last warning an account is locked at the earliest: who was away when the lock was switched
    /// on is warned as well.
    fn respite(&self) -> Option<Duration> {
        self.warnings.first().map(|before| of_days(*before))
    }
}

fn of_days(number: u32) -> Duration {
    Duration::from_hours(24 * u64::from(number))
}

/// Warns those who have not signed in for long, and locks the accounts of those who were warned and did not come.
/// Super administrators are never locked, and neither is who can't sign in anyway. Answers how many accounts were
/// warned or locked.
///
/// Errors: `Unavailable`.
pub(crate) async fn tend_inactive(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let mut all = 0;
    for _ in 0..MOST_BATCHES {
        let done = identity.housekeeping(&server, async |op| one_batch(op).await).await?;
        all += done;
        if done == 0 {
            break;
        }
    }
    Ok(all)
}

async fn one_batch(op: &mut Operation<'_>) -> Result<u64> {
    let Some(patience) = Patience::of(&settings::load(op).await?) else { return Ok(0) };
    let (organization, now) = (op.organization(), op.now);
    let warned_by = patience.respite().map(|respite| now.minus(respite));
    let idle = rows::to_lock(&mut op.tx, organization, now.minus(patience.whole), warned_by, BATCH).await?;
    lock(op, &idle).await?;
    let mut done = idle.len() as u64;
    // The last warning first: who is due for it needs no earlier one.
    for before in &patience.warnings {
        let from = patience.warned_from(*before, now);
        let due = rows::to_warn(&mut op.tx, organization, from, *before, BATCH).await?;
        warn(op, &due, *before, patience.whole).await?;
        done += due.len() as u64;
    }
    Ok(done)
}

async fn lock(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    super::rows::hold_ordinary(&mut op.tx, ids).await?;
    let lock = Lock { reason: LockReason::Inactivity, since: op.now, until: None, held_by: None, note: None };
    put(op, ids, &lock).await?;
    for account in find::load_many(op, ids).await? {
        let permit = op.allow(Permission::LockAccount, account.target())?;
        op.record(permit, event(&account, &lock, false));
        let values = Values::new().with("until", "").with("admin_note", "Nobody signed in for a long time.");
        messages::tell(op, Template::AccountLocked, account.id, values).await?;
    }
    Ok(())
}

async fn warn(op: &mut Operation<'_>, due: &[(AccountId, Timestamp)], before: u32, whole: Duration) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    for (id, left_alone_since) in due {
        let until = left_alone_since.plus(whole).max(now.plus(of_days(before)));
        let days_left = until.since(now).as_secs().div_ceil(24 * 3600);
        let values = Values::new().with("until", until).with("days_left", days_left);
        messages::tell(op, Template::InactivityWarning, *id, values).await?;
    }
    let ids: Vec<AccountId> = due.iter().map(|(id, _)| *id).collect();
    rows::note_warned(&mut op.tx, organization, &ids, now, before).await
}

/// Counts from now on how long nobody signs in to accounts.
pub(super) async fn count_anew(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    rows::count_from(&mut op.tx, organization, ids, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_come_before_the_lock_and_each_once() {
        let settings = Settings {
            inactivity_lock_days: 90,
            inactivity_warning_days: vec![14, 3, 3, 90, 120],
            ..Settings::default()
        };
        let patience = Patience::of(&settings).expect("accounts are locked");
        assert_eq!(patience.warnings, [3, 14]);
        assert_eq!(patience.respite(), Some(of_days(3)));
        let now = Timestamp::from_millis(1_800_000_000_000);
        assert_eq!(patience.warned_from(14, now), now.minus(of_days(76)));
        assert_eq!(Patience::of(&Settings::default()), None, "off, until somebody switches it on");
    }
}
