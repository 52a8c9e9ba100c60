//! What somebody types to say which account is theirs.

use crate::Problem;
use crate::accounts::rules::{EmailAddress, MAX_LENGTH, identifier};
use crate::addresses::plain;

/// A username or e-mail address as somebody typed it: one that an account could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedName(String);

impl TypedName {
    /// Reads what was typed into the field `identifier`. Nothing of what is refused depends on which accounts there are.
    ///
    /// Errors: `REQUIRED_MISSING`, `TOO_LONG`, `BAD_VALUE`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let name = plain("identifier", text)?;
        if name.is_empty() {
            return Err(Problem::new("identifier", "REQUIRED_MISSING", "Enter a username or an email address."));
        }
        if base::text::length(&name) > MAX_LENGTH {
            let message = format!("Enter at most {MAX_LENGTH} characters.");
            return Err(Problem::new("identifier", "TOO_LONG", message));
        }
        Ok(TypedName(name))
    }

    /// As it was typed, in normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is looked up.
    pub(super) fn identifier(&self) -> String {
        identifier(&self.0)
    }

    /// The address, when it is one.
    pub(super) fn address(&self) -> Option<EmailAddress> {
        EmailAddress::parse(&self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_account_could_be_called_is_taken() {
        assert_eq!(TypedName::parse("  Amy ").map(|name| name.identifier()), Ok("amy".into()));
        for (wrong, code) in [
            ("", "REQUIRED_MISSING"),
            (" \t ", "REQUIRED_MISSING"),
            ("a\0b", "BAD_VALUE"),
            ("a\u{202e}b", "BAD_VALUE"),
            (&"a".repeat(129), "TOO_LONG"),
        ] {
            let problem = TypedName::parse(wrong).expect_err("it is refused");
            assert_eq!((problem.code.as_str(), problem.field.as_str()), (code, "identifier"), "{wrong:?}");
        }
        assert!(TypedName::parse(&"a".repeat(128)).is_ok());
    }
}
