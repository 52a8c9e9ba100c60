//! The fields of a query or a posted form: names with values, nothing assumed.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base::Secret;
use form_urlencoded::Serializer;
use identity::accounts::TypedPassword;

/// Names with values, in the order they came. A name may come several times or not at all.
#[derive(Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`, which never fails.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Fields(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The last value of `name`, trimmed; empty when it did not come.
    pub(crate) fn text(&self, name: &str) -> &str {
        let last = self.0.iter().rev().find(|(found, _)| found == name);
        last.map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// Every value of `name`.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every name, once, in the order they came first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let is_first = |(index, name): &(usize, &str)| !self.0[..*index].iter().any(|(other, _)| other == name);
        self.0.iter().map(|(name, _)| name.as_str()).enumerate().filter(is_first).map(|(_, name)| name)
    }

    /// Whether `name` came with a value: how a checked box looks.
    pub(crate) fn is_checked(&self, name: &str) -> bool {
        self.all(name).any(|value| !value.is_empty())
    }

    /// Takes a password that was typed twice away; one to keep.
    pub(crate) fn take_password(&mut self) -> TypedPassword {
        TypedPassword {
            password: self.take_secret("password"),
            repeated: self.take_secret("password_repeat"),
            temporary: false,
        }
    }

    /// Takes the value of `name` away as a secret; it is not trimmed, for a space is a character of a password.
    pub(crate) fn take_secret(&mut self, name: &str) -> Secret {
        let taken = self.0.iter_mut().rev().find(|(found, _)| found == name).map(|(_, value)| std::mem::take(value));
        Secret::new(taken.unwrap_or_default())
    }
}

/// The fields of a request's query.
pub(crate) struct Query(pub(crate) Fields);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Query(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

/// `path` with the pairs that have a value as its query.
pub(crate) fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// `target` if it is a place on this site, so that nobody can be sent elsewhere by a link of ours.
pub(crate) fn local_path(target: &str) -> Option<&str> {
    let is_local = target.starts_with('/')
        && !target.starts_with("//")
        // Browsers take a backslash for a slash.
        && !target.contains('\\')
        && target.bytes().all(|byte| byte.is_ascii_graphic());
    is_local.then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_all_can_be_had() {
        let fields = Fields::parse(b"id=1&id=2&q=+L%C3%A9e+&empty=");
        assert_eq!(fields.all("id").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.text("id"), "2");
        assert_eq!(fields.text("q"), "Lée");
        assert_eq!(fields.text("absent"), "");
        assert!(!fields.is_checked("empty"));
    }

    #[test]
    fn a_password_keeps_its_spaces_and_is_taken_once() {
        let mut fields = Fields::parse(b"password=%20a%20");
        assert_eq!(fields.take_secret("password").expose(), " a ");
        assert!(fields.take_secret("password").is_empty());
    }

    #[test]
    fn a_query_names_only_what_has_a_value() {
        assert_eq!(with_query("/u", [("q", "a b&c"), ("sort", "")]), "/u?q=a+b%26c");
        assert_eq!(with_query("/u", []), "/u");
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(local_path("/console/users?q=a"), Some("/console/users?q=a"));
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "", "/a\nb"] {
            assert_eq!(local_path(elsewhere), None, "{elsewhere}");
        }
    }
}
