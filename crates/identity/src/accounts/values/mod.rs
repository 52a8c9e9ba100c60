//! The values of attributes, kept a second time where accounts are found by them or nobody may have another's.

mod rows;
mod tend;

use std::collections::{HashMap, HashSet};

use base::{AccountId, AttributeId, text};

use super::Account;
use crate::attributes::{self, Attribute, Attributes, field_of};
use crate::{Operation, Problem, Result};

pub use tend::tend_attributes;

pub(super) use rows::owners;

/// No index takes a longer key.
const MAX_INDEXED_BYTES: usize = 2_400;

/// One value of one account, as it is found.
#[derive(Clone, Debug)]
struct Entry {
    attribute: AttributeId,
    account: AccountId,
    value: String,
    is_unique: bool,
    /// Whether parts of it are looked for.
    is_in_parts: bool,
}

/// A value as it is found and compared: folded, and not too long for an index.
pub(super) fn indexed(value: &str) -> String {
    let mut folded = text::fold(value);
    folded.truncate(folded.floor_char_boundary(MAX_INDEXED_BYTES));
    folded
}

/// The entries of one attribute of an account.
fn entries_of(attribute: &Attribute, account: AccountId, values: &attributes::Values) -> Vec<Entry> {
    let definition = &attribute.definition;
    let mut entries: Vec<Entry> = Vec::new();
    for value in values.get(&attribute.key).iter().filter(|_| definition.has_index()) {
        let value = indexed(value);
        // Two of its values may be one for an index.
        if entries.iter().all(|other| other.value != value) {
            let is_in_parts = definition.is_searchable && definition.kind.is_searched_in_parts();
            let (attribute, is_unique) = (attribute.id, definition.is_unique);
            entries.push(Entry { attribute, account, value, is_unique, is_in_parts });
        }
    }
    entries
}

/// Makes the values of new accounts known. Answers what is wrong with those that were beaten to a value that nobody may
/// have twice; of theirs, the others are known all the same, until the account goes.
pub(super) async fn add(op: &mut Operation<'_>, accounts: &[&Account]) -> Result<HashMap<AccountId, Problem>> {
    let attributes = attributes::load(op).await?;
    let mut entries = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.definition.has_index()) {
        let added = accounts.iter().flat_map(|account| entries_of(attribute, account.id, &account.custom));
        entries.extend(added);
    }
    let lost = rows::put(&mut op.tx, op.caller.organization, &entries).await?;
    Ok(lost.into_iter().filter_map(|entry| Some((entry.account, taken(attributes.by_id(entry.attribute)?)))).collect())
}

/// Makes the changed values of accounts known, each with the fields in which it changed. Answers what is wrong with
/// those that were beaten to a value that nobody may have twice.
pub(super) async fn replace(
    op: &mut Operation<'_>,
    changed: &[(&Account, HashSet<String>)],
) -> Result<HashMap<AccountId, Problem>> {
    let attributes = attributes::load(op).await?;
    let mut entries = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.definition.has_index()) {
        let field = field_of(&attribute.key);
        let accounts = changed.iter().filter(|(_, fields)| fields.contains(&field)).map(|(account, _)| *account);
        let accounts: Vec<&Account> = accounts.collect();
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
        rows::remove(&mut op.tx, attribute.id, &ids).await?;
        entries.extend(accounts.iter().flat_map(|account| entries_of(attribute, account.id, &account.custom)));
    }
    let lost = rows::put(&mut op.tx, op.caller.organization, &entries).await?;
    Ok(lost.into_iter().filter_map(|entry| Some((entry.account, taken(attributes.by_id(entry.attribute)?)))).collect())
}

/// What is said when somebody else has a value that nobody may have twice.
pub(super) fn taken(attribute: &Attribute) -> Problem {
    let message = format!("Another user has this {} already. Enter another value.", attribute.definition.label);
    Problem::new(&field_of(&attribute.key), "VALUE_TAKEN", message)
}

/// The values of an account that nobody else may have, each with its attribute; those that it had `before` are left out.
pub(super) fn claims<'a>(
    attributes: &'a Attributes,
    values: &'a attributes::Values,
    before: Option<&'a Account>,
) -> impl Iterator<Item = (&'a Attribute, String)> {
    let is_new = move |attribute: &&Attribute| {
        attribute.definition.is_unique
            && before.is_none_or(|account| account.custom.get(&attribute.key) != values.get(&attribute.key))
    };
    let each =
        |attribute: &'a Attribute| values.get(&attribute.key).iter().map(move |value| (attribute, indexed(value)));
    attributes.iter().filter(is_new).flat_map(each)
}
