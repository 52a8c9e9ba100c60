//! What every door needs: the core, and how the site is reached.

use std::sync::Arc;

use identity::Identity;

/// What every door needs; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    identity: Identity,
    is_tls: bool,
}

impl Site {
    /// A site on `identity`. `is_tls` says whether browsers reach it by `https`, here or at a proxy before it.
    pub fn new(identity: Identity, is_tls: bool) -> Self {
        Site(Arc::new(Parts { identity, is_tls }))
    }

    /// The core.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Whether browsers reach the site by `https`.
    pub(crate) fn is_tls(&self) -> bool {
        self.0.is_tls
    }
}
