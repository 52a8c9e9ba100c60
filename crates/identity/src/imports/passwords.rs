//! Passwords of an import are hashed between transactions, and only those that will be kept.

use tokio::task::JoinSet;

use super::Import;
use super::carry_out::Hashes;
use super::plan::{Step, plan};
use super::read::Wanted;
use crate::credentials::{Busy, PasswordHash};
use crate::{Caller, Error, Identity, Result};

/// The hashes of the passwords of those rows that will become accounts.
///
/// Errors: `Unavailable`, `Internal`.
pub(super) async fn hashed(identity: &Identity, caller: &Caller, import: &Import, rows: &[Wanted]) -> Result<Hashes> {
    if rows.iter().all(|row| row.password.is_none() && row.hash.is_none()) {
        return Ok(Hashes::new());
    }
    let planned = identity.read(caller, async |op| plan(op, import, rows.to_vec()).await).await?;
    let mut work: JoinSet<(u64, Result<PasswordHash, Busy>)> = JoinSet::new();
    for planned in planned {
        let (identity, wanted) = (identity.clone(), planned.wanted);
        if !matches!(planned.step, Step::Create(_)) {
            continue;
        }
        work.spawn(async move {
            let hash = match (wanted.password, wanted.hash) {
                (Some(password), _) => identity.hasher().hash_in_bulk(password).await,
                (None, Some(hash)) => identity.hasher().wrap_in_bulk(hash).await,
                (None, None) => Err(Busy),
            };
            (wanted.line, hash)
        });
    }
    let mut hashes = Hashes::new();
    while let Some(done) = work.join_next().await {
        let (line, hash) = done.map_err(|error| Error::Internal(format!("hashing a password failed: {error}")))?;
        // A row without a password has nothing to hash.
        if let Ok(hash) = hash {
            hashes.insert(line, hash);
        }
    }
    Ok(hashes)
}
