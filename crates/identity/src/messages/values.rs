//! What stands in the variables of one message.

use std::collections::BTreeMap;
use std::fmt;

use base::{Secret, Timestamp};
use serde::{Deserialize, Serialize};

/// Most characters of one value; what is longer is cut. A message is no place for more, and no mail server takes it.
const MAX_LENGTH: usize = 4_000;

/// What stands in the variables of one message.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values {
    pub(super) entries: BTreeMap<String, Value>,
    #[serde(skip)]
    /// What tells it from others to the same address: the second one with the same key is left out.
    pub(super) once: Option<String>,
    #[serde(skip)]
    /// Whether it takes the place of one that waits, rather than be left out.
    pub(super) replaces: bool,
    #[serde(skip)]
    /// When it may leave; at once when `None`.
    pub(super) not_before: Option<Timestamp>,
    #[serde(skip)]
    /// When nobody needs it any more.
    pub(super) until: Option<Timestamp>,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// An instant, told in words.
    Time(Timestamp),
    /// A page of this server; the public URL is put before it.
    Page(String),
    /// The same with a token that opens it.
    Link(String),
    /// A password or code.
    Secret(String),
}

impl Values {
    /// Nothing but the common ones, which are added by themselves.
    pub fn new() -> Self {
        Values::default()
    }

    /// A text, a number, or an instant. `expires_at` is also when the message is worth nothing any more: one that could
    /// not be delivered until then is given up, and its content forgotten.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<PlainValue>) -> Self {
        let PlainValue(value) = value.into();
        if let (Value::Time(at), "expires_at") = (&value, name) {
            self.until = Some(*at);
        }
        self.put(name, value)
    }

    /// A link to `path` of this server, with the token that opens it.
    #[must_use]
    pub fn with_link(self, name: &str, path: &str, token: &Secret) -> Self {
        self.put(name, Value::Link(format!("{path}/{}", token.expose())))
    }

    /// A link to `path` of this server that opens nothing by itself.
    #[must_use]
    pub fn with_page(self, name: &str, path: &str) -> Self {
        self.put(name, Value::Page(path.to_owned()))
    }

    /// A password or code.
    #[must_use]
    pub fn with_secret(self, name: &str, secret: &Secret) -> Self {
        self.put(name, Value::Secret(secret.expose().to_owned()))
    }

    /// Says what the message is about, so that a second one about the same, to the same address, is left out: as
    /// `2026-11-22T10` for at most one an hour.
    #[must_use]
    pub fn once(mut self, about: impl Into<String>) -> Self {
        self.once = Some(about.into());
        self
    }

    /// Lets the message leave at `at`, and take the place of one about the same that still waits: what is told then is
    /// the latest.
    #[must_use]
    pub fn gathered(mut self, about: impl Into<String>, at: Timestamp) -> Self {
        self.replaces = true;
        self.not_before = Some(at);
        self.once(about)
    }

    fn put(mut self, name: &str, value: Value) -> Self {
        self.entries.insert(name.to_owned(), value);
        self
    }

    /// Puts `value` where nothing stands yet.
    pub(super) fn or(&mut self, name: &str, value: impl Into<PlainValue>) {
        self.entries.entry(name.to_owned()).or_insert(value.into().0);
    }
}

/// Secrets don't print themselves.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.keys()).finish()
    }
}

/// A value that anybody may read.
pub struct PlainValue(Value);

impl From<&str> for PlainValue {
    fn from(text: &str) -> Self {
        PlainValue(Value::Text(cut(text)))
    }
}

impl From<String> for PlainValue {
    fn from(text: String) -> Self {
        PlainValue::from(text.as_str())
    }
}

impl From<&String> for PlainValue {
    fn from(text: &String) -> Self {
        PlainValue::from(text.as_str())
    }
}

impl From<u64> for PlainValue {
    fn from(number: u64) -> Self {
        PlainValue(Value::Text(number.to_string()))
    }
}

impl From<Timestamp> for PlainValue {
    fn from(at: Timestamp) -> Self {
        PlainValue(Value::Time(at))
    }
}

/// Nothing is an empty text.
impl<T: Into<PlainValue>> From<Option<T>> for PlainValue {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(|| PlainValue(Value::Text(String::new())), Into::into)
    }
}

/// The beginning of a text that is too long, with a sign that there was more.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// An instant as people read it, in UTC: `22 November 2026, 10:58 UTC`.
pub(super) fn spoken(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(instant) => instant.to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_value_is_cut() {
        let values = Values::new().with("first_name", "é".repeat(1_048_576));
        let Some(Value::Text(text)) = values.entries.get("first_name") else { panic!("a text") };
        assert_eq!(text.chars().count(), MAX_LENGTH + 1);
        assert!(text.ends_with("é…"));
    }

    #[test]
    fn secrets_do_not_print_themselves() {
        let values = Values::new().with_secret("code", &Secret::new("493027"));
        assert_eq!(format!("{values:?}"), "{\"code\"}");
    }

    #[test]
    fn an_instant_is_told_in_words_and_ends_the_message() {
        let at = Timestamp::parse("2026-11-22T10:58:31Z").expect("a date");
        assert_eq!(spoken(at), "22 November 2026, 10:58 UTC");
        assert_eq!(Values::new().with("expires_at", at).until, Some(at));
        assert_eq!(Values::new().with("changed_at", at).until, None);
    }
}
