//! Drafts that nobody went on with, and files that have served their time.

use std::time::Duration;

use base::Timestamp;
use uuid::Uuid;

use super::{JOB, Kept, rows};
use crate::access::Actor;
use crate::{Caller, Door, Identity, Result, imports, jobs};

/// An upload may hold passwords: it isn't kept longer than this (ES-77).
const KEEP_UPLOADS: Duration = Duration::from_hours(24);
/// Reports of past imports are kept this long (ES-103).
const KEEP_REPORTS: Duration = Duration::from_hours(90 * 24);

/// Removes what is too old; answers how many rows and files that were.
///
/// Errors: `Unavailable`.
pub(crate) async fn sweep(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let work = identity.housekeeping(&server, async |op| {
        let (uploads, reports) = (op.now.minus(KEEP_UPLOADS), op.now.minus(KEEP_REPORTS));
        let drafts = rows::sweep(&mut op.tx, uploads, reports).await?;
        Ok(drafts + jobs::sweep(op, reports).await? + imports::sweep(op).await?)
    });
    let mut removed = work.await?;
    end_abandoned(identity, &server).await?;
    let files = identity.files();
    let now = identity.clock().now();
    for name in files.names()? {
        let Some((id, kept)) = Kept::of(&name) else { continue };
        let age = now.since(born(id.into()));
        let is_over = match kept {
            Kept::Told | Kept::Report | Kept::Failed => age > KEEP_REPORTS,
            Kept::Upload | Kept::Problems | Kept::Review if age > KEEP_UPLOADS => {
                let job = identity.read(&server, async |op| jobs::latest(op, JOB, id.into()).await).await?;
                job.is_none_or(|job| job.state.is_over())
            }
            Kept::Upload | Kept::Problems | Kept::Review => false,
        };
        if is_over {
            files.remove(&name)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Ends imports whose jobs failed for good, or went with the accounts of their starters.
async fn end_abandoned(identity: &Identity, server: &Caller) -> Result<()> {
    for id in identity.read(server, async |op| imports::under_way(op).await).await? {
        let job = identity.read(server, async |op| jobs::latest(op, JOB, id.into()).await).await?;
        if job.is_none_or(|job| job.state.is_over()) {
            identity.write(server, async |op| imports::give_up(op, id).await).await?;
        }
    }
    Ok(())
}

/// When an identifier was made: `UUIDv7` begins with it.
fn born(id: Uuid) -> Timestamp {
    let millis = id.get_timestamp().map_or(0, |at| {
        let (seconds, nanos) = at.to_unix();
        seconds * 1_000 + u64::from(nanos / 1_000_000)
    });
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
