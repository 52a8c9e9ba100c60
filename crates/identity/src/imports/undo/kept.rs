//! What could not be taken back, for people to look at.

use base::{AccountId, ImportId};

use super::rows;
use crate::access::{Permission, Target};
use crate::{Operation, Result, accounts};

/// An account that had to stay as it is.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// The line of the file.
    pub line: u64,
    /// The account.
    pub account: AccountId,
    /// Its username.
    pub username: String,
    /// Whether the import made it.
    pub is_made: bool,
    /// Why, for people.
    pub why: String,
}

/// The accounts that had to stay as they are when an import was taken back, in the order of the file, at most `limit`
/// after skipping some. Accounts that are gone since are left out.
///
/// Errors: `Denied` without `ImportAccounts`.
pub async fn kept_rows(op: &mut Operation<'_>, id: ImportId, limit: u32, skip: u64) -> Result<Vec<KeptRow>> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let kept = rows::kept(&mut op.tx, id, limit, skip).await?;
    let ids: Vec<AccountId> = kept.iter().map(|(_, account, ..)| *account).collect();
    let accounts = accounts::load_many(op, &ids).await?;
    let rows = kept.into_iter().filter_map(|(line, id, is_made, why)| {
        let account = accounts.iter().find(|account| account.id == id)?;
        Some(KeptRow { line, account: id, username: account.username.clone(), is_made, why })
    });
    Ok(rows.collect())
}
