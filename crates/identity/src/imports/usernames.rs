//! Usernames that are made by a pattern, as `{first_name}.{last_name}`, each once (ES-88).

use std::collections::{HashMap, HashSet};

use base::text;

use super::mapping::Mapping;
use super::plan::{Planned, Step};
use super::read::Wanted;
use super::{Choices, Field, Import, MatchBy, UsernameFrom};
use crate::accounts::{self, rules};
use crate::{Operation, Problem, Result};

/// So many numbers are tried at once for a name that is taken…
const NUMBERS_AT_ONCE: u32 = 20;
/// …and so often.
const ATTEMPTS: u32 = 50;

/// A pattern that usernames are made by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(Field),
    Initial(Field),
    /// What stands before the @ of the address.
    EmailName,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// Errors: what is wrong with it, for people.
    fn parse(pattern: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = pattern.trim();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err("A { lacks its }.".to_owned());
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(match name.trim() {
                "first_name" | "first" => Piece::Value(Field::FirstName),
                "last_name" | "last" => Piece::Value(Field::LastName),
                "first_initial" => Piece::Initial(Field::FirstName),
                "last_initial" => Piece::Initial(Field::LastName),
                "email_name" => Piece::EmailName,
                "external_id" => Piece::Value(Field::ExternalId),
                other => return Err(format!("There is nothing called {{{other}}} to make usernames of.")),
            });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        if pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) {
            return Err("Enter a pattern like {first_name}.{last_name}.".to_owned());
        }
        Ok(Pattern(pieces))
    }

    /// The username of a row; empty when it has none of the values.
    pub(super) fn username(&self, wanted: &Wanted) -> String {
        let value = |field: Field| match field {
            Field::FirstName => wanted.first_name.as_deref(),
            Field::LastName => wanted.last_name.as_deref(),
            _ => wanted.external_id.as_deref(),
        };
        let value = |field| plain(value(field).unwrap_or_default());
        let mut has_value = false;
        let mut name = String::new();
        for piece in &self.0 {
            let part = match piece {
                Piece::Text(text) => {
                    name.push_str(text);
                    continue;
                }
                Piece::Value(field) => value(*field),
                Piece::Initial(field) => value(*field).chars().take(1).collect(),
                Piece::EmailName => {
                    let email = wanted.email.as_deref().unwrap_or_default();
                    plain(email.rsplit_once('@').map_or("", |(local, _)| local))
                }
            };
            has_value |= !part.is_empty();
            name.push_str(&part);
        }
        if has_value { name.trim_matches(['.', '-', '_']).to_owned() } else { String::new() }
    }

    fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(field) | Piece::Initial(field) => Some(*field),
            Piece::EmailName => Some(Field::Email),
        })
    }
}

/// A value in the letters that usernames are made of: `Müller-Łoś` becomes `muller-los`.
fn plain(value: &str) -> String {
    let letters = text::ascii(value).to_ascii_lowercase();
    letters.chars().filter(|sign| sign.is_ascii_alphanumeric() || "-._".contains(*sign)).collect()
}

/// Settles the pattern, when one was chosen.
pub(super) fn settle(mapping: &mut Mapping, choices: &Choices) {
    mapping.username_from = Some(UsernameFrom::Pattern);
    let mut problem =
        |code: &str, message: String| mapping.problems.push(Problem::new("username_pattern", code, message));
    let pattern = match Pattern::parse(&choices.username_pattern) {
        Ok(pattern) => pattern,
        Err(message) => return problem("BAD_PATTERN", message),
    };
    if choices.match_by == MatchBy::Username {
        let message =
            "Usernames that are made from names do not tell people apart. Find existing users by email or external ID.";
        problem("BAD_MATCH", message.to_owned());
    }
    let missing = pattern.fields().find(|field| {
        let is_name = matches!(field, Field::FirstName | Field::LastName);
        !(mapping.has(*field) || is_name && mapping.has(Field::FullName))
    });
    if let Some(field) = missing {
        let message = format!("Usernames are made of {0}, but no column is mapped to {0}.", field.code());
        mapping.problems.push(Problem::new("username_pattern", "NOT_MAPPED", message));
    }
    mapping.pattern = Some(pattern);
}

/// The usernames of the rows so far, so that a second of the same name gets a number.
#[derive(Default)]
pub(super) struct Numbers {
    seen: HashSet<String>,
    last: HashMap<String, u32>,
}

