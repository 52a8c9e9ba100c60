//! Passwords of an import are hashed between transactions, and only those that will be kept.

use std::collections::HashMap;

use base::Secret;
use tokio::task::JoinSet;

use super::plan::{Planned, Step, plan};
use super::read::Wanted;
use super::{Import, Passwords};
use crate::accounts;
use crate::credentials::{self, Busy, PasswordHash};
use crate::{Caller, Error, Identity, Operation, Result};

/// The hashed passwords of rows, by line.
pub(super) type Hashes = HashMap<u64, Hashed>;

/// The hashed password of a row.
#[derive(Clone, Debug)]
pub(super) struct Hashed {
    pub(super) hash: PasswordHash,
    /// The password itself, when it was made by chance and is to be mailed.
    pub(super) mailed: Option<Secret>,
}

/// The hashes of the passwords of those rows that will become accounts.
///
/// Errors: `Unavailable`, `Internal`.
pub(super) async fn hashed(identity: &Identity, caller: &Caller, import: &Import, rows: &[Wanted]) -> Result<Hashes> {
    let is_random = import.choices.passwords == Passwords::Random;
    if !is_random && rows.iter().all(|row| row.password.is_none() && row.hash.is_none()) {
        return Ok(Hashes::new());
    }
    let planned = identity.read(caller, async |op| {
        let mut planned = plan(op, import, rows.to_vec()).await?;
        planned.retain(|planned| matches!(planned.step, Step::Create(_)));
        if is_random {
            make_up(op, &mut planned).await?;
        }
        Ok(planned)
    });
    let mut work: JoinSet<(u64, Result<Hashed, Busy>)> = JoinSet::new();
    for planned in planned.await? {
        let (identity, wanted) = (identity.clone(), planned.wanted);
        work.spawn(async move {
            let mailed = wanted.password.clone().filter(|_| is_random);
            let hash = match (wanted.password, wanted.hash) {
                (Some(password), _) => identity.hasher().hash_in_bulk(password).await,
                (None, Some(hash)) => identity.hasher().wrap_in_bulk(hash).await,
                (None, None) => Err(Busy),
            };
            (wanted.line, hash.map(|hash| Hashed { hash, mailed }))
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

/// Gives each row a password made by chance.
async fn make_up(op: &mut Operation<'_>, planned: &mut [Planned]) -> Result<()> {
    let rules = accounts::random_password_rules(op).await?;
    for planned in planned {
        if let Step::Create(new) = &planned.step {
            let password = credentials::random_password(op.random, &rules, &new.password_context())?;
            planned.wanted.password = Some(password);
        }
    }
    Ok(())
}
