//! Values of other programs, translated column by column: `yes` to `enabled`.

use std::collections::HashMap;

use base::text;

use super::Choices;
use super::mapping::Mapping;
use crate::Problem;

/// What the cells of a column become, by their folded text.
pub(super) type Translation = HashMap<String, String>;

/// Settles what was chosen to be translated.
pub(super) fn settle(mapping: &mut Mapping, choices: &Choices) {
    for (name, values) in &choices.translations {
        let wanted = text::fold(name.trim());
        let Some(column) = mapping.columns.iter().position(|column| text::fold(&column.name) == wanted) else {
            let message = format!("Values of column {name:?} are translated, but the file has no such column.");
            mapping.problems.push(Problem::new(name, "UNKNOWN_COLUMN", message));
            continue;
        };
        if mapping.secrets.contains(&column) {
            let message = "Passwords can't be translated. Leave the column as it is.";
            mapping.problems.push(Problem::new(name, "BAD_TRANSLATION", message));
            continue;
        }
        let translation = mapping.translations.entry(column).or_default();
        for (from, to) in values {
            if translation.insert(text::fold(from.trim()), to.clone()).is_some() {
                let message = format!("The value {from:?} is translated twice. Translate it once.");
                mapping.problems.push(Problem::new(name, "BAD_TRANSLATION", message));
            }
        }
    }
}

/// The cell as it is understood.
pub(super) fn translated<'a>(translation: Option<&'a Translation>, cell: &'a str) -> &'a str {
    translation.and_then(|values| values.get(&text::fold(cell.trim()))).map_or(cell, String::as_str)
}
