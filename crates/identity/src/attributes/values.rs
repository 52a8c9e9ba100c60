//! What an account has of each attribute.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most values that an account can have of one attribute.
pub const MAX_VALUES: usize = 100;

/// What an account has, or somebody entered, of each attribute: texts by key. An attribute without a text has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<String, Vec<String>>);

/// Who enters values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrant {
    /// An administrator, by form or by file.
    Administrator,
    /// The owner of the account, in My account.
    Owner,
    /// Somebody who registers.
    Applicant,
    /// Whoever commands the machine: everything can be entered, and nothing must be.
    Operator,
}

/// The name of an attribute among the fields of an account, as `custom.department`.
pub fn field_of(key: &str) -> String {
    format!("custom.{key}")
}

impl Values {
    /// The values of the attribute with this key; none when there are none.
    pub fn get(&self, key: &str) -> &[String] {
        self.0.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether something is said of the attribute, be it that it has no value.
    pub fn names(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Says what the values of an attribute are.
    pub fn set(&mut self, key: &str, values: Vec<String>) {
        self.0.insert(key.to_owned(), values);
    }

    /// Says nothing of an attribute any more; answers whether something was said.
    pub fn remove(&mut self, key: &str) -> bool {
        self.0.remove(key).is_some()
    }

    /// Whether nothing is said of any attribute.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every attribute of which something is said, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, Vec<V>)> for Values {
    fn from_iter<I: IntoIterator<Item = (K, Vec<V>)>>(values: I) -> Self {
        let texts = |values: Vec<V>| values.into_iter().map(Into::into).collect();
        Values(values.into_iter().map(|(key, values)| (key.into(), texts(values))).collect())
    }
}
