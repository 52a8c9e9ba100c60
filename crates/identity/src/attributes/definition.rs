//! What an administrator says about an attribute.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Choice, Kind};

/// Most characters of a label, and of a choice.
pub const MAX_LABEL: usize = 128;
/// Most characters of a help text.
pub const MAX_HELP: usize = 500;
/// Most characters of a pattern.
pub const MAX_PATTERN: usize = 500;

/// What an administrator says about an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each switch is a choice of its own")]
pub struct Definition {
    /// What people call it.
    pub label: String,
    /// The same in other languages, by language tag (BCP 47), as `de`.
    pub labels: BTreeMap<String, String>,
    /// What to enter; may be empty.
    pub help: String,
    /// What kind of values it has.
    pub kind: Kind,
    /// What can be chosen, when that is its kind.
    pub choices: Vec<Choice>,
    /// What a text must match as a whole; empty for anything.
    pub pattern: String,
    /// Fewest characters of a text.
    pub min_length: Option<u32>,
    /// Most characters of a text.
    pub max_length: Option<u32>,
    /// Least number or earliest day.
    pub least: Option<String>,
    /// Greatest number or latest day.
    pub greatest: Option<String>,
    /// What a new account has when nobody says otherwise.
    pub default: Vec<String>,
    /// Whether an account can have several values.
    pub is_multi: bool,
    /// Whether an account must have a value. Those that are there without one stay as they are until they are changed.
    pub is_required: bool,
    /// Whether no two accounts may have the same value.
    pub is_unique: bool,
    /// Whether a list of accounts can be narrowed by it.
    pub is_searchable: bool,
    /// Whether the list of accounts has a column for it.
    pub is_listed: bool,
    /// Whether somebody who registers is asked for it.
    pub is_asked_at_registration: bool,
    /// What the owner of an account may do with it in My account.
    pub in_my_account: Access,
    /// What administrators of users may do with it.
    pub in_console: Access,
    /// The claim of OpenID Connect that bears it; empty for none.
    pub oidc_claim: String,
    /// The attribute of SAML that bears it; empty for none.
    pub saml_attribute: String,
}

impl Default for Definition {
    fn default() -> Self {
        Definition {
            label: String::new(),
            labels: BTreeMap::new(),
            help: String::new(),
            kind: Kind::default(),
            choices: Vec::new(),
            pattern: String::new(),
            min_length: None,
            max_length: None,
            least: None,
            greatest: None,
            default: Vec::new(),
            is_multi: false,
            is_required: false,
            is_unique: false,
            is_searchable: false,
            is_listed: false,
            is_asked_at_registration: false,
            in_my_account: Access::Hidden,
            in_console: Access::Editable,
            oidc_claim: String::new(),
            saml_attribute: String::new(),
        }
    }
}

/// What somebody may do with an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Not even see it.
    Hidden,
    /// See it.
    ReadOnly,
    /// See and change it.
    #[default]
    Editable,
}

impl Access {
    /// Every one, in the order to offer them.
    pub const ALL: [Access; 3] = [Access::Hidden, Access::ReadOnly, Access::Editable];

    /// A stable name, as `read_only`.
    pub fn code(self) -> &'static str {
        match self {
            Access::Hidden => "hidden",
            Access::ReadOnly => "read_only",
            Access::Editable => "editable",
        }
    }

    /// The one with this [`Access::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Access::ALL.into_iter().find(|access| access.code() == code)
    }
}

impl Definition {
    /// Its label in a language, or in the closest one that there is.
    pub fn label_in(&self, language: &str) -> &str {
        let mut tag = language;
        loop {
            let found = self.labels.iter().find(|(other, _)| other.eq_ignore_ascii_case(tag));
            match (found, tag.rsplit_once('-')) {
                (Some((_, label)), _) => return label,
                (None, Some((shorter, _))) => tag = shorter,
                (None, None) => return &self.label,
            }
        }
    }

    /// The choice with this code.
    pub fn choice(&self, code: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.code == code)
    }

    /// Whether values are kept a second time, so that they are found.
    pub(crate) fn has_index(&self) -> bool {
        self.is_searchable || self.is_unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_201_a_label_is_shown_in_the_closest_language() {
        let labels = [("de", "Abteilung"), ("pt-BR", "Departamento")];
        let labels = labels.map(|(tag, label)| (tag.to_owned(), label.to_owned())).into();
        let definition = Definition { label: "Department".into(), labels, ..Definition::default() };
        assert_eq!(definition.label_in("de-AT"), "Abteilung");
        assert_eq!(definition.label_in("PT-br"), "Departamento");
        assert_eq!(definition.label_in("pt"), "Department");
        assert_eq!(definition.label_in(""), "Department");
    }
}
