//! How a change of very many accounts stands; stopping it.

use base::{BulkChangeId, Timestamp};

use super::{BulkChange, BulkVerb, JOB, rows};
use crate::access::{Permission, Target};
use crate::accounts::{self, Outcome};
use crate::jobs::{self, Job};
use crate::{Caller, Error, Identity, Operation, Result, groups};

/// How a change stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its identifier.
    pub id: BulkChangeId,
    /// What is done.
    pub verb: BulkVerb,
    /// The groups that are joined or left.
    pub groups: Vec<GroupTold>,
    /// How many accounts had which outcome so far; those that were not come to as well, once it is over.
    pub outcomes: Vec<(Outcome, u64)>,
    /// The names of some of those that it was refused for, with why.
    pub named: Vec<(Outcome, String)>,
    /// How many accounts are dealt with…
    pub done: u64,
    /// …of how many.
    pub total: u64,
    /// When it was started.
    pub started_at: Timestamp,
    /// Who started it, by the name they have now.
    pub started_by: String,
    /// The job; `None` when the account of whoever started it is gone.
    pub job: Option<Job>,
    /// Whether the caller may stop it.
    pub may_stop: bool,
}

/// A group that is joined or left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTold {
    /// Its name now, or at the start when it is gone.
    pub name: String,
    /// Why it was refused as a whole.
    pub refused: Option<Outcome>,
}

impl Standing {
    /// Whether nothing more comes.
    pub fn is_over(&self) -> bool {
        self.job.as_ref().is_none_or(|job| job.state.is_over())
    }
}

/// How a change stands, for everybody who may do what it does.
///
/// Errors: `Denied`; `NotFound`.
pub async fn standing(op: &mut Operation<'_>, id: BulkChangeId) -> Result<Standing> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let organization = op.organization();
    let change = rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?;
    let _ = op.allow(change.verb.permission(), Target::Organization)?;
    let job = jobs::latest(op, JOB, id.into()).await?;
    told(op, change, job).await
}

/// The changes that are not over, the oldest first.
///
/// Errors: `Denied` without `ViewAccounts`.
pub async fn under_way(op: &mut Operation<'_>) -> Result<Vec<Standing>> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let organization = op.organization();
    let mut all = Vec::new();
    for job in jobs::under_way(op, JOB).await? {
        if let Some(change) = rows::find(&mut op.tx, organization, job.subject.into()).await? {
            all.push(told(op, change, Some(job)).await?);
        }
    }
    Ok(all)
}

/// Asks to stop a change; what is done stays. One that is over stays as it is.
///
/// Errors: `Denied`; `NotFound`; `Conflict` `not_yours`.
pub async fn stop(identity: &Identity, caller: &Caller, id: BulkChangeId) -> Result<()> {
    let work = identity.housekeeping(caller, async |op| {
        let standing = standing(op, id).await?;
        let Some(job) = standing.job.filter(|job| !job.state.is_over()) else { return Ok(()) };
        if !standing.may_stop {
            let message = "Only whoever started this, or a super administrator, can stop it.";
            return Err(Error::conflict("not_yours", message));
        }
        jobs::want_stop(op, job.id).await
    });
    // What was done is told by the events of the accounts.
    work.await
}

async fn told(op: &mut Operation<'_>, change: BulkChange, job: Option<Job>) -> Result<Standing> {
    let started_by = match &job {
        Some(job) => accounts::load(op, job.owner).await?.display_name(),
        None => String::new(),
    };
    let is_over = job.as_ref().is_none_or(|job| job.state.is_over());
    let may_stop = job.as_ref().is_some_and(|job| jobs::may_stop(op, job));
    let (done, mut outcomes) = (change.done(), change.outcomes.clone());
    let rest = change.total.saturating_sub(done);
    if is_over && rest > 0 {
        outcomes.push((Outcome::NotReached, rest));
    }
    Ok(Standing {
        id: change.id,
        groups: groups_of(op, &change).await?,
        named: named(op, change.id).await?,
        verb: change.verb,
        outcomes,
        done,
        total: change.total,
        started_at: change.created_at,
        started_by,
        job,
        may_stop,
    })
}

async fn groups_of(op: &mut Operation<'_>, change: &BulkChange) -> Result<Vec<GroupTold>> {
    let present = groups::find_many(op, change.verb.groups()).await?;
    let told = change.groups.iter().map(|kept| {
        let now = present.iter().find(|group| group.id == kept.id).map(|group| &group.name);
        GroupTold {
            name: now.unwrap_or(&kept.name).clone(),
            refused: kept.refused.as_deref().and_then(Outcome::from_code),
        }
    });
    Ok(told.collect())
}

async fn named(op: &mut Operation<'_>, id: BulkChangeId) -> Result<Vec<(Outcome, String)>> {
    let named = rows::named(&mut op.tx, id).await?;
    let ids: Vec<_> = named.iter().map(|(account, _)| *account).collect();
    let accounts = accounts::load_many(op, &ids).await?;
    let outcome = |id| named.iter().find(|(account, _)| *account == id).map(|(_, outcome)| *outcome);
    Ok(accounts.iter().filter_map(|account| Some((outcome(account.id)?, account.display_name()))).collect())
}
