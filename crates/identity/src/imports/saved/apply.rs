//! Using a mapping that is kept for another file.

use base::text::fold;

use super::{Kept, rows};
use crate::access::{Permission, Target};
use crate::attributes::{self, Attributes, field_of};
use crate::imports::{Choices, Column, Field};
use crate::{Error, Operation, Result};

/// Choices with a mapping that was kept, and what of it does not fit.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The choices.
    pub choices: Choices,
    /// What to look at, for people.
    pub notices: Vec<String>,
}

/// Uses the mapping called `name` for a file with these columns. What fits is chosen, the rest is told.
///
/// Errors: `Denied` without `ImportAccounts`; `NotFound`.
pub async fn apply(op: &mut Operation<'_>, name: &str, columns: &[Column], choices: Choices) -> Result<Applied> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    let organization = op.organization();
    let kept = rows::find(&mut op.tx, organization, &fold(name.trim())).await?.ok_or(Error::NotFound)?;
    let attributes = attributes::load(op).await?;
    Ok(fit(kept, columns, &attributes, choices))
}

/// What a code means that was kept.
enum Meaning {
    Field(Field),
    Attribute(String),
}

impl Meaning {
    /// The field or attribute with this code, if there still is one.
    fn of(code: &str, attributes: &Attributes) -> Option<Self> {
        let attribute = || attributes.iter().find(|attribute| field_of(&attribute.key) == code);
        Field::from_code(code).map(Meaning::Field).or_else(|| Some(Meaning::Attribute(attribute()?.key.clone())))
    }
}

fn fit(kept: Kept, columns: &[Column], attributes: &Attributes, choices: Choices) -> Applied {
    let mut notices = Vec::new();
    let is_there = |name: &str| columns.iter().any(|column| fold(&column.name) == fold(name));
    let gone = |what: &str, code: &str| {
        format!("{what} was mapped to the field “{code}”, which does not exist any more. Choose another one.")
    };
    let mut fitted = Choices {
        columns: Vec::new(),
        attributes: Vec::new(),
        constants: Vec::new(),
        attribute_constants: Vec::new(),
        username_from: kept.username_from,
        username_pattern: kept.username_pattern,
        translations: kept.translations.into_iter().filter(|(name, _)| is_there(name)).collect(),
        ..choices
    };
    for (name, code) in kept.columns {
        if !is_there(&name) {
            // Columns that were ignored are not missed.
            if code.is_some() {
                notices.push(format!("The mapping has the column “{name}”, which this file lacks."));
            }
            continue;
        }
        match code.as_deref().map(|code| Meaning::of(code, attributes)) {
            Some(Some(Meaning::Field(field))) => fitted.columns.push((name, Some(field))),
            Some(Some(Meaning::Attribute(key))) => fitted.attributes.push((name, key)),
            Some(None) => {
                notices.push(gone(&format!("Column “{name}”"), &code.unwrap_or_default()));
                fitted.columns.push((name, None));
            }
            None => fitted.columns.push((name, None)),
        }
    }
    for (code, value) in kept.constants {
        match Meaning::of(&code, attributes) {
            Some(Meaning::Field(field)) => fitted.constants.push((field, value)),
            Some(Meaning::Attribute(key)) => fitted.attribute_constants.push((key, value)),
            None => notices.push(gone(&format!("The value “{value}” for every row"), &code)),
        }
    }
    Applied { choices: fitted, notices }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_91_a_mapping_to_a_field_that_is_gone_says_so() {
        let column = |name: &str| Column { name: name.into(), field: None, attribute: None, chosen: false };
        let kept = Kept {
            columns: vec![
                ("Mail".into(), Some("email".into())),
                ("Shoe".into(), Some("shoe_size".into())),
                ("Room".into(), None),
                ("Desk".into(), None),
                ("Login".into(), Some("username".into())),
            ],
            constants: vec![("hat_size".into(), "9".into())],
            ..Kept::default()
        };
        let present = [column("MAIL"), column("Shoe"), column("Room")];
        let applied = fit(kept, &present, &Attributes::default(), Choices::default());
        let columns = [("Mail".to_owned(), Some(Field::Email)), ("Shoe".to_owned(), None), ("Room".to_owned(), None)];
        assert_eq!(applied.choices.columns, columns);
        assert_eq!(applied.notices.len(), 3, "{:?}", applied.notices);
        assert!(applied.notices[0].contains("“shoe_size”, which does not exist any more"));
        assert!(applied.notices[1].contains("“Login”, which this file lacks"));
        assert!(applied.notices[2].contains("hat_size"));
    }
}
