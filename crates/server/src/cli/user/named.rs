//! The account that somebody names on the command line.

use anyhow::Result;
use identity::accounts::{self, Account};
use identity::{Caller, Error, Identity};

use crate::config::Misuse;

/// The account with this username, e-mail address or identifier.
///
/// Errors: [`Misuse`] when there is none.
pub(super) async fn find(identity: &Identity, operator: &Caller, name: &str) -> Result<Account> {
    let id = name.trim().parse().ok();
    let found = identity.read(operator, async |op| match id {
        Some(id) => match accounts::find(op, id).await {
            Err(Error::NotFound) => Ok(None),
            found => found.map(Some),
        },
        None => accounts::find_by_identifier(op, name).await,
    });
    let unknown = || Misuse(format!("nobody has the username, email address or identifier {name:?}"));
    Ok(found.await?.ok_or_else(unknown)?)
}

/// All of `names`; nothing is done when one of them is nobody's.
///
/// Errors: as [`find`].
pub(super) async fn find_all(identity: &Identity, operator: &Caller, names: &[String]) -> Result<Vec<Account>> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        found.push(find(identity, operator, name).await?);
    }
    Ok(found)
}
