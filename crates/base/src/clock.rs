//! The one place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::Timestamp;

/// Where an operation takes its time from: the system, or a test's hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands until it is moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until [`Clock::advance`].
    pub fn fixed(now: Timestamp) -> Self {
        Clock::Fixed(Arc::new(AtomicI64::new(now.as_millis())))
    }

    /// The present instant.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks what time it is")]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()),
            Clock::Fixed(millis) => Timestamp::from_millis(millis.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock forward; the system's clock stays as it is.
    pub fn advance(&self, span: Duration) {
        if let Clock::Fixed(millis) = self {
            millis.store(self.now().plus(span).as_millis(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Timestamp::from_millis(1_000));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now(), Timestamp::from_millis(3_000));
    }
}
