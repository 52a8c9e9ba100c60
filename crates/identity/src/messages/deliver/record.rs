//! Writing down what became of messages: all that are known at one moment in one transaction.

use std::time::Duration;

use base::MessageId;
use outbound::Failure;
use tokio::sync::{mpsc, oneshot};

use super::MOST_TRIES;
use crate::access::Actor;
use crate::messages::outbox::rows::{self, Taken};
use crate::{Door, Identity, Result};

/// Until a message is tried again, by how often it was.
const WAITS: [Duration; 7] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
    Duration::from_hours(3),
    Duration::from_hours(8),
    Duration::from_hours(24),
];
/// How often it is tried to write something down: what was sent and isn't known to be is sent again.
const MOST_ATTEMPTS: u32 = 20;

/// What became of one message, and who wants to know that it is written down.
pub(super) struct Fate {
    id: MessageId,
    /// How often it was tried before.
    tries: u64,
    answer: Result<String, Failure>,
    written: oneshot::Sender<()>,
}

/// Tells what became of a message, and waits until that is written down; answers whether it was.
pub(super) async fn tell(to: &mpsc::Sender<Fate>, message: &Taken, answer: Result<String, Failure>) -> bool {
    let (written, done) = oneshot::channel();
    let fate = Fate { id: message.id, tries: message.tries, answer, written };
    to.send(fate).await.is_ok() && done.await.is_ok()
}

/// Writes down what it is told, until nobody tells any more.
///
/// Errors: `Unavailable`; what could not be written down is sent again after its lease.
pub(super) async fn record(identity: Identity, lease: i64, mut told: mpsc::Receiver<Fate>) -> Result<()> {
    let mut fates = Vec::new();
    while told.recv_many(&mut fates, 100).await > 0 {
        let mut attempt = 0;
        while let Err(error) = write_down(&identity, lease, &fates).await {
            attempt += 1;
            tracing::warn!(%error, attempt, "what became of messages could not be written down");
            if attempt == MOST_ATTEMPTS {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        for fate in fates.drain(..) {
            // Who is gone need not know.
            let _ = fate.written.send(());
        }
    }
    Ok(())
}

async fn write_down(identity: &Identity, lease: i64, fates: &[Fate]) -> Result<()> {
    let server = identity.caller(Actor::System, Door::Worker);
    let written = identity.housekeeping(&server, async |op| {
        let now = op.now;
        for Fate { id, tries, answer, .. } in fates {
            match answer {
                Ok(answer) => {
                    if !rows::sent(&mut op.tx, *id, answer, now).await? {
                        tracing::warn!(message = %id, "a message was sent that was sent before, or is gone");
                    }
                }
                Err(failure) => {
                    let again = wait(failure, *tries).map(|wait| now.plus(wait));
                    rows::not_sent(&mut op.tx, *id, lease, &failure.to_string(), again, now).await?;
                }
            }
        }
        Ok(())
    });
    written.await
}

/// How long a message waits that was tried `tries` times before this one; `None` when it is given up.
fn wait(failure: &Failure, tries: u64) -> Option<Duration> {
    match failure {
        Failure::Never(_) => None,
        Failure::Later(_) if tries + 1 >= MOST_TRIES => None,
        Failure::Later(_) => WAITS.get(usize::try_from(tries).unwrap_or(usize::MAX)).or(WAITS.last()).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_waits_longer_each_time_and_is_given_up_at_last() {
        let later = Failure::Later("busy".into());
        let waits: Vec<Option<Duration>> = (0..MOST_TRIES).map(|tries| wait(&later, tries)).collect();
        assert!(waits[..7].is_sorted() && waits[..7].iter().all(Option::is_some));
        assert_eq!(waits[7], None);
        assert_eq!(wait(&Failure::Never("no such user".into()), 0), None);
    }
}
