//! Finding attributes.

use std::sync::Arc;

use base::AttributeId;

use super::{Attribute, Attributes, State, rows};
use crate::access::{Permission, Target};
use crate::{Error, Operation, Result};

/// Every attribute, in order.
///
/// Errors: `Denied` without `ViewAttributes`.
pub async fn list(op: &mut Operation<'_>) -> Result<Arc<Attributes>> {
    let _ = op.allow(Permission::ViewAttributes, Target::Organization)?;
    load(op).await
}

/// The attribute with this identifier.
///
/// Errors: `Denied` without `ViewAttributes`; `NotFound`.
pub async fn find(op: &mut Operation<'_>, id: AttributeId) -> Result<Attribute> {
    list(op).await?.by_id(id).cloned().ok_or(Error::NotFound)
}

/// Every attribute, in order, for an operation that checks rights itself. Definitions stay as they are until an
/// operation that writes has ended.
pub(crate) async fn load(op: &mut Operation<'_>) -> Result<Arc<Attributes>> {
    if let Some(attributes) = &op.attributes {
        return Ok(attributes.clone());
    }
    let lock = op.tx.for_share();
    let mut all = all(op, lock).await?;
    all.retain(|attribute| attribute.state != State::Removing);
    let attributes = Arc::new(Attributes::new(all));
    op.attributes = Some(attributes.clone());
    Ok(attributes)
}

/// Every attribute, also those that are being removed; nobody else changes any of them or adds one until the
/// transaction ends.
pub(super) async fn hold(op: &mut Operation<'_>) -> Result<Vec<Attribute>> {
    let (organization, lock) = (op.organization(), op.tx.for_update());
    op.attributes = None;
    // Attributes first, then the organization, as whoever makes accounts does; then those that came meanwhile.
    all(op, lock).await?;
    rows::hold(&mut op.tx, organization).await?;
    all(op, lock).await
}

async fn all(op: &mut Operation<'_>, lock: &str) -> Result<Vec<Attribute>> {
    let organization = op.organization();
    rows::all(&mut op.tx, organization, lock).await
}

/// Whether the accounts are out of step with any attribute.
pub(crate) async fn is_any_untended(op: &mut Operation<'_>) -> Result<bool> {
    let organization = op.organization();
    rows::is_any_untended(&mut op.tx, organization).await
}

/// An attribute that the accounts are out of step with, and the number of the last account that isn't; it stays as it is
/// until the transaction ends.
pub(crate) async fn hold_untended(op: &mut Operation<'_>) -> Result<Option<(Attribute, i64)>> {
    let lock = op.tx.for_update();
    let all = all(op, lock).await?;
    let Some(attribute) = all.into_iter().find(|attribute| attribute.state != State::Ready) else { return Ok(None) };
    let done_to = rows::done_to(&mut op.tx, attribute.id).await?;
    Ok(Some((attribute, done_to)))
}
