//! What an organization chose: declared once, kept in the database, audited when changed.

mod choices;
mod definition;
mod pages;
mod pattern;
mod presets;
mod read;
mod rows;
mod save;
mod together;
mod values;
mod words;

pub use choices::{BreachedPasswords, FirstSign, RegistrationNotice, SecurityCheck};
pub use definition::{Definition, Item, Kind, Warning};
pub use pages::{Page, definitions};
pub use pattern::Pattern;
pub use presets::Preset;
pub use save::{Change, changes, choose, differences, imagine, reset, save};
pub use values::Settings;
pub use words::{Word, Words};

use base::Timestamp;

use crate::access::{Permission, Target};
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

/// When somebody last chose a value on a page, and who, as far as the account exists.
#[derive(Clone, Debug)]
pub struct LastChange {
    /// When.
    pub at: Timestamp,
    /// The username of who did.
    pub by: Option<String>,
}

/// Who last chose a value on `page` that is still in force; `None` when all are as they came.
///
/// Errors: `Denied` without `ManageSettings`.
pub async fn last_change(op: &mut Operation<'_>, page: Page) -> Result<Option<LastChange>> {
    let _ = op.allow(Permission::ManageSettings, Target::Organization)?;
    let organization = op.organization();
    let chosen = rows::chosen_at(&mut op.tx, organization).await?;
    let is_here = |key: &str| page.definitions().any(|definition| definition.key == key);
    let here = chosen.into_iter().filter(|(key, ..)| is_here(key)).max_by_key(|(_, at, _)| *at);
    Ok(here.map(|(_, at, by)| LastChange { at, by }))
}
