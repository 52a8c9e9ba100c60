//! What an organization chose: declared once, kept in the database, audited when changed.

mod definitions;
mod rows;
mod words;

pub use definitions::{DEFINITIONS, Definition, Settings};
pub use words::{Word, Words};

use serde_json::Value as Json;

use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// The settings of the caller's organization.
///
/// Errors: `Unavailable`, `Internal`.
pub async fn load(op: &mut Operation<'_>) -> Result<Settings> {
    if let Some(settings) = &op.settings {
        return Ok(settings.clone());
    }
    let organization = op.organization();
    let chosen = rows::all(&mut op.tx, organization).await?;
    let settings = Settings::from_chosen(chosen);
    op.settings = Some(settings.clone());
    Ok(settings)
}

/// Chooses `value` for the setting `key`.
///
/// Errors: `Denied` without `ManageSettings`; `Invalid` for an unknown key or a value out of its range.
pub async fn choose(op: &mut Operation<'_>, key: &str, value: Json) -> Result<()> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let Some(definition) = DEFINITIONS.iter().find(|definition| definition.key == key) else {
        return Err(Error::invalid("key", "UNKNOWN", format!("There is no setting named {key:?}.")));
    };
    definition.check(&value)?;
    let before = load(op).await?.value_of(key);
    let (organization, now) = (op.organization(), op.now);
    rows::put(&mut op.tx, organization, key, &value, now).await?;
    op.settings = None;
    op.record(permit, Event::SettingChanged { key: key.to_owned(), before, after: value });
    Ok(())
}
