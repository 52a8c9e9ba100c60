//! The tenant: its handle and name. Every row belongs to one.

mod rows;

use base::{OrganizationId, Random, Timestamp};
use store::{Db, Tx};

use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its identifier.
    pub id: OrganizationId,
    /// How URLs name it: `/t/{handle}/…`.
    pub handle: String,
    /// How people name it.
    pub name: String,
}

/// The first organization, which a bare path means; founded with the handle `default` when there is none.
///
/// Errors: `Unavailable`.
pub(crate) async fn first(db: &Db, now: Timestamp, random: &Random) -> Result<OrganizationId> {
    loop {
        if let Some(first) = rows::first(&mut db.begin_read().await?).await? {
            return Ok(first.id);
        }
        let mut tx = db.begin_write().await?;
        match found_first(&mut tx, now, random).await {
            Ok(id) => {
                tx.commit().await?;
                return Ok(id);
            }
            // Another server that starts at the same time was faster.
            Err(Error::Conflict { code: "not_unique", .. }) => {}
            Err(error) => return Err(error),
        }
    }
}

async fn found_first(tx: &mut Tx, now: Timestamp, random: &Random) -> Result<OrganizationId> {
    if let Some(first) = rows::first(tx).await? {
        return Ok(first.id);
    }
    let organization = Organization { id: random.id(now), handle: "default".into(), name: "My organization".into() };
    rows::insert(tx, &organization, now).await?;
    Ok(organization.id)
}

/// The caller's organization.
///
/// Errors: `Internal` when it is gone.
pub async fn present(op: &mut Operation<'_>) -> Result<Organization> {
    let id = op.organization();
    rows::find(&mut op.tx, id).await?.ok_or_else(|| Error::Internal("the organization is gone".into()))
}

/// Gives the caller's organization another name.
///
/// Errors: `Denied` without `ManageSettings`; `Invalid` when the name is empty or longer than 128 characters.
pub async fn rename(op: &mut Operation<'_>, name: &str) -> Result<()> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let name = base::text::nfc(name.trim()).into_owned();
    if name.is_empty() || base::text::length(&name) > 128 {
        return Err(Error::invalid("name", "TOO_LONG", "Enter a name of 1 to 128 characters."));
    }
    let before = present(op).await?.name;
    let id = op.organization();
    rows::rename(&mut op.tx, id, &name).await?;
    op.record(permit, Event::OrganizationRenamed { before, after: name });
    Ok(())
}

/// Whether the organization ever had a super administrator.
pub(crate) async fn is_set_up(op: &mut Operation<'_>) -> Result<bool> {
    let id = op.organization();
    rows::is_set_up(&mut op.tx, id).await
}

/// Closes the set-up link for ever.
pub(crate) async fn mark_set_up(op: &mut Operation<'_>) -> Result<()> {
    let (id, now) = (op.organization(), op.now);
    rows::mark_set_up(&mut op.tx, id, now).await
}
