//! The rows of accounts that nobody signs in to.

use base::{AccountId, OrganizationId, Timestamp};
use store::{Row, Sql, Tx};
use uuid::Uuid;

use crate::Result;
use crate::access::{Role, Roles};

/// An account that its owner could sign in to, and when somebody last did.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftAlone {
    pub(super) id: AccountId,
    pub(super) last_sign_in_at: Timestamp,
    /// Since when it is left alone: it may have been made, or the counting begun anew, after the last sign-in.
    pub(super) since: Timestamp,
    /// When its owner was warned last, and how many days before the lock that was.
    pub(super) warned: Option<(Timestamp, u32)>,
    /// Whether it is never locked for that, or was already.
    pub(super) is_spared: bool,
}

/// Where a walk through the accounts has come to, in the order of their last sign-ins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(Timestamp, AccountId);

impl Place {
    /// Before the first account.
    pub(super) fn start() -> Self {
        Place(Timestamp::from_millis(-1), AccountId::from(Uuid::nil()))
    }

    /// Behind this account.
    pub(super) fn behind(account: &LeftAlone) -> Self {
        Place(account.last_sign_in_at, account.id)
    }
}

/// The next accounts of a walk, up to those that somebody signed in to after `until`. However many are locked already,
/// no more than `most` rows are read.
pub(super) async fn stretch(
    tx: &mut Tx,
    organization: OrganizationId,
    behind: Place,
    until: Timestamp,
    most: u32,
) -> Result<Vec<LeftAlone>> {
    let mut sql = left_alone(organization);
    sql.push(" and (a.last_sign_in_at, a.id) > (").bind(behind.0).push(", ").bind(behind.1);
    sql.push(") and a.last_sign_in_at <= ").bind(until);
    sql.push(" order by a.last_sign_in_at, a.id limit ").bind(i64::from(most));
    Ok(tx.scan(&sql, read).await?)
}

/// Those of `ids` that their owners could sign in to.
pub(super) async fn some(tx: &mut Tx, organization: OrganizationId, ids: &[AccountId]) -> Result<Vec<LeftAlone>> {
    let mut sql = left_alone(organization);
    sql.push(" and a.id in (").bind_all(ids.iter().copied()).push(")");
    Ok(tx.all(sql.text(), sql.values(), read).await?)
}

/// The index `accounts_left_alone` has what is asked of accounts here.
fn left_alone(organization: OrganizationId) -> Sql {
    let mut sql = Sql::new(
        "select a.id, a.last_sign_in_at, a.created_at, i.counted_from, i.warned_at, i.warned_days,
             l.account_id is not null, a.roles
         from accounts a left join inactivity i on i.account_id = a.id
             left join account_locks l on l.account_id = a.id and l.reason = 'inactivity'
         where a.lifecycle = 'active' and a.enabled and a.password_state <> 'none' and a.organization_id = ",
    );
    sql.bind(organization);
    sql
}

fn read(row: &Row<'_>) -> store::Result<LeftAlone> {
    let (last_sign_in_at, created_at) = (row.time(1)?, row.time(2)?);
    let warned = row.optional_time(4)?.zip(row.get::<Option<i64>>(5)?);
    Ok(LeftAlone {
        id: row.id(0)?,
        last_sign_in_at,
        since: last_sign_in_at.max(created_at).max(row.optional_time(3)?.unwrap_or(created_at)),
        warned: warned.map(|(at, days)| (at, u32::try_from(days).unwrap_or(u32::MAX))),
        is_spared: row.get(6)? || Roles::from_bits(row.get(7)?).has(Role::SuperAdministrator),
    })
}

/// Writes down that owners were warned, each so many days before the lock.
pub(super) async fn note_warned(
    tx: &mut Tx,
    organization: OrganizationId,
    warned: &[(AccountId, u32)],
    now: Timestamp,
) -> Result<()> {
    let row = |(id, before): &(AccountId, u32)| store::values![*id, organization, 0_i64, now, i64::from(*before)];
    let rows: Vec<_> = warned.iter().map(row).collect();
    let replace = "on conflict (account_id) do update set warned_at = excluded.warned_at,
         warned_days = excluded.warned_days";
    tx.insert("inactivity (account_id, organization_id, counted_from, warned_at, warned_days)", &rows, replace).await?;
    Ok(())
}

/// Writes down from when on it counts that accounts are left alone.
pub(super) async fn count_from(
    tx: &mut Tx,
    organization: OrganizationId,
    ids: &[AccountId],
    now: Timestamp,
) -> Result<()> {
    let rows: Vec<_> = ids.iter().map(|id| store::values![*id, organization, now, 0_i64, 0_i64]).collect();
    let replace = "on conflict (account_id) do update set counted_from = excluded.counted_from";
    tx.insert("inactivity (account_id, organization_id, counted_from, warned_at, warned_days)", &rows, replace).await?;
    Ok(())
}
