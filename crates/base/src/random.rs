//! The one place that asks for chance.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
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
    Seeded(Arc<Seeded>),
}

/// A repeatable stream, and how many identifiers were made with it.
pub struct Seeded {
    stream: Mutex<ChaCha20Rng>,
    made: AtomicU32,
}

/// How many identifiers were made with the system's entropy.
static MADE: AtomicU32 = AtomicU32::new(0);

impl Random {
    /// A stream that is the same for the same seed.
    pub fn seeded(seed: u64) -> Self {
        let stream = Mutex::new(ChaCha20Rng::seed_from_u64(seed));
        Random::Seeded(Arc::new(Seeded { stream, made: AtomicU32::new(0) }))
    }

    /// `N` unpredictable bytes.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for chance")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Random::System => {
                aws_lc_rs::rand::fill(&mut bytes).expect("the operating system has an entropy source");
            }
            Random::Seeded(seeded) => {
                seeded.stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A number from 0 up to, but not including, `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        if end == 0 { 0 } else { u64::from_le_bytes(self.bytes()) % end }
    }

    /// A new `UUIDv7` that sorts by `now`; those of one millisecond sort as this process made them, by a counter of 26
    /// bits (RFC 9562 §5.7 and §6.2).
    pub fn id<T: From<Uuid>>(&self, now: Timestamp) -> T {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let made = match self {
            Random::System => &MADE,
            Random::Seeded(seeded) => &seeded.made,
        };
        let [highest, high, middle, low] = (made.fetch_add(1, Ordering::Relaxed) << 6).to_be_bytes();
        let mut bytes: [u8; 10] = self.bytes();
        // The version takes the upper 4 bits of the first, the variant the upper 2 of the third.
        (bytes[0], bytes[1]) = (highest >> 4, highest << 4 | high >> 4);
        (bytes[2], bytes[3]) = (high << 2 & 0x3c | middle >> 6, middle << 2 | low >> 6);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
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
    fn identifiers_of_one_millisecond_sort_as_they_were_made() {
        for random in [Random::seeded(1), Random::System] {
            let now = Timestamp::from_millis(1_000);
            let made: Vec<Uuid> = (0..20_000).map(|_| random.id(now)).collect();
            assert!(made.is_sorted());
            let later: Uuid = random.id(Timestamp::from_millis(1_001));
            assert!(made[0] < later && made.iter().all(|id| id.get_version_num() == 7));
            assert!(made.iter().all(|id| id.get_variant() == uuid::Variant::RFC4122 && *id < later));
        }
    }

    #[test]
    fn a_token_is_43_safe_characters() {
        let token = Random::System.token();
        assert_eq!(token.expose().len(), 43);
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }
}
