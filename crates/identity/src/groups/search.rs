//! The queries behind the list of groups.

use base::{GroupId, OrganizationId, text};
use store::{Sql, Tx};

use super::Group;
use super::list::{GroupColumn, GroupQuery};
use super::rows::{COLUMNS, read};
use crate::Result;

/// Where a group stands in every order.
pub(super) struct Place {
    members: i64,
    name: Vec<u8>,
    id: GroupId,
}

/// How many groups match.
pub(super) async fn count(tx: &mut Tx, organization: OrganizationId, query: &GroupQuery) -> Result<u64> {
    let mut sql = Sql::new("select count(*)");
    push_from(&mut sql, tx, organization, query);
    let counted = tx.scan(&sql, |row| row.get::<i64>(0)).await?.pop().unwrap_or(0);
    Ok(u64::try_from(counted).unwrap_or(0))
}

/// The place of a group; `None` when it is gone.
pub(super) async fn place_of(tx: &mut Tx, organization: OrganizationId, id: GroupId) -> Result<Option<Place>> {
    let mut sql = Sql::new("select members, name_k from groups where id = ");
    sql.bind(id).push(" and organization_id = ").bind(organization);
    let place = |row: &store::Row<'_>| Ok(Place { members: row.get(0)?, name: row.get(1)?, id });
    Ok(tx.optional(sql.text(), sql.values(), place).await?)
}

/// Up to `limit` groups that match, after `offset` of them. With a place, of those beyond it: after it, or walking
/// backwards before it, the nearest first.
pub(super) async fn page(
    tx: &mut Tx,
    organization: OrganizationId,
    query: &GroupQuery,
    beyond: Option<(&Place, bool)>,
    offset: u64,
    limit: u32,
) -> Result<Vec<Group>> {
    let backwards = beyond.is_some_and(|(_, backwards)| backwards);
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS);
    push_from(&mut sql, tx, organization, query);
    if let Some((place, backwards)) = beyond {
        push_beyond(&mut sql, query, place, backwards);
    }
    // The first column turns; the name decides between equals, and turns only when the list is walked backwards.
    sql.push(match (query.sort.column, query.sort.descending != backwards, backwards) {
        (GroupColumn::Name, false, _) => " order by name_k, id",
        (GroupColumn::Name, true, _) => " order by name_k desc, id desc",
        (GroupColumn::Members, false, false) => " order by members, name_k, id",
        (GroupColumn::Members, false, true) => " order by members, name_k desc, id desc",
        (GroupColumn::Members, true, false) => " order by members desc, name_k, id",
        (GroupColumn::Members, true, true) => " order by members desc, name_k desc, id desc",
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

/// Adds the condition that a group stands beyond `place`.
fn push_beyond(sql: &mut Sql, query: &GroupQuery, place: &Place, backwards: bool) {
    let sign = |descends: bool| if descends { " < " } else { " > " };
    let first = sign(query.sort.descending != backwards);
    match query.sort.column {
        GroupColumn::Name => {
            sql.push(" and (name_k, id)")
                .push(first)
                .push("(")
                .bind(place.name.clone())
                .push(", ")
                .bind(place.id)
                .push(")");
        }
        GroupColumn::Members => {
            sql.push(" and (members").push(first).bind(place.members).push(" or members = ").bind(place.members);
            sql.push(" and (name_k, id)").push(sign(backwards)).push("(").bind(place.name.clone()).push(", ");
            sql.bind(place.id).push("))");
        }
    }
}
