//! A page of the list.

use base::AccountId;
use store::Dialect;

use super::filter::{Condition, Filter, ValueFilter};
use super::search::{GATHER_UP_TO, Lead, Search};
use super::sort::{Place, Sort};
use super::{Account, ListAnchors, find, summary, values};
use crate::access::{Permission, Target};
use crate::{Error, Operation, Result, attributes, groups};

/// Fewer matches than this are counted exactly without being asked.
const COUNT_UP_TO: i64 = 25_000;
/// The members of a group that is no larger are gathered and sorted when they are not met soon; those of a larger one
/// are met sooner on a walk.
const GATHER_GROUP_UP_TO: u64 = 25_000;
/// So many holders of a value are gathered; more are met soon on a walk.
const GATHER_VALUES_UP_TO: i64 = 8_000;
/// From this entry on, a page of the whole list is found by way of remembered places.
const FAR: u64 = 2_000;

/// Which list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// What it is narrowed to.
    pub filter: Filter,
    /// Its order.
    pub sort: Sort,
    /// Accounts on a page, 1 to 500.
    pub size: u32,
    /// Which page.
    pub page: PageRequest,
    /// Whether matches are counted exactly however many there are.
    pub count_all: bool,
}

/// Which page of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// The page's number, from 1; a number past the end means the last page.
    pub number: u64,
    /// Where the page begins or ends, so that moving by one page misses nobody whatever came and went meanwhile.
    pub start: Start,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Where its number says.
    #[default]
    Number,
    /// After this account.
    After(AccountId),
    /// So that it ends before this account.
    Before(AccountId),
}

/// How many match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Exactly so many.
    Exact(u64),
    /// More than so many; counting further takes time.
    MoreThan(u64),
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The accounts, in order.
    pub accounts: Vec<Account>,
    /// How many match in all.
    pub total: Total,
    /// The page's number, from 1.
    pub number: u64,
    /// The number of the last page, when the total is exact.
    pub last: Option<u64>,
    /// Whether there is a page after this one.
    pub has_next: bool,
}

impl Page {
    /// The place in the whole list of the first account on the page, from 1; 0 when the page is empty.
    pub fn first_index(&self, size: u32) -> u64 {
        if self.accounts.is_empty() { 0 } else { (self.number - 1) * u64::from(size) + 1 }
    }
}

/// How the accounts of a page are come by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All of them, in order.
    Everything,
    /// Met on a walk through the order, if soon; gathered otherwise.
    WalkOrGather,
    /// Met on a walk through the order: very many match.
    Walk,
    /// Gathered first, then sorted: few match.
    Gather,
}

/// A page of the list.
///
/// Errors: `Denied` without `ViewAccounts`; `Conflict` `attribute_not_searchable` when it is narrowed by an attribute that
/// isn't searchable any more, or not yet.
pub async fn list(op: &mut Operation<'_>, anchors: &ListAnchors, query: &ListQuery) -> Result<Page> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let size = query.size.clamp(1, 500);
    let conditions = conditions(op, &query.filter).await?;
    let search = Search {
        filter: &query.filter,
        conditions: &conditions,
        sort: query.sort,
        organization: op.organization(),
        now: op.now,
    };
    let (total, way) = measure(op, &search, query.count_all).await?;
    let last = match total {
        Total::Exact(total) => Some(total.div_ceil(u64::from(size)).max(1)),
        Total::MoreThan(_) => None,
    };
    // However great a number somebody types, there are no more pages than accounts.
    let number = query.page.number.clamp(1, last.unwrap_or(1_000_000_000));
    if total == Total::Exact(0) {
        return Ok(Page { accounts: Vec::new(), total, number, last, has_next: false });
    }
    let mut ids = ids_of_page(op, anchors, &search, way, query.page.start, number, size, last).await?;
    let has_next = match last {
        Some(last) => number < last,
        None => ids.len() > size as usize,
    };
    ids.truncate(size as usize);
    let accounts = find::find_many(op, &ids).await?;
    Ok(Page { accounts, total, number, last, has_next })
}

