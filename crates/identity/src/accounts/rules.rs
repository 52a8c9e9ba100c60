//! What values are valid in an account.

use crate::Problem;
use crate::addresses::plain;

pub use super::username::Username;
pub use crate::addresses::{EmailAddress, identifier};

/// Most characters of a name or an address.
pub const MAX_LENGTH: usize = crate::addresses::MAX_LENGTH;

/// Most characters of a remark.
const MAX_REMARK: usize = 500;

/// Holds an address against the same typed once more; capital letters may differ in the domain only.
///
/// Errors: they differ.
pub fn repeated_email(typed: &str, repeated: &str) -> Result<(), Problem> {
    let as_typed = |text: &str| {
        let text = base::text::nfc(text.trim());
        let domain = text.rsplit_once('@').map(|(local, domain)| (local.to_owned(), base::text::fold(domain)));
        domain.unwrap_or_else(|| (text.to_string(), String::new()))
    };
    if as_typed(typed) == as_typed(repeated) {
        return Ok(());
    }
    Err(Problem::new("email_repeat", "EMAIL_REPEAT", "Enter the same email address twice."))
}

/// Reads a first or last name: at most 128 characters, none of them invisible controls.
///
/// Errors: the rule that it breaks; `REQUIRED_MISSING` when it is empty and `required`.
pub fn person_name(field: &str, text: &str, required: bool) -> Result<String, Problem> {
    let name = plain(field, text)?;
    if name.is_empty() && required {
        let article = if field == "first_name" { "a first name" } else { "a last name" };
        return Err(Problem::new(field, "REQUIRED_MISSING", format!("Enter {article}.")));
    }
    if base::text::length(&name) > MAX_LENGTH {
        return Err(too_long(field));
    }
    Ok(name)
}

/// Reads a short text that is kept as it is: a mobile number, an external identifier. Empty means none.
///
/// Errors: the rule that it breaks.
pub fn short_text(field: &str, text: &str) -> Result<Option<String>, Problem> {
    let text = plain(field, text)?;
    if base::text::length(&text) > MAX_LENGTH {
        return Err(too_long(field));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Reads a remark of an administrator: lines of at most 500 characters together. Empty means none.
///
/// Errors: the rule that it breaks.
pub fn remark(field: &str, text: &str) -> Result<Option<String>, Problem> {
    let text = base::text::nfc(text.trim()).replace('\r', "");
    if base::text::length(&text) > MAX_REMARK {
        return Err(Problem::new(field, "TOO_LONG", format!("Enter at most {MAX_REMARK} characters.")));
    }
    if text.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\t') {
        return Err(Problem::new(field, "BAD_VALUE", "Remove invisible control characters."));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn too_long(field: &str) -> Problem {
    Problem::new(field, "TOO_LONG", format!("Enter at most {MAX_LENGTH} characters."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_160_an_address_is_repeated_but_for_capitals_of_its_domain() {
        assert!(repeated_email("Ann@example.com", " Ann@EXAMPLE.com ").is_ok());
        for other in ["ann@example.com", "Ann@example.org", "Ann", ""] {
            let problem = repeated_email("Ann@example.com", other).expect_err(other);
            assert_eq!(problem.field, "email_repeat");
        }
    }

    #[test]
    fn es_116_and_es_121_a_name_has_at_most_128_characters_however_they_are_composed() {
        assert!(person_name("first_name", &"é".repeat(128), true).is_ok());
        assert!(person_name("first_name", &"e\u{301}".repeat(128), true).is_ok());
        assert_eq!(person_name("first_name", &"é".repeat(129), true).unwrap_err().code, "TOO_LONG");
        assert_eq!(person_name("first_name", "a\nb", true).unwrap_err().code, "BAD_VALUE");
        assert_eq!(person_name("last_name", "  ", true).unwrap_err().code, "REQUIRED_MISSING");
        assert_eq!(person_name("last_name", " O’Brien-Ñ ", true).unwrap(), "O’Brien-Ñ");
    }

    #[test]
    fn a_remark_has_lines_and_nothing_invisible() {
        assert_eq!(remark("reason", " one\r\ntwo ").unwrap(), Some("one\ntwo".into()));
        assert_eq!(remark("reason", " \n ").unwrap(), None);
        assert_eq!(remark("reason", &"é".repeat(501)).unwrap_err().code, "TOO_LONG");
        assert_eq!(remark("reason", "a\0b").unwrap_err().code, "BAD_VALUE");
    }

    #[test]
    fn es_119_and_es_124_an_address_is_valid_in_any_script() {
        for good in ["a@example.com", "jörg@exämple.de", "o'brien+tag@mail.example.co.uk", "用户@例子.公司"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["a@b", "a", "@example.com", "a@", "a@@b.c", "a b@c.de", "a.@b.de", "a@b..de", "a@-b.de"] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        let long = |n: usize| format!("{}@{}.example.com", "a".repeat(60), "b".repeat(n));
        assert!(EmailAddress::parse(&long(128 - 60 - 13)).is_ok());
        assert_eq!(EmailAddress::parse(&long(129 - 60 - 13)).unwrap_err().code, "TOO_LONG");
    }

    #[test]
    fn es_122_and_es_124_identifiers_ignore_case_width_and_the_spelling_of_the_domain() {
        assert_eq!(identifier("Amy"), identifier("ＡＭＹ "));
        assert_eq!(identifier("x@EXAMPLE.com"), identifier("X@example.COM"));
        assert_eq!(identifier("jörg@exämple.de"), identifier("JÖRG@xn--exmple-cua.de"));
        assert_ne!(identifier("a.b@gmail.com"), identifier("ab@gmail.com"));
    }
}
