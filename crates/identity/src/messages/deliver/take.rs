//! Taking messages, and keeping them meanwhile.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base::MessageId;

use super::trip::Trip;
use super::{LEASE, RENEW_EVERY};
use crate::access::Actor;
use crate::messages::Channel;
use crate::messages::outbox::rows::{self, Taken};
use crate::{Door, Identity, Result};

/// Messages at a time.
const MOST: usize = 200;
/// Messages that one address gets within an hour; more wait.
const MOST_TO_ONE: u64 = 30;
/// How long those wait that are too many for their address.
const COOL_DOWN: Duration = Duration::from_mins(10);

/// Whether something waits that this server could send.
pub(super) async fn is_due(identity: &Identity, channels: &[Channel]) -> Result<bool> {
    let server = identity.caller(Actor::System, Door::Worker);
    let key = identity.files().sealing_key()?.name();
    identity.read(&server, async |op| rows::is_due(&mut op.tx, &key, channels, op.now).await).await
}

/// Takes messages that have waited longest; answers the number that names them as taken.
pub(super) async fn take(identity: &Identity, channels: &[Channel]) -> Result<(i64, Vec<Taken>)> {
    // 0 means nobody.
    let lease = i64::from_le_bytes(identity.random().bytes()) | 1;
    let server = identity.caller(Actor::System, Door::Worker);
    let key = identity.files().sealing_key()?.name();
    let taken = identity.housekeeping(&server, async |op| {
        let now = op.now;
        let due = rows::due(&mut op.tx, &key, channels, now, MOST).await?;
        let addresses: Vec<&str> = due.iter().map(|message| message.address_n.as_str()).collect();
        let since = now.minus(Duration::from_hours(1));
        let sent = rows::sent_since(&mut op.tx, &addresses, since).await?;
        let (taken, too_many) = apart(due, sent.into_iter().collect());
        for id in too_many {
            let why = "More than enough messages went to this address within an hour.";
            rows::put_off(&mut op.tx, id, now.plus(COOL_DOWN), why).await?;
        }
        let ids: Vec<MessageId> = taken.iter().map(|message| message.id).collect();
        rows::lease(&mut op.tx, &ids, lease, now.plus(LEASE)).await?;
        Ok(taken)
    });
    Ok((lease, taken.await?))
}

/// Those that may be sent, and those that are too many for their address.
fn apart(due: Vec<Taken>, mut sent: HashMap<String, u64>) -> (Vec<Taken>, Vec<MessageId>) {
    let mut too_many = Vec::new();
    let mut taken = Vec::with_capacity(due.len());
    for message in due {
        let number = sent.entry(message.address_n.clone()).or_default();
        if *number >= MOST_TO_ONE {
            too_many.push(message.id);
        } else {
            *number += 1;
            taken.push(message);
        }
    }
    (taken, too_many)
}

/// Keeps messages until it is aborted, or none of them is ours any more.
pub(super) async fn keep(trip: Arc<Trip>) {
    let (identity, lease) = (&trip.round.identity, trip.lease);
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let server = identity.caller(Actor::System, Door::Worker);
        let kept = identity.housekeeping(&server, async |op| {
            let until = op.now.plus(LEASE);
            rows::renew(&mut op.tx, lease, until).await
        });
        match kept.await {
            Ok(0) => return trip.abandon(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "messages could not be kept"),
        }
    }
}
