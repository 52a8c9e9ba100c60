//! What every door needs: the core, how the site is reached, and what goes on behind an answer.

use std::sync::Arc;

use identity::Identity;

use crate::errands::Errands;

/// What every door needs; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    identity: Identity,
    is_tls: bool,
    errands: Errands,
}

impl Site {
    /// A site on `identity`. `is_tls` says whether browsers reach it by `https`, here or at a proxy before it.
    pub fn new(identity: Identity, is_tls: bool) -> Self {
        Site(Arc::new(Parts { identity, is_tls, errands: Errands::default() }))
    }

    /// Waits until everything is done that was answered before it was.
    pub async fn settle(&self) {
        self.0.errands.settle().await;
    }

    /// The core.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Whether browsers reach the site by `https`.
    pub(crate) fn is_tls(&self) -> bool {
        self.0.is_tls
    }

    /// What goes on behind an answer.
    pub(crate) fn errands(&self) -> &Errands {
        &self.0.errands
    }
}
