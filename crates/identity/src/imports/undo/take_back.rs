//! Taking back what an import did to some accounts, within one transaction.

use std::collections::HashMap;

use base::{AccountId, ImportId};

use super::before::Before;
use super::rows::{self, Left};
use crate::access::{Permission, Target};
use crate::accounts::{self, Account};
use crate::{Error, Operation, Result, memberships};

/// So many accounts are taken back at once.
const AT_ONCE: u32 = 500;

/// Why lines stay as they are.
type Kept = HashMap<u64, String>;

const TOUCHED: &str = "Somebody changed this user after the import.";
const SIGNED_IN: &str = "This user has signed in since the import.";

/// Takes back the last lines that are left, as far as nobody touched their accounts; answers how many lines that were.
///
/// Errors: `Denied` without `ImportAccounts`; `Unavailable`, `Internal`.
pub(super) async fn take_back(op: &mut Operation<'_>, import: ImportId) -> Result<usize> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    rows::hold(&mut op.tx, organization, import).await?;
    let some = rows::latest(&mut op.tx, import, AT_ONCE).await?;
    if some.is_empty() {
        return Ok(0);
    }
    let ids: Vec<AccountId> = some.iter().map(|left| left.account).collect();
    let accounts: HashMap<AccountId, Option<Account>> = accounts::hold_many(op, &ids).await?.into_iter().collect();
    let mut kept = Kept::new();
    let mut made: Vec<&Left> = Vec::new();
    let mut changed: Vec<(&Left, &Before)> = Vec::new();
    for left in &some {
        // One that is gone took its row along.
        let Some(Some(account)) = accounts.get(&left.account) else { continue };
        match (hindrance(op, left, account), &left.before) {
            (Some(why), _) => drop(kept.insert(left.line, why)),
            (None, None) => made.push(left),
            (None, Some(before)) => changed.push((left, before)),
        }
    }
    // What was made goes first: a name that somebody gets back may be theirs.
    delete(op, &made, &mut kept).await?;
    give_back(op, &changed, &mut kept).await?;
    settle(op, import, &some, &kept).await?;
    Ok(some.len())
}

/// Why an account has to stay as it is. A refusal is noted for the audit log.
fn hindrance(op: &mut Operation<'_>, left: &Left, account: &Account) -> Option<String> {
    if account.version != left.version {
        return Some(TOUCHED.to_owned());
    }
    if left.before.is_none() && account.last_sign_in_at.is_some() {
        return Some(SIGNED_IN.to_owned());
    }
    let permission = if left.before.is_none() { Permission::DeleteAccount } else { Permission::UpdateAccount };
    op.allow(permission, account.target()).err().map(|error| error.to_string())
}

/// Deletes accounts that the import made.
async fn delete(op: &mut Operation<'_>, made: &[&Left], kept: &mut Kept) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let ids: Vec<AccountId> = made.iter().map(|left| left.account).collect();
    for ((_, outcome), left) in accounts::delete_many(op, &ids).await?.into_iter().zip(made) {
        if let accounts::Outcome::Denied(denial) = outcome {
            kept.insert(left.line, denial.to_string());
        }
    }
    Ok(())
}

/// Gives accounts back what they had: all at once, or one by one when that doesn't go, each wholly or not at all.
async fn give_back(op: &mut Operation<'_>, changed: &[(&Left, &Before)], kept: &mut Kept) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    match op.attempt(async |op| restore(op, changed).await).await {
        Ok(()) => return Ok(()),
        Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
        Err(_) => {}
    }
    for one in changed {
        match op.attempt(async |op| restore(op, std::slice::from_ref(one)).await).await {
            Ok(()) => {}
            Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
            Err(error) => drop(kept.insert(one.0.line, words(&error))),
        }
    }
    Ok(())
}

/// Restores accounts.
///
/// Errors: the first thing that doesn't go.
async fn restore(op: &mut Operation<'_>, changed: &[(&Left, &Before)]) -> Result<()> {
    for enable in [true, false] {
        let switched = changed.iter().filter(|(_, before)| before.enabled == Some(enable));
        let ids: Vec<AccountId> = switched.map(|(left, _)| left.account).collect();
        if ids.is_empty() {
            continue;
        }
        let report =
            if enable { accounts::enable_many(op, &ids).await? } else { accounts::disable_many(op, &ids).await? };
        all_done(report)?;
    }
    let mut joined: Vec<_> = changed.iter().flat_map(|(_, before)| before.joined.iter().copied()).collect();
    joined.sort_unstable();
    joined.dedup();
    for group in joined {
        let members = changed.iter().filter(|(_, before)| before.joined.contains(&group));
        let ids: Vec<AccountId> = members.map(|(left, _)| left.account).collect();
        all_done(memberships::remove_members(op, group, &ids).await?)?;
    }
    let former = changed.iter().map(|(left, before)| (left.account, before.change(), before.proved_at()));
    for answer in accounts::restore_many(op, former.collect()).await? {
        answer?;
    }
    Ok(())
}

/// Errors: `Denied` for the first account that it was not allowed for.
fn all_done(report: accounts::BulkReport) -> Result<()> {
    let denied = report.into_iter().find_map(|(_, outcome)| match outcome {
        accounts::Outcome::Denied(denial) => Some(Error::Denied(denial)),
        accounts::Outcome::Pending => Some(Error::Stale),
        _ => None,
    });
    denied.map_or(Ok(()), Err)
}

/// An error as it is told to people.
fn words(error: &Error) -> String {
    match error {
        Error::Invalid(problems) => {
            problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// Writes down what became of the lines.
async fn settle(op: &mut Operation<'_>, import: ImportId, some: &[Left], kept: &Kept) -> Result<()> {
    let mut undone: Vec<u64> = Vec::with_capacity(some.len());
    for left in some {
        match kept.get(&left.line) {
            Some(why) => rows::keep(&mut op.tx, import, left, why).await?,
            None => undone.push(left.line),
        }
    }
    rows::forget(&mut op.tx, import, &undone).await?;
    rows::advance(&mut op.tx, import, undone.len() as u64, kept.len() as u64).await
}
