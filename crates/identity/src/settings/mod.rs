//! What an organization chose: declared once, kept in the database, audited when changed.

mod choices;
mod definition;
mod pages;
mod pattern;
mod read;
mod rows;
mod values;
mod words;

pub use choices::{BreachedPasswords, FirstSign, RegistrationNotice, SecurityCheck};
pub use definition::{Definition, Item, Kind, Warning};
pub use pages::{Page, definitions};
pub use pattern::Pattern;
pub use values::Settings;
pub use words::{Word, Words};

use serde_json::Value as Json;

use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Operation, Result};

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
/// Errors: `Denied` without `ManageSettings`, and `ManageGuardedSettings` for a guarded one; `Invalid` for an unknown
/// key or a value out of its range.
pub async fn choose(op: &mut Operation<'_>, key: &str, value: Json) -> Result<()> {
    let mut permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let definition = Definition::find(key)?;
    if definition.is_guarded {
        permit = op.allow(Permission::ManageGuardedSettings, Target::Organization)?;
    }
    let after = definition.read(&value)?;
    let before = load(op).await?.value_of(key);
    let (organization, now) = (op.organization(), op.now);
    rows::put(&mut op.tx, organization, key, &after, now).await?;
    op.settings = None;
    op.record(permit, Event::SettingChanged { key: key.to_owned(), before, after });
    Ok(())
}
