//! A pattern as a setting: compiled when it is first needed.

use std::fmt;
use std::sync::{Arc, OnceLock};

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::patterns::compile;

/// A pattern that a whole value must match; an empty one asks for nothing. Copies share what was compiled.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Pattern(Arc<Compiled>);

#[derive(Default)]
struct Compiled {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Whether `value` follows it. It takes time in proportion to the value. What is no pattern asks for nothing.
    pub fn admits(&self, value: &str) -> bool {
        let regex = self.0.regex.get_or_init(|| compile(&self.0.text).unwrap_or_default());
        regex.as_ref().is_none_or(|regex| regex.is_match(value))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Pattern(Arc::new(Compiled { text, regex: OnceLock::new() }))
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0.text.clone()
    }
}
