//! From what somebody entered to the value that is kept.

use base::text::{has_hidden_signs, length, nfc};
use serde_json::{Value as Json, json};

use super::definition::{Definition, Item, Kind};
use super::words::Word;
use super::{Settings, words};
use crate::addresses::EmailAddress;
use crate::patterns::compile;
use crate::{Error, Result};

/// Most entries of a list.
const MOST_ITEMS: usize = 500;
/// Most characters of an entry of a list.
const LONGEST_ITEM: usize = 128;
/// Most characters of a pattern, and of a set of characters.
const LONGEST_PATTERN: usize = 500;

impl Definition {
    /// The value that a form field or a word of the command line means. What makes no sense stays a text, which
    /// [`Definition::read`] refuses.
    pub fn of_text(&self, text: &str) -> Json {
        match self.kind {
            Kind::Switch => match text {
                "true" | "on" | "1" | "yes" => json!(true),
                "false" | "off" | "0" | "no" | "" => json!(false),
                other => json!(other),
            },
            Kind::Number { .. } => text.trim().parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
            Kind::List(Item::Days) => {
                items(text).map(|day| day.parse::<u64>().map_or(json!(day), Json::from)).collect()
            }
            Kind::List(_) => items(text).map(Json::from).collect(),
            Kind::AnyOf(_) => text.split_whitespace().map(Json::from).collect(),
            // A set of characters may hold a blank, even at its end.
            Kind::Characters => json!(text),
            Kind::Word | Kind::Text { .. } | Kind::Address | Kind::Pattern | Kind::OneOf(_) => json!(text.trim()),
        }
    }

    /// A value as it stands in a form field; [`Definition::of_text`] reads it back.
    pub fn text_of(&self, value: &Json) -> String {
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match (self.kind, value) {
            (Kind::AnyOf(_), Json::Array(all)) => all.iter().map(text).collect::<Vec<_>>().join(" "),
            (_, Json::Array(all)) => all.iter().map(text).collect::<Vec<_>>().join(", "),
            (_, value) => text(value),
        }
    }

    /// Whether `value` may be chosen, and the form in which it is kept.
    ///
    /// Errors: `Invalid` that names the range or the form.
    pub fn read(&self, value: &Json) -> Result<Json> {
        let refuse = |message: String| Error::invalid(self.key, "BAD_VALUE", message);
        let text = || value.as_str().ok_or_else(|| refuse("Enter a text.".into())).map(|text| nfc(text).into_owned());
        let kept = match self.kind {
            Kind::Switch => {
                value.is_boolean().then(|| value.clone()).ok_or_else(|| refuse("Choose on or off.".into()))?
            }
            Kind::Number { least, greatest, .. } => match value.as_u64() {
                Some(number) if (least..=greatest).contains(&number) => json!(number),
                _ => return Err(refuse(format!("Enter a whole number from {least} to {greatest}."))),
            },
            Kind::Word => json!(value.as_str().and_then(Word::parse).map(String::from).ok_or_else(|| {
                let most = words::MAX_LENGTH;
                refuse(format!("Enter 1 to {most} characters in one line, without a space at either end."))
            })?),
            Kind::Text { most } => json!(line(text()?.trim(), most).map_err(refuse)?),
            Kind::Characters => json!(characters(&text()?).map_err(refuse)?),
            Kind::Address => json!(address(text()?.trim()).map_err(refuse)?),
            Kind::Pattern => {
                let pattern = line(text()?.trim(), LONGEST_PATTERN).map_err(refuse)?;
                compile(&pattern).map_err(refuse)?;
                json!(pattern)
            }
            Kind::List(item) => list(value, item).map_err(refuse)?,
            Kind::OneOf(all) => {
                let is_known = |code: &str| all.iter().any(|(known, _)| *known == code);
                value.as_str().filter(|code| is_known(code)).map(Json::from).ok_or_else(|| refuse(one_of(all)))?
            }
            Kind::AnyOf(all) => {
                let chosen = value.as_array().cloned().unwrap_or_default();
                let is_known = |code: &Json| all.iter().any(|(known, _)| code == known);
                if !value.is_array() || !chosen.iter().all(is_known) {
                    return Err(refuse(one_of(all)));
                }
                all.iter().filter(|(code, _)| chosen.iter().any(|value| value == code)).map(|(code, _)| *code).collect()
            }
        };
        // What passed and yet doesn't fit the field is a defect of a declaration, not of the value.
        match Settings::default().with(self.key, kept.clone()) {
            Some(_) => Ok(kept),
            None => Err(refuse("This value is of the wrong kind.".into())),
        }
    }
}

/// The entries of a list as somebody types them: one a line, or with commas between.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ',', ';']).map(str::trim).filter(|item| !item.is_empty())
}

fn one_of(all: &[(&str, &str)]) -> String {
    let codes: Vec<&str> = all.iter().map(|(code, _)| *code).collect();
    format!("Choose from: {}.", codes.join(" "))
}

fn line(text: &str, most: usize) -> Result<String, String> {
    if length(text) > most {
        return Err(format!("Enter at most {most} characters."));
    }
    if has_hidden_signs(text) {
        return Err("Remove line breaks and invisible control characters.".into());
    }
    Ok(text.to_owned())
}

/// Each character once, in the order in which they were typed.
fn characters(text: &str) -> Result<String, String> {
    let mut once = String::new();
    for sign in line(text, LONGEST_PATTERN)?.chars() {
        if !once.contains(sign) {
            once.push(sign);
        }
    }
    Ok(once)
}

fn address(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    EmailAddress::parse(text).map(|address| address.as_str().to_owned()).map_err(|problem| problem.message)
}

/// Reads each entry; those that are the same for it stand once.
fn list(value: &Json, item: Item) -> Result<Json, String> {
    let entries = value.as_array().ok_or_else(|| "Enter a list.".to_owned())?;
    if entries.len() > MOST_ITEMS {
        return Err(format!("Enter at most {MOST_ITEMS} entries."));
    }
    let mut kept: Vec<Json> = Vec::new();
    for entry in entries {
        let entry = match item {
            Item::Days => match entry.as_u64() {
                Some(days @ 1..=365) => json!(days),
                _ => return Err("Enter whole numbers from 1 to 365.".into()),
            },
            Item::Name => json!(named(entry)?),
            Item::Address => json!(address(&named(entry)?)?),
            Item::Domain => json!(domain(&named(entry)?)?),
        };
        if !kept.contains(&entry) {
            kept.push(entry);
        }
    }
    Ok(Json::Array(kept))
}

fn named(entry: &Json) -> Result<String, String> {
    let text = entry.as_str().ok_or_else(|| "Enter a list of texts.".to_owned())?;
    let text = line(nfc(text).trim(), LONGEST_ITEM)?;
    if text.is_empty() { Err("Remove the empty entry.".into()) } else { Ok(text) }
}

/// A domain as DNS spells it.
fn domain(text: &str) -> Result<String, String> {
    let bad = || format!("{text:?} is no domain. Enter one like example.com.");
    let name = text.trim_start_matches('@');
    let ascii = idna::domain_to_ascii_strict(name).map_err(|_| bad())?;
    if !ascii.contains('.') || ascii.split('.').any(str::is_empty) { Err(bad()) } else { Ok(ascii) }
}
