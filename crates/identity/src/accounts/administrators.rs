//! Everybody who holds an administrator role.

use super::filter::{Filter, RoleFilter};
use super::list::{ListQuery, Page, PageRequest, list};
use super::{ListAnchors, Sort};
use crate::access::{Permission, Target};
use crate::{Operation, Result};

/// A page of the accounts that hold an administrator role, by last name; `size` of them, 1 to 500.
///
/// Errors: `Denied` without `ViewAdministrators`.
pub async fn administrators(
    op: &mut Operation<'_>,
    anchors: &ListAnchors,
    size: u32,
    page: PageRequest,
) -> Result<Page> {
    let _ = op.allow(Permission::ViewAdministrators, Target::Organization)?;
    let filter = Filter { role: Some(RoleFilter::Any), ..Filter::default() };
    list(op, anchors, &ListQuery { filter, sort: Sort::default(), size, page, count_all: true }).await
}
