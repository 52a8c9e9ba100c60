//! Rows of one file that mean the same person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use super::read::Wanted;
use crate::Problem;
use crate::accounts::rules;

/// The usernames, addresses and external identifiers seen so far, each with its first line.
///
/// Only hashes are kept, 12 bytes for each: with 600,000 of them, one in a hundred million files is wronged.
#[derive(Default)]
pub(super) struct Duplicates {
    lines: HashMap<u64, u32>,
    hash: RandomState,
}

impl Duplicates {
    /// What of `wanted` stands in an earlier row. The row counts as seen from now on.
    pub(super) fn check(&mut self, wanted: &Wanted) -> Vec<Problem> {
        let mut problems = Vec::new();
        let line = u32::try_from(wanted.line).unwrap_or(u32::MAX);
        let username = wanted.username.as_deref().filter(|text| !text.is_empty()).map(rules::identifier);
        let email = wanted.email.as_deref().filter(|text| !text.is_empty()).map(rules::identifier);
        // Usernames and addresses are one namespace; a username that is the address counts once.
        let email = email.filter(|email| username.as_ref() != Some(email));
        let names =
            [("username", 'n', username), ("email", 'n', email), ("external_id", 'x', wanted.external_id.clone())];
        for (field, space, name) in names {
            let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
            match self.lines.entry(self.hash.hash_one((space, name))) {
                Entry::Vacant(vacant) => drop(vacant.insert(line)),
                Entry::Occupied(first) => {
                    let message = format!("Line {} has the same {}. Keep one of them.", first.get(), words(field));
                    problems.push(Problem::new(field, "DUP_IN_FILE", message));
                }
            }
        }
        problems
    }
}

fn words(field: &str) -> &str {
    match field {
        "email" => "email address",
        "external_id" => "external ID",
        other => other,
    }
}
