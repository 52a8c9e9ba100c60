//! What the server tidies up by itself, now and then.

use std::time::Duration;

use crate::access::Actor;
use crate::{Door, Identity, Result, accounts, bulk_changes, drafts, messages, one_time_links, sessions, throttle};

/// Failed attempts are remembered this long, so that each block of a day lasts longer than the one before.
const KEEP_ATTEMPTS: Duration = Duration::from_hours(48);
/// Ended sessions are kept this long beyond the longest life that a session can be given.
const KEEP_SESSIONS: Duration = Duration::from_hours(744);

/// Whoever opens a link this long after its end is told what became of it.
const KEEP_LINKS: Duration = Duration::from_hours(30 * 24);

/// What became of changes of very many accounts is told this long.
const KEEP_BULK_CHANGES: Duration = Duration::from_hours(90 * 24);

/// Removes what has ended long ago; answers how many rows that were.
///
/// Errors: `Unavailable`.
pub async fn sweep(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let rows = identity
        .housekeeping(&server, async |op| {
            let (sessions, attempts) = (op.now.minus(KEEP_SESSIONS), op.now.minus(KEEP_ATTEMPTS));
            let ended = sessions::sweep(op, sessions).await? + throttle::sweep(op, attempts).await?;
            let locks = accounts::sweep_locks(op).await?;
            let changes = op.now.minus(KEEP_BULK_CHANGES);
            Ok(ended
                + locks
                + one_time_links::sweep(op, op.now.minus(KEEP_LINKS)).await?
                + bulk_changes::sweep(op, changes).await?)
        })
        .await?;
    let accounts = accounts::purge_unconfirmed(identity).await?
        + accounts::tend_inactive(identity).await?
        + accounts::warn_expiring(identity).await?;
    Ok(rows + accounts + messages::sweep(identity).await? + drafts::sweep(identity).await?)
}
