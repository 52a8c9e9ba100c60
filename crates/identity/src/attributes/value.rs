//! What one value must be like, and the one way to write it.

use std::cmp::Ordering;

use base::text::{has_hidden_signs, length, nfc};
use jiff::civil::Date;

use super::rule::Rule;
use super::{Definition, Kind, number};
use crate::addresses::EmailAddress;

/// Most characters of a value of one line.
pub const MAX_TEXT: usize = 500;
/// Most characters of a long text.
pub const MAX_LONG_TEXT: usize = 4_000;

/// What is wrong with a value: the rule, as `BAD_DATE`, and what to do.
pub(super) type Fault = (&'static str, String);

/// Reads one value as it was typed; `None` for a blank one. Reading what was read changes nothing.
///
/// Errors: the rule that it breaks.
pub(super) fn read(definition: &Definition, rule: &Rule, typed: &str) -> Result<Option<String>, Fault> {
    let text = nfc(typed.trim());
    if text.is_empty() {
        return Ok(None);
    }
    let limit = if definition.kind == Kind::LongText { MAX_LONG_TEXT } else { MAX_TEXT };
    if length(&text) > limit {
        return Err(("TOO_LONG", format!("Enter at most {limit} characters.")));
    }
    let value = match definition.kind {
        Kind::LongText => lines(&text)?,
        _ if has_hidden_signs(&text) => {
            return Err(("BAD_VALUE", "Remove line breaks and invisible control characters.".into()));
        }
        Kind::Text => text.into_owned(),
        Kind::Number => number::canonical(&text).ok_or_else(|| bad("BAD_NUMBER", "Enter a number like 12 or -0.5."))?,
        Kind::Boolean => yes_or_no(&text).ok_or_else(|| bad("BAD_BOOLEAN", "Enter yes or no."))?,
        Kind::Date => date(&text).ok_or_else(|| bad("BAD_DATE", "Enter a date like 2026-01-31."))?,
        Kind::Phone => {
            phone(&text).ok_or_else(|| bad("BAD_PHONE", "Enter the number with its country, like +44 20 7946 0000."))?
        }
        Kind::Email => {
            let address = EmailAddress::parse(&text);
            address.map_err(|_| bad("BAD_EMAIL", "Enter an email address like name@example.com."))?.as_str().to_owned()
        }
        Kind::Url => web_address(&text)
            .ok_or_else(|| bad("BAD_URL", "Enter a web address that begins with https:// or http://."))?,
        Kind::Choice => match rule.choice(&text) {
            Some(index) => definition.choices[index].code.clone(),
            None => return Err(("BAD_CHOICE", format!("Choose one of the list; {text:?} is not on it."))),
        },
    };
    within(definition, rule, value).map(Some)
}

fn bad(code: &'static str, message: &str) -> Fault {
    (code, message.to_owned())
}

fn lines(text: &str) -> Result<String, Fault> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.split(['\n', '\t']).any(has_hidden_signs) {
        return Err(bad("BAD_VALUE", "Remove invisible control characters."));
    }
    Ok(text)
}

fn yes_or_no(text: &str) -> Option<String> {
    let folded = base::text::fold(text);
    match folded.as_str() {
        "true" | "yes" | "y" | "1" | "on" => Some("true".to_owned()),
        "false" | "no" | "n" | "0" | "off" => Some("false".to_owned()),
        _ => None,
    }
}

/// A day as ISO 8601 writes it in full; nothing else is read into a text.
fn date(text: &str) -> Option<String> {
    let is_spelled_out = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date: Date = text.parse().ok().filter(|_| is_spelled_out)?;
    (date.year() > 0).then(|| date.to_string())
}

/// A number as E.164 has it: plus, country and at most 15 digits in all.
fn phone(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '0'..='9' => digits.push(sign),
            '+' if digits.is_empty() => digits.push('+'),
            ' ' | '\u{a0}' | '-' | '–' | '(' | ')' | '.' | '/' => {}
            _ => return None,
        }
    }
    let national = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00"))?;
    ((5..=15).contains(&national.len()) && !national.starts_with('0')).then(|| format!("+{national}"))
}

/// Of `http` and `https` only: whatever else an address can begin with is not for a page to lead to.
fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (is_plain && url.host_str().is_some() && url.as_str().len() <= MAX_TEXT).then(|| String::from(url))
}

fn within(definition: &Definition, rule: &Rule, value: String) -> Result<String, Fault> {
    let kind = definition.kind;
    if kind.has_length() {
        let count = u32::try_from(length(&value)).unwrap_or(u32::MAX);
        if let Some(most) = definition.max_length.filter(|most| count > *most) {
            return Err(("TOO_LONG", format!("Enter at most {most} characters.")));
        }
        if let Some(fewest) = definition.min_length.filter(|fewest| count < *fewest) {
            return Err(("TOO_SHORT", format!("Enter at least {fewest} characters.")));
        }
        if rule.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(&value)) {
            let what = if definition.help.is_empty() {
                "This is not in the form that is asked for."
            } else {
                &definition.help
            };
            return Err(("BAD_FORMAT", what.to_owned()));
        }
    }
    if kind.has_range() {
        if let Some(least) = definition.least.as_ref().filter(|least| compare(kind, &value, least) == Ordering::Less) {
            return Err((
                "TOO_SMALL",
                format!("Enter {least} or {}.", if kind == Kind::Date { "later" } else { "more" }),
            ));
        }
        let beyond = |most: &&String| compare(kind, &value, most) == Ordering::Greater;
        if let Some(most) = definition.greatest.as_ref().filter(beyond) {
            return Err((
                "TOO_LARGE",
                format!("Enter {most} or {}.", if kind == Kind::Date { "earlier" } else { "less" }),
            ));
        }
    }
    Ok(value)
}

/// Which of two values of a kind with a range is greater.
pub(super) fn compare(kind: Kind, one: &str, other: &str) -> Ordering {
    if kind == Kind::Number { number::compare(one, other) } else { one.cmp(other) }
}
