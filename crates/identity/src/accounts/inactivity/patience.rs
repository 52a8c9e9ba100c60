//! How long accounts may be left alone, and what is next for one of them.

use std::time::Duration;

use base::Timestamp;

use super::rows::LeftAlone;
use crate::settings::Settings;

/// How long accounts may be left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// Whoever stays away for so long is locked out.
    pub(super) whole: Duration,
    /// How many days before that the owner is warned, the last warning first.
    warnings: Vec<u32>,
}

/// What is next for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing yet.
    Wait,
    /// Its owner is warned, so many days before the lock.
    Warn(u32),
    /// It is locked.
    Lock,
}

impl Patience {
    /// `None` when no account is locked for this reason.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
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

    /// Nothing is next for whoever was there after that.
    pub(super) fn spares(&self, now: Timestamp) -> Timestamp {
        let first = self.warnings.last().map_or(Duration::ZERO, |before| of_days(*before));
        now.minus(self.whole.saturating_sub(first))
    }

    /// What is next for an account: nobody is locked without the last warning, and who is due for that one needs no
    /// earlier one.
    pub(super) fn next(&self, account: &LeftAlone, now: Timestamp) -> Step {
        if account.is_spared {
            return Step::Wait;
        }
        if account.since.plus(self.whole) <= now && self.was_given_time(account, now) {
            return Step::Lock;
        }
        let is_due = |before: &&u32| self.warned_from(account, **before) <= now;
        let last_due = self.warnings.iter().find(is_due);
        let due = last_due.filter(|before| self.warned_at(account, **before).is_none());
        due.map_or(Step::Wait, |before| Step::Warn(*before))
    }

    /// Whether the last warning is as long ago as it promised: who was away when the lock was switched on is warned as
    /// well.
    fn was_given_time(&self, account: &LeftAlone, now: Timestamp) -> bool {
        let Some(last) = self.warnings.first() else { return true };
        self.warned_at(account, *last).is_some_and(|at| at.plus(of_days(*last)) <= now)
    }

    /// When the owner was warned so many days before the lock, or nearer to it. What was sent before this warning is
    /// due named another day, or was about an earlier absence.
    fn warned_at(&self, account: &LeftAlone, before: u32) -> Option<Timestamp> {
        let (at, days) = account.warned?;
        (days <= before && at >= self.warned_from(account, before)).then_some(at)
    }

    /// From when on an owner who stays away is due for the warning so many days before.
    fn warned_from(&self, account: &LeftAlone, before: u32) -> Timestamp {
        account.since.plus(self.whole.saturating_sub(of_days(before)))
    }
}

pub(super) fn of_days(number: u32) -> Duration {
    Duration::from_hours(24 * u64::from(number))
}

#[cfg(test)]
mod tests {
    use base::AccountId;
    use uuid::Uuid;

    use super::*;

    fn patience(days: u32, warnings: &[u32]) -> Patience {
        let settings =
            Settings { inactivity_lock_days: days, inactivity_warning_days: warnings.to_vec(), ..Settings::default() };
        Patience::of(&settings).expect("accounts are locked")
    }

    fn day(number: u32) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000).plus(of_days(number))
    }

    fn warned(at: Option<(u32, u32)>) -> LeftAlone {
        LeftAlone {
            id: AccountId::from(Uuid::nil()),
            last_sign_in_at: day(0),
            since: day(0),
            warned: at.map(|(on, before)| (day(on), before)),
            is_spared: false,
        }
    }

    #[test]
    fn warnings_come_before_the_lock_and_each_once() {
        let patience = patience(90, &[14, 3, 3, 90, 120]);
        assert_eq!(patience.warnings, [3, 14]);
        assert_eq!(patience.spares(day(90)), day(14));
        for (today, at, step) in [
            (75, None, Step::Wait),
            (76, None, Step::Warn(14)),
            (86, Some((76, 14)), Step::Wait),
            (87, Some((76, 14)), Step::Warn(3)),
            (89, Some((87, 3)), Step::Wait),
            (90, Some((87, 3)), Step::Lock),
            (400, None, Step::Warn(3)),
            (402, Some((400, 3)), Step::Wait),
            (403, Some((400, 3)), Step::Lock),
        ] {
            assert_eq!(patience.next(&warned(at), day(today)), step, "on day {today}");
        }
        assert_eq!(Patience::of(&Settings::default()), None, "off, until somebody switches it on");
    }

    #[test]
    fn a_warning_that_named_another_day_is_none() {
        assert_eq!(patience(79, &[14, 3]).next(&warned(Some((76, 14))), day(79)), Step::Warn(3), "it was not the last");
        let longer = patience(365, &[14, 3]);
        assert_eq!(longer.next(&warned(Some((87, 3))), day(365)), Step::Warn(3), "it was about day 90");
        assert_eq!(longer.next(&warned(Some((87, 3))), day(351)), Step::Warn(14));
    }

    #[test]
    fn who_is_spared_is_left_alone_and_who_wants_no_warnings_gets_none() {
        let account = LeftAlone { is_spared: true, ..warned(None) };
        assert_eq!(patience(90, &[14, 3]).next(&account, day(400)), Step::Wait);
        assert_eq!(patience(90, &[]).next(&warned(None), day(90)), Step::Lock);
        assert_eq!(patience(90, &[]).spares(day(90)), day(0));
    }
}
