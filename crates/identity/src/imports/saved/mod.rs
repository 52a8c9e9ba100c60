//! Mappings that are kept under a name, for the next file of the same kind (ES-91). Everybody who imports shares them.

mod apply;
mod rows;

use base::Timestamp;
use base::text::{fold, has_hidden_signs, length, nfc};
use serde::{Deserialize, Serialize};

pub use apply::{Applied, apply};

use super::{Choices, UsernameFrom};
use crate::access::{Permission, Target};
use crate::attributes::field_of;
use crate::events::Event;
use crate::{Error, Operation, Result};

const LONGEST_NAME: usize = 100;
/// So many can be kept.
const MOST: u64 = 200;

/// A mapping that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedMapping {
    /// Its name.
    pub name: String,
    /// When it was last kept.
    pub modified_at: Timestamp,
}

/// What is kept of choices: what columns mean, and where the rest comes from. Fields stand by their codes, for one may
/// be gone by the time that it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    columns: Vec<(String, Option<String>)>,
    constants: Vec<(String, String)>,
    username_from: Option<UsernameFrom>,
    username_pattern: String,
    translations: Vec<(String, Vec<(String, String)>)>,
}

impl Kept {
    fn of(choices: &Choices) -> Self {
        let columns = choices.columns.iter();
        let columns = columns.map(|(name, field)| (name.clone(), field.map(|field| field.code().to_owned())));
        let attributes = choices.attributes.iter().map(|(name, key)| (name.clone(), Some(field_of(key))));
        let constants = choices.constants.iter().map(|(field, value)| (field.code().to_owned(), value.clone()));
        let of_attributes = choices.attribute_constants.iter().map(|(key, value)| (field_of(key), value.clone()));
        Kept {
            columns: columns.chain(attributes).collect(),
            constants: constants.chain(of_attributes).collect(),
            username_from: choices.username_from,
            username_pattern: choices.username_pattern.clone(),
            translations: choices.translations.clone(),
        }
    }
}

/// The mappings that are kept, by name.
///
/// Errors: `Denied` without `ImportAccounts`.
pub async fn saved_mappings(op: &mut Operation<'_>) -> Result<Vec<SavedMapping>> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    rows::list(&mut op.tx, organization).await
}

/// Keeps the mapping of `choices` under a name, in place of one of the same name.
///
/// Errors: `Denied` without `ImportAccounts`; `Invalid` with field `save_as`; `Conflict` `too_many_mappings`.
pub async fn save_mapping(op: &mut Operation<'_>, name: &str, choices: &Choices) -> Result<()> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let name = checked(name)?;
    let (organization, now) = (op.organization(), op.now);
    if !rows::update(&mut op.tx, organization, &name, &Kept::of(choices), now).await? {
        if rows::count(&mut op.tx, organization).await? >= MOST {
            let message = format!("{MOST} mappings are kept already. Delete one first.");
            return Err(Error::conflict("too_many_mappings", message));
        }
        rows::insert(&mut op.tx, organization, &name, &Kept::of(choices), now).await?;
    }
    op.record(permit, Event::ImportMappingSaved { name });
    Ok(())
}

/// Forgets a mapping.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`.
pub async fn delete_mapping(op: &mut Operation<'_>, name: &str) -> Result<()> {
    let permit = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    if !rows::delete(&mut op.tx, organization, &fold(name.trim())).await? {
        return Err(Error::NotFound);
    }
    op.record(permit, Event::ImportMappingDeleted { name: name.trim().to_owned() });
    Ok(())
}

/// A name in the form that is kept.
fn checked(name: &str) -> Result<String> {
    let name = nfc(name.trim()).into_owned();
    let problem = if name.is_empty() {
        Some(("REQUIRED_MISSING", "Enter a name for the mapping.".to_owned()))
    } else if length(&name) > LONGEST_NAME {
        Some(("TOO_LONG", format!("Enter a name of at most {LONGEST_NAME} characters.")))
    } else if has_hidden_signs(&name) {
        Some(("BAD_VALUE", "Remove line breaks and invisible control characters from the name.".to_owned()))
    } else {
        None
    };
    problem.map_or(Ok(name), |(code, message)| Err(Error::invalid("save_as", code, message)))
}
