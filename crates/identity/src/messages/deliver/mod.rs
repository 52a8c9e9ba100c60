//! Sending what waits in the outbox: taken for a while, sent over a few connections, written down.

mod connect;
mod hide;
mod lines;
mod record;
mod take;
mod trip;

pub use connect::mail_server_in_use;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use outbound::Failure;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::outbox::rows;
use super::render::Common;
use super::templates::{self, OwnTexts};
use crate::access::Actor;
use crate::{Door, Error, Identity, Result};
use connect::{Ways, ways};
use lines::Lines;
use trip::Trip;

/// How often a message is tried before it is given up.
pub const MOST_TRIES: u64 = 8;
/// Connections at a time.
const LINES: usize = 8;
/// How long messages are a server's own before another may take them.
const LEASE: Duration = Duration::from_secs(30);
/// How often a server says that it still has them.
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// Who carries messages out of the outbox; keeps its connections from one time to the next.
pub struct Post {
    identity: Identity,
    lines: Vec<Lines>,
    stopped: Arc<AtomicBool>,
}

/// Lets a [`Post`] end after the messages that it is sending.
#[derive(Clone)]
pub struct Stopper(Arc<AtomicBool>);

impl Stopper {
    /// No further message is begun.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is the same for all messages that are sent together.
struct Round {
    identity: Identity,
    ways: Ways,
    common: Common,
    own: OwnTexts,
    /// Where the server is, for the identifiers of mails.
    host: String,
}

impl Post {
    /// Nothing is connected yet.
    pub fn new(identity: Identity) -> Self {
        Post { identity, lines: Vec::new(), stopped: Arc::new(AtomicBool::new(false)) }
    }

    /// What ends it.
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.stopped))
    }

    /// Sends what is due, until nothing is; answers how many messages were dealt with. Without a server nothing is.
    ///
    /// Errors: `Unavailable`.
    pub async fn deliver(&mut self) -> Result<u64> {
        let mut dealt_with = 0;
        while !self.is_stopped() {
            let ways = ways(&self.identity).await?;
            let channels = ways.channels();
            // Looked at before it is written: what has no way out must not keep others from writing.
            if !take::is_due(&self.identity, &channels).await? {
                break;
            }
            let round = self.round(ways).await?;
            let (lease, taken) = take::take(&self.identity, &channels).await?;
            if taken.is_empty() {
                break;
            }
            dealt_with += taken.len() as u64;
            self.send_all(Trip::new(round, lease, taken, Arc::clone(&self.stopped))).await?;
        }
        Ok(dealt_with)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    async fn round(&self, ways: Ways) -> Result<Round> {
        let server = self.identity.caller(Actor::System, Door::Worker);
        let (common, own) = self
            .identity
            .read(&server, async |op| Ok((templates::common(op).await?, templates::own(op).await?)))
            .await?;
        let host = self.identity.public_url().split("://").last().unwrap_or_default();
        let host = host.split([':', '/']).next().unwrap_or_default().to_owned();
        Ok(Round { identity: self.identity.clone(), ways, common, own, host })
    }

    /// Sends messages over all lines at once. A line takes its next message only when the fate of the last is written
    /// down: so that who is killed has sent no more than one for each line that will be sent again.
    async fn send_all(&mut self, trip: Trip) -> Result<()> {
        let lease = trip.lease;
        let trip = Arc::new(trip);
        let keeper = Keeper(tokio::spawn(take::keep(Arc::clone(&trip))));
        let (tell, told) = mpsc::channel(LINES);
        let recorder = tokio::spawn(record::record(self.identity.clone(), lease, told));
        let mut carriers = JoinSet::new();
        let mut lines = std::mem::take(&mut self.lines);
        lines.resize_with(LINES, Lines::default);
        for line in lines {
            carriers.spawn(carry(line, Arc::clone(&trip), tell.clone()));
        }
        drop(tell);
        while let Some(line) = carriers.join_next().await {
            self.lines.push(line.map_err(|error| Error::Internal(format!("a line broke: {error}")))?);
        }
        let recorded = recorder.await.map_err(|error| Error::Internal(format!("nobody wrote it down: {error}")))?;
        drop(keeper);
        if trip.is_unfinished() || recorded.is_err() {
            let server = self.identity.caller(Actor::System, Door::Worker);
            let back = self.identity.housekeeping(&server, async |op| {
                let now = op.now;
                rows::give_back(&mut op.tx, lease, now).await
            });
            back.await?;
        }
        recorded
    }
}

/// Carries one message after the other until none waits.
async fn carry(mut line: Lines, trip: Arc<Trip>, tell: mpsc::Sender<record::Fate>) -> Lines {
    while let Some(message) = trip.next().await {
        let answer = line.send(&trip.round, &message).await;
        if let Err(failure) = &answer {
            let kind = if matches!(failure, Failure::Never(_)) { "refused" } else { "put off" };
            // What was said besides stands in the outbox, which fewer people read than the log.
            let code = hide::code(failure);
            tracing::warn!(message = %message.id, template = message.template, kind, code, "a message was not sent");
        }
        if !record::tell(&tell, &message, answer).await {
            break;
        }
    }
    line
}

/// Gives back whatever a process had that is gone; for the only server of a database, before it sends.
///
/// Errors: `Unavailable`.
pub async fn give_all_back(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let back = identity.housekeeping(&server, async |op| {
        let now = op.now;
        rows::give_all_back(&mut op.tx, now).await
    });
    back.await
}

/// Ends with the work.
struct Keeper(tokio::task::JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}