/// The accounts that match, in order, in batches: up to `limit` of those after `after`.
///
/// Errors: `Denied` without `ViewAccounts`.
pub async fn matching_ids(
    op: &mut Operation<'_>,
    filter: &Filter,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<AccountId>> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let conditions = conditions(op, filter).await?;
    let (organization, now) = (op.organization(), op.now);
    let search = Search { filter, conditions: &conditions, sort: Sort::default(), organization, now };
    let from = match after {
        Some(id) => search.place_of(&mut op.tx, id).await?,
        None => None,
    };
    search.walk(&mut op.tx, Lead::Order, from.as_ref(), false, 0, limit).await
}

/// Up to `limit` of the accounts that match and came to be after number `after` (0 for the first), each with its number,
/// for an operation that checks rights itself. Nobody moves in this order, whatever changes between two calls.
pub(crate) async fn in_order_of_creation(
    op: &mut Operation<'_>,
    filter: &Filter,
    after: i64,
    limit: usize,
) -> Result<Vec<(i64, AccountId)>> {
    let conditions = conditions(op, filter).await?;
    let (organization, now) = (op.organization(), op.now);
    let search = Search { filter, conditions: &conditions, sort: Sort::default(), organization, now };
    search.by_creation(&mut op.tx, after, i64::try_from(limit).unwrap_or(i64::MAX)).await
}

/// What the filter says of attributes, as their index is asked.
///
/// Errors: `Conflict` `attribute_not_searchable`.
pub(super) async fn conditions(op: &mut Operation<'_>, filter: &Filter) -> Result<Vec<Condition>> {
    if filter.custom.is_empty() {
        return Ok(Vec::new());
    }
    let attributes = attributes::load(op).await?;
    let condition = |one: &ValueFilter| {
        let attribute = attributes.by_id(one.attribute).filter(|attribute| attribute.can_be_searched());
        let definition = &attribute?.definition;
        let is_in_parts = definition.kind.is_searched_in_parts();
        let is_multi = is_in_parts && definition.is_multi;
        Some(Condition { attribute: one.attribute, wanted: values::indexed(one.wanted.trim()), is_in_parts, is_multi })
    };
    filter.custom.iter().map(condition).collect::<Option<_>>().ok_or_else(|| {
        let message =
            "The list can't be narrowed by this attribute now. Remove it from the search, or try again in a minute.";
        Error::conflict("attribute_not_searchable", message)
    })
}

/// How many match, and the way to come by a page of them.
async fn measure(op: &mut Operation<'_>, search: &Search<'_>, count_all: bool) -> Result<(Total, Way)> {
    if search.filter.is_empty() {
        return Ok((Total::Exact(summary::summary(op).await?.total), Way::Everything));
    }
    if let Some(status) = search.filter.only_status()
        && let Some(total) = summary::summary(op).await?.matching(status)
    {
        let way = if total <= GATHER_UP_TO.unsigned_abs() { Way::Gather } else { Way::Walk };
        return Ok((Total::Exact(total), way));
    }
    let group_size = match search.filter.group {
        Some(group) => groups::size(op, group).await?,
        None => None,
    };
    if let Some(size) = group_size.filter(|_| search.filter.only_group().is_some()) {
        return Ok((Total::Exact(size), way_to_group(size)));
    }
    let limit = if count_all { i64::MAX } else { COUNT_UP_TO + 1 };
    let counted = search.count(&mut op.tx, limit).await?;
    let gathered = if search.conditions.is_empty() { GATHER_UP_TO } else { GATHER_VALUES_UP_TO };
    let way = if counted <= gathered || search.filter.is_rare_by_nature() {
        Way::Gather
    } else if let Some(size) = group_size {
        way_to_group(size)
    } else if counted <= COUNT_UP_TO && (!search.filter.needles().is_empty() || !search.conditions.is_empty()) {
        Way::WalkOrGather
    } else {
        Way::Walk
    };
    let total = match u64::try_from(counted).unwrap_or(0) {
        _ if !count_all && counted > COUNT_UP_TO => Total::MoreThan(COUNT_UP_TO.unsigned_abs()),
        counted => Total::Exact(counted),
    };
    Ok((total, way))
}