impl Numbers {
    /// Numbers the username of a row when an earlier row has the same: `jane.doe`, `jane.doe2`, `jane.doe3`.
    pub(super) fn number(&mut self, wanted: &mut Wanted) {
        let Some(name) = wanted.username.clone().filter(|name| !name.is_empty()) else { return };
        let folded = rules::identifier(&name);
        if self.seen.insert(folded.clone()) || !wanted.is_username_derived {
            return;
        }
        let last = self.last.entry(folded).or_insert(1);
        loop {
            *last += 1;
            let numbered = format!("{name}{last}");
            if self.seen.insert(rules::identifier(&numbered)) {
                wanted.username = Some(numbered);
                return;
            }
        }
    }
}

/// Gives new accounts whose made usernames belong to somebody else the next number that is free.
pub(super) async fn find_free(op: &mut Operation<'_>, import: &Import, planned: &mut [Planned]) -> Result<()> {
    if import.mapping.pattern.is_none() {
        return Ok(());
    }
    let is_made = |planned: &Planned| matches!(planned.step, Step::Create(_)) && planned.wanted.is_username_derived;
    let name_of = |planned: &Planned| planned.wanted.username.clone().unwrap_or_default();
    let names: Vec<String> = planned.iter().filter(|planned| is_made(planned)).map(name_of).collect();
    let taken = accounts::taken_names(op, &names).await?;
    let mut claimed: HashSet<String> = planned.iter().map(|planned| rules::identifier(&name_of(planned))).collect();
    for planned in planned.iter_mut().filter(|planned| is_made(planned)) {
        let name = name_of(planned);
        if !taken.contains(&rules::identifier(&name)) {
            continue;
        }
        if let Some(free) = next_free(op, &name, &mut claimed).await? {
            if let Step::Create(new) = &mut planned.step {
                new.username.clone_from(&free);
            }
            planned.wanted.username = Some(free);
        }
    }
    Ok(())
}

/// The name with the first number, from 2, that is nobody's; `None` when very many are taken.
async fn next_free(op: &mut Operation<'_>, name: &str, claimed: &mut HashSet<String>) -> Result<Option<String>> {
    for round in 0..ATTEMPTS {
        let first = 2 + round * NUMBERS_AT_ONCE;
        let names: Vec<String> = (first..first + NUMBERS_AT_ONCE).map(|number| format!("{name}{number}")).collect();
        let taken = accounts::taken_names(op, &names).await?;
        for name in names {
            let folded = rules::identifier(&name);
            if !taken.contains(&folded) && claimed.insert(folded) {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(pattern: &str, first: &str, last: &str) -> String {
        let wanted = Wanted {
            first_name: Some(first.into()),
            last_name: Some(last.into()),
            email: Some("J.Doe@example.com".into()),
            ..Wanted::default()
        };
        Pattern::parse(pattern).unwrap().username(&wanted)
    }

    #[test]
    fn es_88_usernames_are_made_of_names_in_plain_letters() {
        assert_eq!(made("{first_name}.{last_name}", "Jane", "Doe"), "jane.doe");
        assert_eq!(made("{first}.{last}", "Zoë", "van der Łoś-Müller"), "zoe.vanderlos-muller");
        assert_eq!(made("{first_initial}{last_name}", "Jörg", "Straße"), "jstrasse");
        assert_eq!(made("u-{email_name}", "", ""), "u-j.doe");
        assert_eq!(made("{first_name}.{last_name}", "Cher", ""), "cher");
        assert_eq!(made("{first_name}.{last_name}", "", "明"), "ming");
        assert_eq!(made("x{first_name}", "", "Doe"), "", "nothing is made of the pattern alone");
    }

    #[test]
    fn es_88_a_pattern_that_makes_no_sense_is_refused() {
        for (pattern, expected) in [
            ("", "Enter a pattern"),
            ("abc", "Enter a pattern"),
            ("{first_name", "lacks"),
            ("{role}", "nothing called {role}"),
        ] {
            let refusal = Pattern::parse(pattern).unwrap_err();
            assert!(refusal.contains(expected), "{pattern}: {refusal}");
        }
    }

    #[test]
    fn es_88_a_second_of_the_same_name_gets_a_number() {
        let mut numbers = Numbers::default();
        let names = ["jane.doe", "Jane.Doe", "jane.doe3", "jane.doe"].map(|name| {
            let is_username_derived = name != "jane.doe3";
            let mut wanted = Wanted { username: Some(name.into()), is_username_derived, ..Wanted::default() };
            numbers.number(&mut wanted);
            wanted.username.unwrap()
        });
        assert_eq!(names, ["jane.doe", "Jane.Doe2", "jane.doe3", "jane.doe4"]);
    }
}
