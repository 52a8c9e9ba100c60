//! The rows of groups and of who is in them.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::{AccountId, GroupId, OrganizationId, Timestamp, text};
use store::{Row, Sql, Tx, params};

use super::Group;
use crate::{Error, Result};

/// The columns of a [`Group`], in the order that [`read`] reads them.
pub(super) const COLUMNS: &str =
    "id, organization_id, version, name, description, protected, members, created_at, modified_at";

pub(super) fn read(row: &Row<'_>) -> store::Result<Group> {
    Ok(Group {
        id: row.id(0)?,
        organization: row.id(1)?,
        version: row.get(2)?,
        name: row.get(3)?,
        description: row.get(4)?,
        is_protected: row.get(5)?,
        members: u64::try_from(row.get::<i64>(6)?).unwrap_or(0),
        created_at: row.time(7)?,
        modified_at: row.time(8)?,
    })
}

/// The groups with these identifiers, by name; those that are gone are left out. `lock` is what keeps others from
/// changing them, or nothing.
pub(super) async fn find_many(
    tx: &mut Tx,
    organization: OrganizationId,
    ids: &[GroupId],
    lock: &str,
) -> Result<Vec<Group>> {
    let mut groups = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let mut sql = Sql::new("select ");
        sql.push(COLUMNS).push(" from groups where id in (").bind_all(some.iter().copied()).push(")").push(lock);
        groups.append(&mut tx.all(sql.text(), sql.values(), read).await?);
    }
    groups.retain(|group| group.organization == organization);
    groups.sort_by_cached_key(|group| (text::sort_key(&group.name), group.id));
    Ok(groups)
}

/// The group of this folded name.
pub(super) async fn named(tx: &mut Tx, organization: OrganizationId, name: &str) -> Result<Option<GroupId>> {
    let sql = "select id from groups where organization_id = $1 and name_n = $2";
    Ok(tx.optional(sql, params![organization, name], |row| row.id(0)).await?)
}

/// The groups of these folded names.
pub(super) async fn named_many(tx: &mut Tx, organization: OrganizationId, names: &[String]) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for some in names.chunks(500) {
        let mut sql = Sql::new("select ");
        sql.push(COLUMNS).push(" from groups where organization_id = ").bind(organization);
        sql.push(" and name_n in (").bind_all(some.iter().cloned()).push(")");
        groups.append(&mut tx.all(sql.text(), sql.values(), read).await?);
    }
    Ok(groups)
}

/// The groups that each of `accounts` is in.
pub(crate) async fn groups_of_each(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, HashSet<GroupId>>> {
    let mut groups: HashMap<AccountId, HashSet<GroupId>> = HashMap::new();
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("select account_id, group_id from group_members where account_id in (");
        sql.bind_all(some.iter().copied()).push(")");
        for (account, group) in tx.all(sql.text(), sql.values(), |row| Ok((row.id(0)?, row.id(1)?))).await? {
            groups.entry(account).or_default().insert(group);
        }
    }
    Ok(groups)
}

/// Writes a new group; `false` when its name is another group's.
pub(super) async fn insert(tx: &mut Tx, group: &Group) -> Result<bool> {
    let into = "groups (id, organization_id, version, name, name_n, name_k, description, protected, members,
        created_at, modified_at)";
    let row = store::values![
        group.id,
        group.organization,
        group.version,
        &group.name,
        text::fold(&group.name),
        text::sort_key(&group.name),
        &group.description,
        group.is_protected,
        0_i64,
        group.created_at,
        group.modified_at,
    ];
    Ok(tx.insert(into, &[row], "on conflict (organization_id, name_n) do nothing").await? > 0)
}

