//! What is to be exported, and as what.

use base::AccountId;
use serde_json::{Value as Json, json};
use wire::csv::{Guard, Style};

use super::Column;
use crate::accounts::Filter;
use crate::{Error, Problem, Result};

/// What to export.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which accounts.
    pub whom: Whom,
    /// What of each, in the order of [`Column::ALL`]; at least one.
    pub columns: Vec<Column>,
    /// As what.
    pub format: Format,
}

/// Which accounts are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
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
            format: Format::Csv(Style::default()),
        }
    }
}

impl Request {
    /// Errors: `Invalid` without a column.
    pub(super) fn check(&self) -> Result<()> {
        if self.columns.is_empty() {
            let problem = Problem::new("column", "COLUMN_REQUIRED", "Choose at least one column.");
            return Err(Error::Invalid(vec![problem]));
        }
        Ok(())
    }

    /// The request as the audit log remembers it.
    pub(super) fn details(&self) -> Json {
        let mut details = match &self.whom {
            Whom::Matching(filter) => json!({ "filter": filter.details() }),
            Whom::Chosen(ids) => json!({ "chosen": ids.len() }),
        };
        details["columns"] = self.columns.iter().map(|column| column.code()).collect();
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
