//! How long an import will take, from how long its rehearsal took on the same machine.

use std::time::Duration;

use base::Secret;

use crate::imports::{Field, Import, Passwords, Totals};
use crate::{Identity, Result};

/// Writing a row takes so many times as long as finding out what becomes of it.
const WRITING: u64 = 16;

/// How long the import will take whose rehearsal `took` so long; `None` where that can't be told.
///
/// Errors: `Unavailable`.
pub(super) async fn estimate(
    identity: &Identity,
    import: &Import,
    took: Duration,
    totals: &Totals,
) -> Result<Option<Duration>> {
    if import.tells(Field::PasswordHash) {
        // Some hashes are kept as they are, others are hashed once more.
        return Ok(None);
    }
    let changed = totals.created + totals.updated;
    let writing = took + scaled(took, changed * WRITING, totals.rows());
    let are_hashed = import.tells(Field::Password) || import.choices().passwords == Passwords::Random;
    if !are_hashed || totals.created == 0 {
        return Ok(Some(writing));
    }
    let clock = identity.clock();
    let began = clock.now();
    identity.hasher().hash_in_bulk(Secret::new("how long does one password take")).await?;
    let hashing = scaled(clock.now().since(began), totals.created, identity.hasher().at_once_in_bulk());
    Ok(Some(writing + hashing))
}

/// `time`, `times` over, shared by `by`.
fn scaled(time: Duration, times: u64, by: u64) -> Duration {
    let millis = time.as_millis() * u128::from(times) / u128::from(by.max(1));
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}
