//! What is to be exported, and as what.

use base::AccountId;
use serde_json::{Value as Json, json};
use wire::csv::{Guard, Style};

use super::Column;
use crate::accounts::Filter;
use crate::attributes::{Access, Attribute, Attributes, field_of};
use crate::{Error, Problem, Result};

/// What to export.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which accounts.
    pub whom: Whom,
    /// What of each, in the order of [`Column::ALL`]; at least one.
    pub columns: Vec<Column>,
    /// Which attributes, by key, in their own order; `None` for all that administrators may see.
    pub attributes: Option<Vec<String>>,
    /// As what.
    pub format: Format,
}

/// Which accounts are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "an export has one, and is no small thing itself")]
pub enum Whom {
    /// Those that match.
    Matching(Filter),
    /// These; those that are gone are left out.
    Chosen(Vec<AccountId>),
}

/// The format of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Delimited text, which the import reads.
    Csv(Style),
    /// A JSON object on each line.
    NdJson,
}

impl Default for Request {
    /// Everybody, with everything, as what opens in a spreadsheet without harm.
    fn default() -> Self {
        Request {
            whom: Whom::Matching(Filter::default()),
            columns: Column::ALL.to_vec(),
            attributes: None,
            format: Format::Csv(Style::default()),
        }
    }
}

impl Request {
    /// The attributes that are exported, in order.
    ///
    /// Errors: `Invalid` without a column, or with an attribute that isn't there or that administrators may not see.
    pub(super) fn check(&self, attributes: &Attributes) -> Result<Vec<Attribute>> {
        let seen = attributes.iter().filter(|attribute| attribute.definition.in_console != Access::Hidden);
        let is_wanted = |key: &String| self.attributes.as_ref().is_none_or(|wanted| wanted.contains(key));
        let wanted: Vec<Attribute> = seen.filter(|attribute| is_wanted(&attribute.key)).cloned().collect();
        let is_there = |key: &&String| wanted.iter().any(|attribute| attribute.key == **key);
        if let Some(gone) = self.attributes.iter().flatten().find(|key| !is_there(key)) {
            let message = format!("There is no attribute {gone} to export. Reload the page.");
            return Err(Error::invalid("column", "UNKNOWN_ATTRIBUTE", message));
        }
        if self.columns.is_empty() && wanted.is_empty() {
            let problem = Problem::new("column", "COLUMN_REQUIRED", "Choose at least one column.");
            return Err(Error::Invalid(vec![problem]));
        }
        Ok(wanted)
    }

    /// The request as the audit log remembers it.
    pub(super) fn details(&self, attributes: &[Attribute]) -> Json {
        let mut details = match &self.whom {
            Whom::Matching(filter) => json!({ "filter": filter.details() }),
            Whom::Chosen(ids) => json!({ "chosen": ids.len() }),
        };
        details["columns"] = self
            .columns
            .iter()
            .map(|column| column.code().to_owned())
            .chain(attributes.iter().map(|attribute| field_of(&attribute.key)))
            .collect();
        details["format"] = json!(match self.format {
            Format::Csv(_) => "csv",
            Format::NdJson => "ndjson",
        });
        if let Format::Csv(style) = self.format {
            details["guarded"] = json!(style.guard == Guard::Spreadsheet);
        }
        details
    }
}
