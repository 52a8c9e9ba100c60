//! What the server tidies up by itself, now and then.

use std::time::Duration;

use crate::access::Actor;
use crate::{Door, Identity, Result, sessions};

/// Ended sessions are kept this long beyond the longest life that a session can be given.
const KEEP_SESSIONS: Duration = Duration::from_secs(31 * 24 * 3600);

/// Removes what has ended long ago; answers how many rows that were.
///
/// Errors: `Unavailable`.
pub async fn sweep(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    identity
        .housekeeping(&server, async |op| {
            let before = op.now.minus(KEEP_SESSIONS);
            sessions::sweep(op, before).await
        })
        .await
}
