//! The imports there were, for people to look back at.

use base::{ImportId, Timestamp};

use super::Undo;
use super::report::{Ending, Totals};
use super::rows;
use crate::access::{Permission, Target};
use crate::{Error, Operation, Result, audit};

/// An import that was begun.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its identifier.
    pub id: ImportId,
    /// What the file was called.
    pub file_name: String,
    /// How it ended; `None` while it runs, or was interrupted.
    pub ending: Option<Ending>,
    /// How many rows had which outcome so far.
    pub totals: Totals,
    /// The name of whoever began it, at the time.
    pub started_by: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; a stopped one may go on.
    pub finished_at: Option<Timestamp>,
    /// How taking it back stands.
    pub undo: Undo,
}

/// One page of imports, from the console and from the command line, the latest first; and how many there are in all.
///
/// Errors: `Denied` without `ImportAccounts`.
pub async fn list(op: &mut Operation<'_>, limit: u32, skip: u64) -> Result<(Vec<Past>, u64)> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    let mut found = rows::list(&mut op.tx, organization, limit, skip).await?;
    let total = rows::count(&mut op.tx, organization).await?;
    name_starters(op, &mut found).await?;
    Ok((found, total))
}

/// One import.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`.
pub async fn find(op: &mut Operation<'_>, id: ImportId) -> Result<Past> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    let mut found = [rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)?];
    name_starters(op, &mut found).await?;
    let [found] = found;
    Ok(found)
}

/// The audit log knows the names, also of those who are gone.
async fn name_starters(op: &mut Operation<'_>, imports: &mut [Past]) -> Result<()> {
    let ids: Vec<_> = imports.iter().map(|import| import.id.into()).collect();
    let mut names = audit::actors_of(op, "import_started", &ids).await?;
    for import in imports {
        import.started_by = names.remove(&import.id.into()).unwrap_or_default();
    }
    Ok(())
}
