//! The one place that asks for chance.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

use crate::{Secret, Timestamp};

/// Where secrets and identifiers come from: the system, or a seed so that a test repeats itself.
#[derive(Clone, Default)]
pub enum Random {
    /// The system's entropy source.
    #[default]
    System,
    /// A repeatable stream; for tests and made data only.
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Random {
    /// A stream that is the same for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Random::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` unpredictable bytes.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for chance")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Random::System => {
                aws_lc_rs::rand::fill(&mut bytes).expect("the operating system has an entropy source");
            }
            Random::Seeded(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    /// A number from 0 up to, but not including, `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        if end == 0 { 0 } else { u64::from_le_bytes(self.bytes()) % end }
    }

    /// A new `UUIDv7` that sorts by `now` (RFC 9562 §5.7).
    pub fn id<T: From<Uuid>>(&self, now: Timestamp) -> T {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid())
    }

    /// A new secret of 256 bits, as 43 characters that are safe in a URL and a cookie.
    pub fn token(&self) -> Secret {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // 43 characters of 6 bits hold 258 bits; 256 of them would do.
        let text =
            self.bytes::<43>().iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect::<String>();
        Secret::new(text)
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Random::System => "Random::System",
            Random::Seeded(_) => "Random::Seeded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_the_system_does_not() {
        assert_eq!(Random::seeded(7).bytes::<16>(), Random::seeded(7).bytes::<16>());
        assert_ne!(Random::System.bytes::<16>(), Random::System.bytes::<16>());
    }

    #[test]
    fn identifiers_sort_by_time() {
        let random = Random::seeded(1);
        let early: Uuid = random.id(Timestamp::from_millis(1_000));
        let late: Uuid = random.id(Timestamp::from_millis(2_000));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn a_token_is_43_safe_characters() {
        let token = Random::System.token();
        assert_eq!(token.expose().len(), 43);
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }
}
