//! A definition made ready to hold many values against.

use std::collections::HashMap;

use base::text::fold;
use regex::Regex;

use super::Definition;
use crate::patterns::compile;

/// What of a definition is worked out once for many values.
#[derive(Debug, Default)]
pub(super) struct Rule {
    pub(super) pattern: Option<Regex>,
    codes: HashMap<String, usize>,
    labels: HashMap<String, usize>,
}

impl Rule {
    /// Works out what `definition` says. A pattern that doesn't compile any more asks for nothing.
    pub(super) fn of(definition: &Definition) -> Self {
        let codes = definition.choices.iter().enumerate().map(|(index, choice)| (choice.code.clone(), index));
        let labels = definition.choices.iter().enumerate().map(|(index, choice)| (fold(&choice.label), index));
        Rule {
            pattern: compile(&definition.pattern).unwrap_or_default(),
            codes: codes.collect(),
            labels: labels.collect(),
        }
    }

    /// Which choice somebody means by its code, or by its label whatever its case.
    pub(super) fn choice(&self, text: &str) -> Option<usize> {
        self.codes.get(text).or_else(|| self.labels.get(&fold(text))).copied()
    }
}
