//! One operation, one transaction: who asks, when, through which door, and what was recorded.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use base::{AccountId, OrganizationId, Random, RequestId, Secret, Timestamp};
use store::Tx;
use uuid::Uuid;

use crate::access::{self, Actor, Denial, Permission, Permit, Target};
use crate::attributes::Attributes;
use crate::events::Event;
use crate::files::Files;
use crate::settings::Settings;
use crate::{Error, Result};

/// Who asks, through which door, for which organization.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who asks.
    pub actor: Actor,
    /// Through which door.
    pub door: Door,
    /// The organization that everything read and written belongs to.
    pub organization: OrganizationId,
    /// The request, for the audit log and the logs.
    pub request: RequestId,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// A way into the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The administrators' pages.
    Console,
    /// The public pages and My account.
    Portal,
    /// The command line of the server.
    CommandLine,
    /// An import of accounts.
    Import,
    /// The server itself.
    Worker,
}

impl Door {
    /// A stable name, as `console`.
    pub fn code(self) -> &'static str {
        match self {
            Door::Console => "console",
            Door::Portal => "portal",
            Door::CommandLine => "command_line",
            Door::Import => "import",
            Door::Worker => "worker",
        }
    }
}

/// One transaction in the making: what operations work with.
pub struct Operation<'a> {
    /// The transaction.
    pub(crate) tx: Tx,
    /// Who asks.
    pub caller: &'a Caller,
    /// The one instant that all rows and events of this operation bear.
    pub now: Timestamp,
    pub(crate) random: &'a Random,
    /// What seals content that must not rest readable.
    pub(crate) files: &'a Files,
    /// How browsers reach the server, without a slash at its end.
    pub(crate) public_url: &'a str,
    /// Whether messages wait in the outbox since this operation.
    pub(crate) has_queued: bool,
    pub(crate) events: Vec<Event>,
    pub(crate) refusals: Vec<Event>,
    pub(crate) counts: BTreeMap<&'static str, i64>,
    pub(crate) settings: Option<Settings>,
    pub(crate) attributes: Option<Arc<Attributes>>,
}

impl Operation<'_> {
    /// Whether the caller may do this to `target`. A refusal is noted for the audit log.
    ///
    /// Errors: `Denied` with the reason.
    pub fn allow(&mut self, permission: Permission, target: Target) -> Result<Permit> {
        access::decide(&self.caller.actor, permission, target, self.now)
            .map_err(|denial| self.refuse(permission, target, denial))
    }

    /// Notes that `permission` was refused, for a reason that only the operation can know.
    pub(crate) fn refuse(&mut self, permission: Permission, target: Target, denial: Denial) -> Error {
        let account = match target {
            Target::Organization | Target::Group { .. } => None,
            Target::Account { id, .. } => Some(id),
        };
        self.refusals.push(Event::Refused { permission, account, denial });
        Error::Denied(denial)
    }

    /// Records what happened, which `permit` allowed.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used up")]
    pub fn record(&mut self, permit: Permit, event: Event) {
        let Permit(()) = permit;
        self.events.push(event);
    }

    /// Records what happened to several accounts at once, which one `permit` allowed.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used up")]
    pub(crate) fn record_all(&mut self, permit: Permit, events: impl IntoIterator<Item = Event>) {
        let Permit(()) = permit;
        self.events.extend(events);
    }

    /// Runs `step` so that its failure undoes only itself: the rest of the transaction goes on.
    pub async fn attempt<T>(&mut self, step: impl AsyncFnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (writes, recorded, counts) = (self.tx.writes(), self.events.len(), self.counts.clone());
        self.tx.savepoint().await?;
        let answer = step(self).await;
        if answer.is_ok() {
            self.tx.release().await?;
        } else {
            self.tx.undo_to_savepoint(writes).await?;
            self.events.truncate(recorded);
            self.counts = counts;
        }
        answer
    }

    /// The organization that everything belongs to.
    pub fn organization(&self) -> OrganizationId {
        self.caller.organization
    }

    /// Adds `by` to a counter when the operation ends.
    pub(crate) fn count(&mut self, name: &'static str, by: i64) {
        if by != 0 {
            *self.counts.entry(name).or_default() += by;
        }
    }

    /// A new identifier that sorts by time.
    pub(crate) fn new_id<T: From<Uuid>>(&self) -> T {
        self.random.id(self.now)
    }

    /// A new secret of 256 bits.
    pub(crate) fn new_token(&self) -> Secret {
        self.random.token()
    }

    /// An account as a target.
    pub(crate) fn target(id: AccountId, protected: bool) -> Target {
        Target::Account { id, protected }
    }
}