/// The way to members of a group with so many of them.
fn way_to_group(size: u64) -> Way {
    match size {
        _ if size <= GATHER_UP_TO.unsigned_abs() => Way::Gather,
        _ if size <= GATHER_GROUP_UP_TO => Way::WalkOrGather,
        _ => Way::Walk,
    }
}

/// The identifiers of a page, and of one more when the last page isn't known.
#[expect(clippy::too_many_arguments, reason = "the parts of one question; a struct would only name them twice")]
async fn ids_of_page(
    op: &mut Operation<'_>,
    anchors: &ListAnchors,
    search: &Search<'_>,
    way: Way,
    start: Start,
    number: u64,
    size: u32,
    last: Option<u64>,
) -> Result<Vec<AccountId>> {
    let wanted = size + u32::from(last.is_none());
    let place = match start {
        Start::Number => None,
        Start::After(id) | Start::Before(id) => search.place_of(&mut op.tx, id).await?,
    };
    // An account that is gone marks no place any more; the number does.
    if let Some(place) = place {
        let backwards = matches!(start, Start::Before(_));
        let limit = if backwards { size } else { wanted };
        let mut ids = beyond(op, search, way, Some(&place), backwards, 0, limit).await?;
        if backwards {
            ids.reverse();
        }
        // What lies before the place may not fill a page: then it is the first one.
        if !backwards || ids.len() == size as usize {
            return Ok(ids);
        }
    }
    let offset = (number - 1) * u64::from(size);
    if last == Some(number) && number > 1 {
        return last_page(op, search, way, number, size).await;
    }
    if way == Way::Everything && offset > FAR {
        let (place, rest) = anchors.near(op, search, offset).await?;
        return beyond(op, search, way, place.as_ref(), false, rest, wanted).await;
    }
    beyond(op, search, way, None, false, offset, wanted).await
}

/// The last page, counted from the end, so that it is as near as the first.
async fn last_page(
    op: &mut Operation<'_>,
    search: &Search<'_>,
    way: Way,
    number: u64,
    size: u32,
) -> Result<Vec<AccountId>> {
    let (Total::Exact(total) | Total::MoreThan(total), _) = measure(op, search, true).await?;
    let rest = u32::try_from(total.saturating_sub((number - 1) * u64::from(size))).unwrap_or(size);
    let mut ids = beyond(op, search, way, None, true, 0, rest.clamp(1, size)).await?;
    ids.reverse();
    Ok(ids)
}

async fn beyond(
    op: &mut Operation<'_>,
    search: &Search<'_>,
    way: Way,
    from: Option<&Place>,
    backwards: bool,
    offset: u64,
    limit: u32,
) -> Result<Vec<AccountId>> {
    let tx = &mut op.tx;
    match way {
        Way::Everything => search.walk(tx, Lead::Order, from, backwards, offset, limit).await,
        Way::Gather => search.gather(tx, from, backwards, offset, limit).await,
        Way::WalkOrGather | Way::Walk => {
            // Values that very many have are met soon on the whole walk, which ends when there are enough.
            let is_met_soon = way == Way::Walk && !search.conditions.is_empty() && search.filter.needles().is_empty();
            if offset == 0
                && !is_met_soon
                && let Some(ids) = search.walk_a_little(tx, from, backwards, limit).await?
            {
                return Ok(ids);
            }
            if way == Way::WalkOrGather {
                return search.gather(tx, from, backwards, offset, limit).await;
            }
            match tx.dialect() {
                _ if search.filter.needles().is_empty() => {
                    search.walk(tx, Lead::Order, from, backwards, offset, limit).await
                }
                Dialect::Sqlite => search.walk(tx, Lead::OrderAndText, from, backwards, offset, limit).await,
                Dialect::Postgres => search.gather(tx, from, backwards, offset, limit).await,
            }
        }
    }
}