/// Writes the profile of a group over the version it was made from.
///
/// Errors: `Stale` when it is another version by now.
pub(super) async fn update(tx: &mut Tx, group: &Group) -> Result<()> {
    let changed = tx
        .execute(
            "update groups set version = version + 1, name = $3, name_n = $4, name_k = $5, description = $6,
             protected = $7, modified_at = $8 where id = $1 and version = $2",
            params![
                group.id,
                group.version,
                &group.name,
                text::fold(&group.name),
                text::sort_key(&group.name),
                &group.description,
                group.is_protected,
                group.modified_at,
            ],
        )
        .await?;
    if changed == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Removes a group, and who was in it from it.
pub(crate) async fn delete(tx: &mut Tx, id: GroupId) -> Result<()> {
    tx.execute("delete from groups where id = $1", params![id]).await?;
    Ok(())
}

/// Counts members in or out.
pub(super) async fn resize(tx: &mut Tx, id: GroupId, by: i64) -> Result<()> {
    tx.execute("update groups set members = members + $2 where id = $1", params![id, by]).await?;
    Ok(())
}

/// Since when those of `accounts` that are in a group are.
pub(crate) async fn joined_at(
    tx: &mut Tx,
    group: GroupId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Timestamp>> {
    let mut joined = HashMap::new();
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("select account_id, added_at from group_members");
        push_these_members(&mut sql, group, some);
        joined.extend(tx.all(sql.text(), sql.values(), |row| Ok((row.id::<AccountId>(0)?, row.time(1)?))).await?);
    }
    Ok(joined)
}

/// Adds ` where …` for these members of a group.
///
/// Hidden in an expression, the group doesn't lead: PostgreSQL takes all groups to be of one size, and would look through
/// a very large one for a few members.
fn push_these_members(sql: &mut Sql, group: GroupId, accounts: &[AccountId]) {
    sql.push(" where account_id in (").bind_all(accounts.iter().copied());
    sql.push(") and coalesce(group_id, account_id) = ").bind(group);
}

/// Everybody who is in a group.
pub(crate) async fn member_ids(tx: &mut Tx, group: GroupId) -> Result<Vec<AccountId>> {
    let mut sql = Sql::new("select account_id from group_members where group_id = ");
    sql.bind(group).push(" order by account_id");
    Ok(tx.scan(&sql, |row| row.id(0)).await?)
}

/// Puts accounts into a group, and counts them in. None of them is in it.
pub(crate) async fn put_members(
    tx: &mut Tx,
    organization: OrganizationId,
    group: GroupId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<()> {
    let rows: Vec<_> = accounts.iter().map(|account| store::values![group, *account, organization, now]).collect();
    let put = tx.insert("group_members (group_id, account_id, organization_id, added_at)", &rows, "").await?;
    resize(tx, group, i64::try_from(put).unwrap_or(0)).await
}

/// Takes accounts out of a group, and counts them out.
pub(crate) async fn remove_members(tx: &mut Tx, group: GroupId, accounts: &[AccountId]) -> Result<()> {
    let mut removed = 0;
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("delete from group_members");
        push_these_members(&mut sql, group, some);
        removed += tx.execute(sql.text(), sql.values()).await?;
    }
    resize(tx, group, -i64::try_from(removed).unwrap_or(0)).await
}

/// How many of `accounts` are in which group, in one order.
pub(super) async fn groups_among(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<(GroupId, i64)>> {
    let mut counted: BTreeMap<GroupId, i64> = BTreeMap::new();
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("select group_id, count(*) from group_members where account_id in (");
        sql.bind_all(some.iter().copied()).push(") group by group_id");
        let found = tx.all(sql.text(), sql.values(), |row| Ok((row.id::<GroupId>(0)?, row.get::<i64>(1)?))).await?;
        for (group, members) in found {
            *counted.entry(group).or_default() += members;
        }
    }
    Ok(counted.into_iter().collect())
}

/// Takes accounts out of every group, without counting.
pub(super) async fn remove_everywhere(tx: &mut Tx, accounts: &[AccountId]) -> Result<()> {
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("delete from group_members where account_id in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// The groups that an account is in, and since when, in no particular order.
pub(crate) async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<(GroupId, Timestamp)>> {
    let sql = "select group_id, added_at from group_members where account_id = $1";
    Ok(tx.all(sql, params![account], |row| Ok((row.id(0)?, row.time(1)?))).await?)
}
