//! What happened, who did it, and to whom: written in the transaction that made it happen, never changed.

mod rows;

use std::collections::HashMap;

use base::{AccountId, EventId, RequestId, Timestamp};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::access::Permission;
use crate::events::Event;
use crate::{Operation, Result};

/// One entry of the audit log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its identifier, which sorts by time.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, as `account_disabled`.
    pub event: String,
    /// What kind of actor: `account`, `operator`, `system`, `anonymous`.
    pub actor_kind: String,
    /// The account that did it.
    pub actor_id: Option<AccountId>,
    /// Its name at the time.
    pub actor_name: String,
    /// Through which door.
    pub door: String,
    /// `account`, `group`, `attribute`, `import` or `organization`.
    pub target_kind: String,
    /// The account, group, attribute or import it happened to.
    pub target_id: Option<Uuid>,
    /// Its name at the time.
    pub target_name: String,
    /// The request.
    pub request: RequestId,
    /// Where the request came from.
    pub address: Option<String>,
    /// What else is worth knowing, as an object.
    pub details: Json,
}

/// Writes `events` as entries of this operation.
pub(crate) async fn append(op: &mut Operation<'_>, events: Vec<Event>) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let entries: Vec<Entry> = events.iter().map(|event| entry(op, event)).collect();
    let organization = op.organization();
    rows::insert(&mut op.tx, organization, &entries).await
}

/// What an event happened to: its kind, its identifier, its name.
fn target_of(event: &Event) -> (&'static str, Option<Uuid>, String) {
    if let Some(account) = event.account() {
        ("account", Some(account.id.into()), account.username)
    } else if let Some(group) = event.group() {
        ("group", Some(group.id.into()), group.name.clone())
    } else if let Some(attribute) = event.attribute() {
        ("attribute", Some(attribute.id.into()), attribute.key.clone())
    } else if let Some(import) = event.import() {
        ("import", Some(import.into()), String::new())
    } else {
        ("organization", None, String::new())
    }
}

fn entry(op: &Operation<'_>, event: &Event) -> Entry {
    let (target_kind, target_id, target_name) = target_of(event);
    let actor = &op.caller.actor;
    Entry {
        id: op.new_id(),
        at: op.now,
        event: event.code().into(),
        actor_kind: actor.kind().into(),
        actor_id: actor.account(),
        actor_name: actor.name().into(),
        door: op.caller.door.code().into(),
        target_kind: target_kind.into(),
        target_id,
        target_name,
        request: op.caller.request,
        address: op.caller.address.map(|address| address.to_string()),
        details: event.details(),
    }
}

/// The latest of the `events` that happened to an account, which may be gone; for an operation that checks rights
/// itself.
pub(crate) async fn latest_of(op: &mut Operation<'_>, account: AccountId, events: &[&str]) -> Result<Option<Entry>> {
    let organization = op.organization();
    rows::latest_of(&mut op.tx, organization, account.into(), events).await
}

/// The names of those who did `event` to these targets; for an operation that checks rights itself.
pub(crate) async fn actors_of(op: &mut Operation<'_>, event: &str, targets: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let organization = op.organization();
    rows::actors_of(&mut op.tx, organization, event, targets).await
}

/// What happened to an account, the latest first: at most `limit` entries, those before `before` when it is given.
///
/// Errors: `Denied` without `ViewAccountHistory`.
pub async fn history(
    op: &mut Operation<'_>,
    account: AccountId,
    protected: bool,
    before: Option<EventId>,
    limit: u32,
) -> Result<Vec<Entry>> {
    // Looking changes nothing, so the permit has nothing to record.
    let _ = op.allow(Permission::ViewAccountHistory, Operation::target(account, protected))?;
    let organization = op.organization();
    rows::of_target(&mut op.tx, organization, account.into(), before, limit.min(500)).await
}
