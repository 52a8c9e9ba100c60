//! The rows of accounts that nobody signs in to.

use base::{AccountId, OrganizationId, Timestamp};
use store::{Sql, Tx};

use crate::Result;
use crate::access::{Role, Roles};

/// Since when an account is left alone.
const SINCE: &str = "case when coalesce(i.counted_from, 0) > a.last_sign_in_at and coalesce(i.counted_from, 0) > a.created_at \
     then i.counted_from when a.last_sign_in_at > a.created_at then a.last_sign_in_at else a.created_at end";

/// Accounts to lock: left alone since `since`, and their owner warned after that, by `warned_by` at the latest, if
/// owners are warned.
pub(super) async fn to_lock(
    tx: &mut Tx,
    organization: OrganizationId,
    since: Timestamp,
    warned_by: Option<Timestamp>,
    most: u32,
) -> Result<Vec<AccountId>> {
    let mut sql = left_alone("a.id, a.created_at", organization, since);
    if let Some(warned_by) = warned_by {
        sql.push(" and i.warned_at > a.last_sign_in_at and i.warned_at > i.counted_from and i.warned_at <= ");
        sql.bind(warned_by);
    }
    Ok(first(tx, sql, most).await?.into_iter().map(|(id, _)| id).collect())
}

/// Accounts whose owner is to be warned so many days `before` the lock, with the time since when they are left alone:
/// that is since `since`, and no such warning was sent after it.
pub(super) async fn to_warn(
    tx: &mut Tx,
    organization: OrganizationId,
    since: Timestamp,
    before: u32,
    most: u32,
) -> Result<Vec<(AccountId, Timestamp)>> {
    let mut sql = left_alone(&format!("a.id, {SINCE}"), organization, since);
    sql.push(" and (i.warned_at is null or i.warned_at <= a.last_sign_in_at or i.warned_at <= i.counted_from");
    sql.push(" or i.warned_days > ").bind(i64::from(before)).push(")");
    first(tx, sql, most).await
}

/// Accounts that their owners could sign in to and left alone since `since`; super administrators are none of them.
fn left_alone(columns: &str, organization: OrganizationId, since: Timestamp) -> Sql {
    let super_administrator = Roles::NONE.with(Role::SuperAdministrator).bits();
    let mut sql = Sql::new("select ");
    sql.push(columns).push(" from accounts a left join inactivity i on i.account_id = a.id where a.organization_id = ");
    sql.bind(organization).push(" and a.last_sign_in_at <= ").bind(since);
    sql.push(" and a.created_at <= ").bind(since);
    sql.push(" and (i.counted_from is null or i.counted_from <= ").bind(since).push(")");
    sql.push(" and a.lifecycle = 'active' and a.enabled and a.password_state <> 'none' and (a.roles & ");
    sql.bind(super_administrator).push(") = 0 and not exists (select 1 from account_locks l");
    sql.push(" where l.account_id = a.id and l.reason = 'inactivity')");
    sql
}

async fn first(tx: &mut Tx, mut sql: Sql, most: u32) -> Result<Vec<(AccountId, Timestamp)>> {
    sql.push(" order by a.last_sign_in_at, a.id limit ").bind(i64::from(most));
    Ok(tx.all(sql.text(), sql.values(), |row| Ok((row.id(0)?, row.time(1)?))).await?)
}

/// Writes down that owners were warned so many days before the lock.
pub(super) async fn note_warned(
    tx: &mut Tx,
    organization: OrganizationId,
    ids: &[AccountId],
    now: Timestamp,
    before: u32,
) -> Result<()> {
    let rows: Vec<_> = ids.iter().map(|id| store::values![*id, organization, 0_i64, now, i64::from(before)]).collect();
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
