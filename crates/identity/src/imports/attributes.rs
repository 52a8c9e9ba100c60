//! Which columns of a file are attributes of the organization.

use super::mapping::{Mapping, Told};
use super::{Choices, Mode, headers};
use crate::attributes::{Attribute, Attributes, Entrant, field_of};

impl Mapping {
    /// Maps the columns that somebody chose to be attributes, and the values that all rows have.
    pub(super) fn choose_attributes(&mut self, choices: &Choices, attributes: &Attributes) {
        for (key, text) in &choices.attribute_constants {
            if self.may_be_told(key, attributes) {
                self.attributes.insert(key.clone(), Told::Constant(text.trim().to_owned()));
            }
        }
        for (name, key) in &choices.attributes {
            if let Some(column) = self.choose_column(name)
                && self.may_be_told(key, attributes)
            {
                self.place_attribute(key, column);
            }
        }
    }

    /// Maps the columns that are called like attributes and that nobody chose. A name of the organization's own goes
    /// before what it means elsewhere.
    pub(super) fn guess_attributes(&mut self, attributes: &Attributes) {
        for attribute in attributes.iter().filter(|attribute| attribute.is_open_to(Entrant::Administrator)) {
            if self.attributes.contains_key(&attribute.key) {
                continue;
            }
            let named = |is_named: &dyn Fn(&str) -> bool| -> Vec<usize> {
                let columns = self.columns.iter().enumerate();
                let free = columns.filter(|(_, column)| !column.chosen && column.attribute.is_none());
                free.filter(|(_, column)| is_named(&column.name)).map(|(index, _)| index).collect()
            };
            let exactly = named(&|name| name.trim() == field_of(&attribute.key));
            let columns = if exactly.is_empty() { named(&|name| is_called(attribute, name)) } else { exactly };
            match columns[..] {
                [] => {}
                [column] => self.place_attribute(&attribute.key, column),
                _ => {
                    let message = format!(
                        "Columns {} may all be {}. Say which one it is, and ignore the others.",
                        self.quoted(&columns),
                        attribute.definition.label
                    );
                    self.problem(&field_of(&attribute.key), "AMBIGUOUS_COLUMN", message);
                }
            }
        }
    }

    /// Says which attributes are missing that every new account must have.
    pub(super) fn require_attributes(&mut self, choices: &Choices, attributes: &Attributes) {
        let is_missing = |attribute: &&Attribute| {
            attribute.is_required_of(Entrant::Administrator)
                && attribute.definition.default.is_empty()
                && !self.attributes.contains_key(&attribute.key)
        };
        let missing: Vec<&Attribute> =
            attributes.iter().filter(|_| choices.mode != Mode::Update).filter(is_missing).collect();
        for Attribute { key, definition, .. } in missing {
            let message = format!(
                "Every user must have a value of {0}. Map a column to {0}, or give a fixed value.",
                definition.label
            );
            self.problem(&field_of(key), "NOT_MAPPED", message);
        }
    }

    fn may_be_told(&mut self, key: &str, attributes: &Attributes) -> bool {
        let field = field_of(key);
        match attributes.get(key) {
            None => {
                let message =
                    format!("There is no attribute {key} any more. Map the column to another field, or ignore it.");
                self.problem(&field, "UNKNOWN_ATTRIBUTE", message);
                false
            }
            Some(attribute) if !attribute.is_open_to(Entrant::Administrator) => {
                let message = format!("Administrators can't change {}. Ignore the column.", attribute.definition.label);
                self.problem(&field, "NOT_EDITABLE", message);
                false
            }
            Some(attribute) if self.attributes.contains_key(key) => {
                let message = format!("{} is given twice. Give it once.", attribute.definition.label);
                self.problem(&field, "MAPPED_TWICE", message);
                false
            }
            Some(_) => true,
        }
    }

    fn place_attribute(&mut self, key: &str, column: usize) {
        self.attributes.insert(key.to_owned(), Told::Column(column));
        self.columns[column].attribute = Some(key.to_owned());
    }
}

/// Whether a column is called like an attribute: by its key or one of its labels, whatever the signs and the case.
fn is_called(attribute: &Attribute, column: &str) -> bool {
    let wanted = headers::plain(column);
    let labels = attribute.definition.labels.values().chain([&attribute.definition.label, &attribute.key]);
    !wanted.is_empty() && labels.into_iter().any(|label| headers::plain(label) == wanted)
}

#[cfg(test)]
mod tests {
    use super::super::Field;
    use super::*;
    use crate::attributes::{Definition, Kind, attribute_for_tests};

    fn attributes() -> Attributes {
        let labelled = |label: &str| Definition { label: label.into(), ..Definition::default() };
        let german = [("de".to_owned(), "Abteilung".to_owned())].into();
        let department = Definition { labels: german, is_required: true, ..labelled("Department") };
        Attributes::new(vec![
            attribute_for_tests("department", department),
            attribute_for_tests("staff_no", Definition { kind: Kind::Number, ..labelled("Staff ID") }),
        ])
    }

    fn mapping(header: &str, choices: &Choices) -> Mapping {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        Mapping::of(&names, None, choices, &attributes())
    }

    fn keys(mapping: &Mapping) -> Vec<Option<&str>> {
        mapping.columns.iter().map(|column| column.attribute.as_deref()).collect()
    }

    fn codes(mapping: &Mapping) -> Vec<(&str, &str)> {
        mapping.problems.iter().map(|problem| (problem.field.as_str(), problem.code.as_str())).collect()
    }

    #[test]
    fn es_87_columns_named_like_attributes_map_themselves() {
        for header in ["username,Department", "username,abteilung", "username,custom.department"] {
            assert_eq!(keys(&mapping(header, &Choices::default())), [None, Some("department")], "{header}");
        }
        let found = mapping("username,department,Staff ID", &Choices::default());
        assert_eq!(keys(&found)[2], Some("staff_no"), "the organization's own name goes before an external ID");
        assert!(!found.has(Field::ExternalId));
        assert_eq!(codes(&found), []);
        let exactly = mapping("username,Department,custom.department", &Choices::default());
        assert_eq!(keys(&exactly), [None, None, Some("department")]);
        let both = mapping("username,Department,Abteilung", &Choices::default());
        assert_eq!(codes(&both)[0], ("custom.department", "AMBIGUOUS_COLUMN"));
    }

    #[test]
    fn es_88_a_required_attribute_must_be_mapped_or_given() {
        assert_eq!(codes(&mapping("username", &Choices::default())), [("custom.department", "NOT_MAPPED")]);
        let given = Choices { attribute_constants: vec![("department".into(), "Law".into())], ..Choices::default() };
        assert_eq!(codes(&mapping("username", &given)), []);
        let update = Choices { mode: Mode::Update, ..Choices::default() };
        assert_eq!(codes(&mapping("username", &update)), []);
        let twice = Choices { attributes: vec![("Faculty".into(), "department".into())], ..given };
        assert_eq!(codes(&mapping("username,Faculty", &twice)), [("custom.department", "MAPPED_TWICE")]);
    }

    #[test]
    fn es_201_a_column_mapped_to_what_is_gone_is_named() {
        let gone = Choices { attributes: vec![("Faculty".into(), "faculty".into())], ..Choices::default() };
        let found = mapping("username,Department,Faculty", &gone);
        assert_eq!(codes(&found), [("custom.faculty", "UNKNOWN_ATTRIBUTE")]);
    }
}
