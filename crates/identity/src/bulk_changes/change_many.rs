//! Beginning a change of many accounts: a few are changed at once, very many by a job.

use base::{AccountId, BulkChangeId};

use super::apply::{Applied, apply};
use super::{BulkChange, BulkVerb, JOB, KeptGroup, rows};
use crate::access::Target;
use crate::jobs::{self, NewJob};
use crate::{Caller, Error, Identity, Operation, Result, accounts, groups};

/// As many accounts are changed while somebody waits…
const MOST_AT_ONCE: usize = 200;
/// …or as many memberships, and in one transaction of a job.
const STEPS: usize = 500;

/// What came of beginning a change.
#[derive(Debug)]
pub enum Begun {
    /// It is done.
    AtOnce(Applied),
    /// A job carries it out.
    AsJob(BulkChangeId),
}

/// Does `verb` to accounts: to up to 200 at once, in one transaction, as long as there are not many groups to join; to
/// more by a job that a server takes within seconds.
///
/// Errors: `Denied` without the right to it, or `StepUpRequired` when ten accounts and more are deleted and the password
/// was entered too long ago; `Conflict` `account_disabling_off`, `no_account` when very many are to be changed and
/// nobody is signed in; `NotFound` when there is no group to leave. What is wrong with single accounts, and with groups
/// to join, is in the answer or told of the job. `Invalid` for the terms of a lock, or a
/// reason that is too long.
pub async fn change_many(identity: &Identity, caller: &Caller, verb: &BulkVerb, ids: &[AccountId]) -> Result<Begun> {
    let mut unique = ids.to_vec();
    // In the order in which accounts were made: neighbors are written together.
    unique.sort_unstable();
    unique.dedup();
    let steps = unique.len() * verb.groups().len().max(1);
    if unique.len() <= MOST_AT_ONCE && steps <= STEPS {
        let work = identity.write(caller, async |op| {
            let verb = checked(op, verb)?;
            apply(op, &verb, &unique).await
        });
        let applied = work.await?;
        return Ok(Begun::AtOnce(applied));
    }
    // Each account records its own event when its turn comes.
    identity.housekeeping(caller, async |op| start(op, verb, &unique).await).await
}

/// What is to be done, in the form that is kept.
fn checked(op: &mut Operation<'_>, verb: &BulkVerb) -> Result<BulkVerb> {
    let _ = op.allow(verb.permission(), Target::Organization)?;
    Ok(match verb {
        BulkVerb::Lock(terms) => BulkVerb::Lock(terms.checked(op.now)?),
        BulkVerb::Reject(reason) => BulkVerb::Reject(accounts::check_reason(reason.as_deref().unwrap_or_default())?),
        other => other.clone(),
    })
}

async fn start(op: &mut Operation<'_>, verb: &BulkVerb, ids: &[AccountId]) -> Result<Begun> {
    let verb = &checked(op, verb)?;
    if *verb == BulkVerb::Delete {
        accounts::ask_to_step_up(op, ids.len())?;
    }
    let tried = apply(op, verb, &[]).await?;
    if tried.is_refused(verb) {
        return Ok(Begun::AtOnce(tried));
    }
    let Some(owner) = op.caller.actor.account() else {
        return Err(Error::conflict("no_account", "Sign in to change very many users."));
    };
    let groups = groups::find_many(op, verb.groups()).await?;
    let groups = groups.into_iter().map(|group| KeptGroup { id: group.id, name: group.name, refused: None });
    let change = BulkChange {
        id: op.new_id(),
        verb: verb.clone(),
        groups: groups.collect(),
        total: ids.len() as u64,
        outcomes: Vec::new(),
        created_at: op.now,
    };
    let organization = op.organization();
    rows::insert(&mut op.tx, organization, &change).await?;
    let piece = (STEPS / verb.groups().len().max(1)).max(1);
    rows::insert_pieces(&mut op.tx, change.id, ids.chunks(piece)).await?;
    jobs::enqueue(op, NewJob { kind: JOB, subject: change.id.into(), owner, node: None, total: change.total }).await?;
    Ok(Begun::AsJob(change.id))
}
