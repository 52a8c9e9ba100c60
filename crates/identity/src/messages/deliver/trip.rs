//! Messages that were taken together, on their way.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Round;
use crate::access::Actor;
use crate::messages::outbox::rows::{self, Taken};
use crate::{Door, Result};

/// Messages that were taken together, on their way.
pub(super) struct Trip {
    pub(super) round: Round,
    /// What names them as taken.
    pub(super) lease: i64,
    waiting: Mutex<VecDeque<Taken>>,
    stopped: Arc<AtomicBool>,
}

impl Trip {
    pub(super) fn new(round: Round, lease: i64, taken: Vec<Taken>, stopped: Arc<AtomicBool>) -> Self {
        Trip { round, lease, waiting: Mutex::new(taken.into()), stopped }
    }

    /// The next message that is still ours to send; `None` when there is none, or we are to stop, or can't know.
    pub(super) async fn next(&self) -> Option<Taken> {
        while !self.stopped.load(Ordering::Relaxed) {
            let message = self.waiting().pop_front()?;
            match self.is_ours(&message).await {
                Ok(true) => return Some(message),
                // It was taken back, or another server has it by now.
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "nobody can say whether a message is still to be sent");
                    self.waiting().push_front(message);
                    return None;
                }
            }
        }
        None
    }

    /// Leaves to others what was not begun.
    pub(super) fn abandon(&self) {
        self.waiting().clear();
    }

    /// Whether something was not begun.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.waiting().is_empty()
    }

    async fn is_ours(&self, message: &Taken) -> Result<bool> {
        let identity = &self.round.identity;
        let server = identity.caller(Actor::System, Door::Worker);
        let read = identity.read(&server, async |op| {
            let now = op.now;
            rows::is_leased(&mut op.tx, message.id, self.lease, now).await
        });
        read.await
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Taken>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
