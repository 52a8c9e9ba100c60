//! The queries behind the list of groups.

use base::{OrganizationId, text};
use store::{Sql, Tx};

use super::Group;
use super::list::{GroupColumn, GroupQuery};
use super::rows::{COLUMNS, read};
use crate::Result;

/// How many groups match.
pub(super) async fn count(tx: &mut Tx, organization: OrganizationId, query: &GroupQuery) -> Result<u64> {
    let mut sql = Sql::new("select count(*)");
    push_from(&mut sql, tx, organization, query);
    let counted = tx.scan(&sql, |row| row.get::<i64>(0)).await?.pop().unwrap_or(0);
    Ok(u64::try_from(counted).unwrap_or(0))
}

/// Up to `limit` groups that match, after `offset` of them.
pub(super) async fn page(
    tx: &mut Tx,
    organization: OrganizationId,
    query: &GroupQuery,
    offset: u64,
    limit: u32,
) -> Result<Vec<Group>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS);
    push_from(&mut sql, tx, organization, query);
    sql.push(match (query.sort.column, query.sort.descending) {
        (GroupColumn::Name, false) => " order by name_k, id",
        (GroupColumn::Name, true) => " order by name_k desc, id desc",
        (GroupColumn::Members, false) => " order by members, name_k, id",
        (GroupColumn::Members, true) => " order by members desc, name_k, id",
    });
    sql.push(" limit ").bind(i64::from(limit)).push(" offset ").bind(i64::try_from(offset).unwrap_or(i64::MAX));
    Ok(tx.scan(&sql, read).await?)
}

fn push_from(sql: &mut Sql, tx: &Tx, organization: OrganizationId, query: &GroupQuery) {
    sql.push(" from groups where organization_id = ").bind(organization);
    for word in query.quick.split_whitespace() {
        sql.push(" and ");
        tx.dialect().contains(sql, "name_n", &text::fold(word));
    }
    if let Some(account) = query.without {
        sql.push(" and id not in (select group_id from group_members where account_id = ").bind(account).push(")");
    }
}
