//! Locking accounts that nobody signs in to for long: their owners are warned first, and have some days to come.

mod patience;
mod rows;

use base::AccountId;

use super::find;
use super::lock_many::{event, put};
use super::status::{Lock, LockReason};
use crate::access::{Actor, Permission};
use crate::messages::{Template, Values};
use crate::{Caller, Door, Identity, Operation, Result, messages, settings};
use patience::{Patience, Step, of_days};
use rows::{LeftAlone, Place};

/// As many accounts are looked at in one snapshot.
const STRETCH: u32 = 1_000;
/// As many are dealt with in one transaction.
const BATCH: usize = 100;
/// So many transactions at most, so that the rest of the house is kept too; what is left comes at the next time.
const MOST_BATCHES: u32 = 200;

/// Warns those who have not signed in for long, and locks the accounts of those who were warned and did not come.
/// Super administrators are never locked, and neither is who can't sign in anyway. Answers how many accounts were
/// warned or locked.
///
/// Whom it concerns is found without keeping anybody from writing, in one walk that meets each account once.
///
/// Errors: `Unavailable`.
pub(crate) async fn tend_inactive(identity: &Identity) -> Result<u64> {
    let server = identity.caller(Actor::System, Door::Worker);
    let (mut place, mut all, mut batches) = (Place::start(), 0, 0);
    while let Some((next, due)) = look_on(identity, &server, place).await? {
        place = next;
        for some in due.chunks(BATCH) {
            all += identity.housekeeping(&server, async |op| tend(op, some).await).await?;
            batches += 1;
            if batches == MOST_BATCHES {
                return Ok(all);
            }
        }
    }
    Ok(all)
}

/// Whom it concerns among the next accounts, and where to look from then on; `None` when there are no more.
async fn look_on(identity: &Identity, server: &Caller, place: Place) -> Result<Option<(Place, Vec<AccountId>)>> {
    let look = async |op: &mut Operation<'_>| {
        let Some(patience) = Patience::of(&settings::load(op).await?) else { return Ok(None) };
        let (organization, now) = (op.organization(), op.now);
        let met = rows::stretch(&mut op.tx, organization, place, patience.spares(now), STRETCH).await?;
        let is_due = |account: &&LeftAlone| patience.next(account, now) != Step::Wait;
        let due = met.iter().filter(is_due).map(|account| account.id).collect();
        Ok(met.last().map(|last| (Place::behind(last), due)))
    };
    identity.read(server, look).await
}

/// Does what is next for these accounts; somebody may have signed in since they were found.
async fn tend(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<u64> {
    let Some(patience) = Patience::of(&settings::load(op).await?) else { return Ok(0) };
    let (organization, now) = (op.organization(), op.now);
    super::rows::hold_ordinary(&mut op.tx, ids).await?;
    let (mut idle, mut due) = (Vec::new(), Vec::new());
    for account in rows::some(&mut op.tx, organization, ids).await? {
        match patience.next(&account, now) {
            Step::Wait => {}
            Step::Warn(before) => due.push((account, before)),
            Step::Lock => idle.push(account.id),
        }
    }
    lock(op, &idle).await?;
    warn(op, &due, &patience).await?;
    Ok((idle.len() + due.len()) as u64)
}

async fn lock(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let lock = Lock { reason: LockReason::Inactivity, since: op.now, until: None, held_by: None, note: None };
    put(op, ids, &lock).await?;
    for account in find::load_many(op, ids).await? {
        let permit = op.allow(Permission::LockAccount, account.target())?;
        op.record(permit, event(&account, &lock, false));
        let values = Values::new().with("until", "").with("admin_note", "Nobody signed in for a long time.");
        messages::tell(op, Template::AccountLocked, account.id, values).await?;
    }
    Ok(())
}

async fn warn(op: &mut Operation<'_>, due: &[(LeftAlone, u32)], patience: &Patience) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    for (account, before) in due {
        let until = account.since.plus(patience.whole).max(now.plus(of_days(*before)));
        let days_left = until.since(now).as_secs().div_ceil(24 * 3600);
        let values = Values::new().with("until", until).with("days_left", days_left);
        messages::tell(op, Template::InactivityWarning, account.id, values).await?;
    }
    let warned: Vec<(AccountId, u32)> = due.iter().map(|(account, before)| (account.id, *before)).collect();
    rows::note_warned(&mut op.tx, organization, &warned, now).await
}

/// Counts from now on how long nobody signs in to accounts.
pub(super) async fn count_anew(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    rows::count_from(&mut op.tx, organization, ids, now).await
}
