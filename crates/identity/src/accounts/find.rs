//! Finding one account.

use std::collections::{HashMap, HashSet};

use base::AccountId;

use super::{Account, rows, rules};
use crate::access::{Permission, Target};
use crate::{Error, Operation, Result};

/// By which of its names an account is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The username.
    Username,
    /// The e-mail address.
    Email,
    /// The name in another system.
    ExternalId,
}

/// The account with this identifier.
///
/// Errors: `Denied` without `ViewAccounts`; `NotFound`.
pub async fn find(op: &mut Operation<'_>, id: AccountId) -> Result<Account> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    load(op, id).await
}

/// The accounts with these identifiers, in the order named; those that are gone are left out.
///
/// Errors: `Denied` without `ViewAccounts`.
pub async fn find_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<Vec<Account>> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let organization = op.organization();
    let found = rows::find_many(&mut op.tx, organization, ids).await?;
    let mut found: HashMap<AccountId, Account> = found.into_iter().map(|account| (account.id, account)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The account with this identifier, for an operation that checks rights itself.
pub(crate) async fn load(op: &mut Operation<'_>, id: AccountId) -> Result<Account> {
    let organization = op.organization();
    rows::find(&mut op.tx, organization, id).await?.ok_or(Error::NotFound)
}

/// The account with this identifier, kept from others' changes until the transaction ends; for an operation that
/// checks rights itself.
pub(crate) async fn hold(op: &mut Operation<'_>, id: AccountId) -> Result<Option<Account>> {
    let organization = op.organization();
    rows::hold(&mut op.tx, organization, id).await
}

/// The accounts of `ids`, in their order, for an operation that checks rights itself; those that are gone are left out.
pub(crate) async fn load_many(op: &mut Operation<'_>, ids: &[AccountId]) -> Result<Vec<Account>> {
    let organization = op.organization();
    let found = rows::find_many(&mut op.tx, organization, ids).await?;
    let mut found: HashMap<AccountId, Account> = found.into_iter().map(|account| (account.id, account)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The account with this username.
///
/// Errors: `Denied` without `ViewAccounts`; `NotFound`.
pub async fn find_by_username(op: &mut Operation<'_>, username: &str) -> Result<Account> {
    let _ = op.allow(Permission::ViewAccounts, Target::Organization)?;
    let wanted = rules::identifier(username);
    let found = find_by_identifier(op, username).await?;
    found.filter(|account| rules::identifier(&account.username) == wanted).ok_or(Error::NotFound)
}

/// The account that somebody signs in to by typing `text`: its username or its e-mail address.
///
/// Errors: `Unavailable`, `Internal`.
pub async fn find_by_identifier(op: &mut Operation<'_>, text: &str) -> Result<Option<Account>> {
    let organization = op.organization();
    let name = rules::identifier(text);
    let owners = rows::owners(&mut op.tx, organization, std::slice::from_ref(&name)).await?;
    match owners.get(&name) {
        Some(id) => rows::find(&mut op.tx, organization, *id).await,
        None => Ok(None),
    }
}

/// Which of `names`, folded, are the usernames or addresses of somebody.
pub(crate) async fn taken_names(op: &mut Operation<'_>, names: &[String]) -> Result<HashSet<String>> {
    let organization = op.organization();
    let wanted: Vec<String> = names.iter().map(|name| rules::identifier(name)).collect();
    Ok(rows::owners(&mut op.tx, organization, &wanted).await?.into_keys().collect())
}

/// The accounts that `names` mean under `key`; those that mean nobody are absent.
pub(crate) async fn find_all_by(
    op: &mut Operation<'_>,
    key: Key,
    names: &[String],
) -> Result<HashMap<String, Account>> {
    let organization = op.organization();
    let wanted: Vec<String> = match key {
        Key::Username | Key::Email => names.iter().map(|name| rules::identifier(name)).collect(),
        Key::ExternalId => names.to_vec(),
    };
    let owners = match key {
        Key::Username | Key::Email => rows::owners(&mut op.tx, organization, &wanted).await?,
        Key::ExternalId => rows::owners_of_external_ids(&mut op.tx, organization, &wanted).await?,
    };
    let mut ids: Vec<AccountId> = owners.values().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = rows::find_many(&mut op.tx, organization, &ids).await?;
    let accounts: HashMap<AccountId, Account> = accounts.into_iter().map(|account| (account.id, account)).collect();
    let means = |name: &str, account: &Account| match key {
        Key::Username => rules::identifier(&account.username) == name,
        Key::Email => account.email.as_deref().is_some_and(|email| rules::identifier(email) == name),
        Key::ExternalId => true,
    };
    let mut found = HashMap::new();
    for (name, wanted) in names.iter().zip(&wanted) {
        if let Some(account) = owners.get(wanted).and_then(|id| accounts.get(id))
            && means(wanted, account)
        {
            found.insert(name.clone(), account.clone());
        }
    }
    Ok(found)
}
