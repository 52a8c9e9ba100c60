//! The job of a change of very many accounts.

use std::time::Duration;

use base::{AccountId, BulkChangeId, RequestId};
use store::Dialect;
use uuid::Uuid;

use super::apply::{Applied, apply};
use super::{BulkChange, rows};
use crate::accounts::Outcome;
use crate::jobs::{Ended, Job, Progress};
use crate::{Caller, Door, Error, Identity, Operation, Result, sign_in};

/// The kind of such jobs.
pub const JOB: &str = "bulk_change";

/// As many accounts of each refusal are named; more names help nobody.
const NAMED: u64 = 50;
/// A moment in which others write.
const PAUSE: Duration = Duration::from_millis(1);

/// Carries out the change that a job is about, on behalf of whoever started it, with the rights they have at each piece.
/// A piece, what became of it, and that it is dealt with are one transaction: whichever server dies, no account comes
/// twice.
///
/// Errors: `Conflict` `not_allowed_any_more`, `no_group_left`; as [`change_many`](super::change_many()). What was done
/// stays.
pub async fn carry_out(identity: &Identity, job: &Job, progress: &Progress) -> Result<Ended> {
    let id = BulkChangeId::from(job.subject);
    loop {
        if progress.should_stop() {
            return Ok(Ended::Stopped);
        }
        let caller = starter(identity, job.owner, id).await?.ok_or_else(not_allowed_any_more)?;
        let done = identity.housekeeping(&caller, async |op| next_piece(op, id).await).await.map_err(in_words)?;
        let Some(done) = done else { return Ok(Ended::Done) };
        progress.is_at(done);
        give_way(identity).await;
    }
}

/// The caller that the starter is now; what happens is recorded under the identifier of the change.
async fn starter(identity: &Identity, owner: AccountId, id: BulkChangeId) -> Result<Option<Caller>> {
    let caller = sign_in::on_behalf(identity, owner, Door::Console).await?;
    Ok(caller.map(|caller| Caller { request: RequestId::from(Uuid::from(id)), ..caller }))
}

/// Deals with the next piece; answers how many accounts are dealt with, or nothing when no piece is left.
async fn next_piece(op: &mut Operation<'_>, id: BulkChangeId) -> Result<Option<u64>> {
    let organization = op.organization();
    // Whoever holds the change has its pieces to themselves.
    let mut change = rows::hold(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
    let Some((number, ids)) = rows::first_piece(&mut op.tx, id).await? else { return Ok(None) };
    let applied = apply(op, &change.verb, &ids).await?;
    if applied.is_refused(&change.verb) {
        return Err(no_group_left());
    }
    let named = note(&mut change, &applied);
    rows::name(&mut op.tx, id, &named).await?;
    rows::keep(&mut op.tx, &change).await?;
    rows::remove_piece(&mut op.tx, id, number).await?;
    Ok(Some(change.done()))
}

/// Adds to a change what became of a piece; answers those accounts that are to be named.
fn note(change: &mut BulkChange, applied: &Applied) -> Vec<(AccountId, Outcome)> {
    let mut named = Vec::new();
    for (id, outcome) in &applied.report {
        if matches!(outcome, Outcome::Denied(_) | Outcome::Pending | Outcome::Disabled | Outcome::NotWaiting)
            && change.number(*outcome) < NAMED
        {
            named.push((*id, *outcome));
        }
        change.count(*outcome);
    }
    for (refused, why) in &applied.refused {
        for group in change.groups.iter_mut().filter(|group| group.id == *refused) {
            group.refused = Some(why.code().to_owned());
        }
    }
    named
}

/// What ends a change, for people who see only how it ended.
fn in_words(error: Error) -> Error {
    match error {
        Error::Denied(_) => not_allowed_any_more(),
        Error::NotFound => no_group_left(),
        other => other,
    }
}

fn not_allowed_any_more() -> Error {
    let message = "Whoever started this may not do it any more. What was done stays.";
    Error::conflict("not_allowed_any_more", message)
}

fn no_group_left() -> Error {
    let message = "The group was deleted or protected meanwhile. Nobody else was changed.";
    Error::conflict("no_group_left", message)
}

async fn give_way(identity: &Identity) {
    match identity.db().dialect() {
        Dialect::Sqlite => tokio::time::sleep(PAUSE).await,
        Dialect::Postgres => tokio::task::yield_now().await,
    }
}
