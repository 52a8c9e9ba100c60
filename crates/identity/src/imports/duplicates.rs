//! Rows of one file that mean the same person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use base::text::fold;

use super::read::Wanted;
use crate::Problem;
use crate::accounts::rules;
use crate::attributes::{Attribute, Attributes, Entrant, Values, field_of};

/// The usernames, addresses, external identifiers and unique values seen so far, each with its first line.
///
/// Only hashes are kept, 12 bytes for each: with 600,000 of them, one in a hundred million files is wronged.
#[derive(Default)]
pub(super) struct Duplicates {
    lines: HashMap<u64, u32>,
    hash: RandomState,
}

impl Duplicates {
    /// What of `wanted` stands in an earlier row, of what only one account can have. The row counts as seen from now on.
    pub(super) fn check(&mut self, wanted: &Wanted, attributes: &Attributes) -> Vec<Problem> {
        let mut problems = Vec::new();
        let line = u32::try_from(wanted.line).unwrap_or(u32::MAX);
        let username = wanted.username.as_deref().filter(|text| !text.is_empty()).map(rules::identifier);
        let email = wanted.email.as_deref().filter(|text| !text.is_empty()).map(rules::identifier);
        // Usernames and addresses are one namespace; a username that is the address counts once.
        let email = email.filter(|email| username.as_ref() != Some(email));
        let names =
            [("username", "n", username), ("email", "n", email), ("external_id", "x", wanted.external_id.clone())];
        for (field, space, name) in names {
            let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
            if let Some(first) = self.seen_in(line, space, &name) {
                problems.push(twice(field, words(field), first));
            }
        }
        for attribute in attributes.iter().filter(|attribute| attribute.definition.is_unique) {
            for value in values_of(attributes, attribute, wanted) {
                if let Some(first) = self.seen_in(line, &attribute.key, &fold(&value)) {
                    problems.push(twice(&field_of(&attribute.key), &attribute.definition.label, first));
                }
            }
        }
        problems
    }

    /// The line in which a name of a namespace was seen first, when that was before `line`.
    fn seen_in(&mut self, line: u32, space: &str, name: &str) -> Option<u32> {
        match self.lines.entry(self.hash.hash_one((space, name))) {
            Entry::Vacant(vacant) => {
                vacant.insert(line);
                None
            }
            Entry::Occupied(first) => Some(*first.get()).filter(|first| *first != line),
        }
    }
}

fn twice(field: &str, words: &str, first: u32) -> Problem {
    Problem::new(field, "DUP_IN_FILE", format!("Line {first} has the same {words}. Keep one of them."))
}

/// What a row has of an attribute, in the form that is kept; nothing when it isn't valid.
fn values_of(attributes: &Attributes, attribute: &Attribute, wanted: &Wanted) -> Vec<String> {
    let texts = wanted.custom.get(&attribute.key);
    if texts.is_empty() {
        return Vec::new();
    }
    let entered: Values = [(attribute.key.as_str(), texts.to_vec())].into_iter().collect();
    let read = attributes.read(&entered, Entrant::Administrator).unwrap_or_default();
    read.get(&attribute.key).to_vec()
}

fn words(field: &str) -> &str {
    match field {
        "email" => "email address",
        "external_id" => "external ID",
        other => other,
    }
}
