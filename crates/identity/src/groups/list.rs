//! A page of the list of groups.

use base::{AccountId, GroupId};

use super::{Group, search};
use crate::access::{Permission, Target};
use crate::{Operation, Result};

/// Which list of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupQuery {
    /// Words, each of which stands somewhere in the name, whatever its case.
    pub quick: String,
    /// Groups that this account is not in.
    pub without: Option<AccountId>,
    /// Its order.
    pub sort: GroupSort,
    /// Groups on a page, 1 to 500.
    pub size: u32,
    /// The page's number, from 1; a number past the end means the last page.
    pub number: u64,
    /// Where the page begins or ends, so that moving by one page misses no group whatever came and went meanwhile.
    pub start: GroupStart,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupStart {
    /// Where its number says.
    #[default]
    Number,
    /// After this group.
    After(GroupId),
    /// So that it ends before this group.
    Before(GroupId),
}

/// What a list of groups is sorted by first; the name decides between equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupColumn {
    /// Name.
    #[default]
    Name,
    /// How many members.
    Members,
}

/// A column and its direction. Descending turns the first column only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupSort {
    /// The first column.
    pub column: GroupColumn,
    /// Whether the first column descends.
    pub descending: bool,
}

/// One page.
#[derive(Clone, Debug)]
pub struct GroupPage {
    /// The groups, in order.
    pub groups: Vec<Group>,
    /// How many match in all.
    pub total: u64,
    /// The page's number, from 1.
    pub number: u64,
    /// The number of the last page.
    pub last: u64,
}

/// A page of the groups.
///
/// Errors: `Denied` without `ManageGroups`.
pub async fn list(op: &mut Operation<'_>, query: &GroupQuery) -> Result<GroupPage> {
    let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
    let organization = op.organization();
    let size = query.size.clamp(1, 500);
    let total = search::count(&mut op.tx, organization, query).await?;
    let last = total.div_ceil(u64::from(size)).max(1);
    let number = query.number.clamp(1, last);
    let groups = if let Some(groups) = beyond(op, query, size).await? {
        groups
    } else {
        let offset = (number - 1) * u64::from(size);
        search::page(&mut op.tx, organization, query, None, offset, size).await?
    };
    Ok(GroupPage { groups, total, number, last })
}

/// The groups after or before the one that the page is said to begin or end at; nothing when that one is gone, when
/// none lies after it any more, or when those before it fill no page: then the page is the first one.
async fn beyond(op: &mut Operation<'_>, query: &GroupQuery, size: u32) -> Result<Option<Vec<Group>>> {
    let (id, backwards) = match query.start {
        GroupStart::Number => return Ok(None),
        GroupStart::After(id) => (id, false),
        GroupStart::Before(id) => (id, true),
    };
    let organization = op.organization();
    let Some(place) = search::place_of(&mut op.tx, organization, id).await? else { return Ok(None) };
    let mut groups = search::page(&mut op.tx, organization, query, Some((&place, backwards)), 0, size).await?;
    if backwards {
        groups.reverse();
    }
    let fewest = if backwards { size as usize } else { 1 };
    Ok(Some(groups).filter(|groups| groups.len() >= fewest))
}
