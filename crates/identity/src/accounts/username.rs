//! What a username must be like: the rules an organization chose, each with the words of its hint and its error.

use unicode_security::MixedScript;

use super::rules::{EmailAddress, MAX_LENGTH, identifier};
use crate::Problem;
use crate::addresses::plain;
use crate::settings::{FirstSign, Settings};

/// A username that follows the rules, in the form that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Reads a username: length, characters and pattern as the organization chose, no script mixed with another.
    ///
    /// Errors: the rule that it breaks.
    pub fn parse(text: &str, settings: &Settings) -> Result<Self, Problem> {
        Username::of(text, settings, settings.username_min_length as usize)
    }

    /// Reads a username that another system gave: by the same rules, but however short it is. A person who has been
    /// `ab` for years can't choose another name now.
    ///
    /// Errors: the rule that it breaks.
    pub fn parse_given(text: &str, settings: &Settings) -> Result<Self, Problem> {
        Username::of(text, settings, 1)
    }

    fn of(text: &str, settings: &Settings, least: usize) -> Result<Self, Problem> {
        let name = plain("username", text)?;
        let problem = |message: String| Problem::new("username", "BAD_USERNAME", message);
        let length = base::text::length(&name);
        let most = settings.username_max_length as usize;
        if name.is_empty() {
            let message = format!("Enter {}.", settings.word_for_username.with_article());
            return Err(Problem::new("username", "REQUIRED_MISSING", message));
        }
        // An address may be longer than the username policy allows for names, and uses signs of its own.
        if settings.email_as_username && EmailAddress::parse(&name).is_ok() {
            return Ok(Username(name));
        }
        if length > most.min(MAX_LENGTH) {
            let message = format!("Enter at most {} characters.", most.min(MAX_LENGTH));
            return Err(Problem::new("username", "TOO_LONG", message));
        }
        if length < least {
            return Err(problem(format!("Enter at least {least} characters.")));
        }
        if let Some(sign) = name.chars().find(|sign| !is_allowed(*sign, settings)) {
            return Err(problem(format!("Use only {}, not {sign:?}.", allowed(settings, "and"))));
        }
        if !name.starts_with(|sign: char| may_begin(sign, settings)) {
            return Err(problem(beginning(settings).replace("Begins", "Begin")));
        }
        if !settings.username_pattern.admits(&name) {
            return Err(problem(settings.username_pattern_hint.clone()));
        }
        if !name.is_single_script() {
            return Err(problem("Use letters of one script only.".into()));
        }
        Ok(Username(name))
    }

    /// What a username must be like, for a hint beside the field.
    pub fn help(settings: &Settings) -> String {
        let address = if settings.email_as_username { ", or an email address" } else { "" };
        let mut sentences = vec![format!(
            "{}–{} {}{address}",
            settings.username_min_length,
            settings.username_max_length,
            allowed(settings, "or")
        )];
        // What follows the characters by itself needs no sentence.
        if settings.username_first != FirstSign::LetterOrDigit {
            sentences.push(beginning(settings));
        }
        if !settings.username_pattern.as_str().is_empty() {
            sentences.push(settings.username_pattern_hint.clone());
        }
        let sentences: Vec<&str> =
            sentences.iter().map(|text| text.trim_end_matches('.')).filter(|text| !text.is_empty()).collect();
        sentences.join(". ")
    }

    /// The username as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The username as it is compared.
    pub fn identifier(&self) -> String {
        identifier(&self.0)
    }
}

/// Refuses a username that only administrators may give, when somebody registers.
///
/// Errors: it is reserved, whatever its case.
pub(super) fn refuse_reserved(name: &str, settings: &Settings) -> Result<(), Problem> {
    let name = identifier(name);
    if settings.username_reserved.iter().any(|reserved| identifier(reserved) == name) {
        return Err(Problem::new("username", "USERNAME_RESERVED", "This name is reserved. Choose another one."));
    }
    Ok(())
}

fn is_allowed(sign: char, settings: &Settings) -> bool {
    if sign.is_ascii_digit() {
        return settings.username_digits;
    }
    let is_other_script =
        !sign.is_ascii() && sign.is_alphanumeric() && (settings.username_digits || sign.is_alphabetic());
    sign.is_ascii_alphabetic()
        || settings.username_signs.contains(&sign)
        || (settings.username_any_script && is_other_script)
}

fn may_begin(sign: char, settings: &Settings) -> bool {
    match settings.username_first {
        FirstSign::Letter => sign.is_alphabetic(),
        FirstSign::LetterOrDigit => sign.is_alphanumeric(),
        FirstSign::Any => true,
    }
}

fn beginning(settings: &Settings) -> String {
    match settings.username_first {
        FirstSign::Letter => "Begins with a letter.",
        FirstSign::LetterOrDigit => "Begins with a letter or a digit.",
        FirstSign::Any => "",
    }
    .to_owned()
}

/// The allowed characters in words, the last two joined by `joint`: `letters a–z, digits and dots`.
fn allowed(settings: &Settings, joint: &str) -> String {
    let mut all = vec![if settings.username_any_script { "letters" } else { "letters a–z" }];
    if settings.username_digits {
        all.push("digits");
    }
    all.extend(settings.username_signs.iter().map(|sign| match sign {
        '.' => "dots",
        '-' => "hyphens",
        '_' => "underscores",
        '+' => "plus signs",
        _ => "@",
    }));
    match all.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} {joint} {last}", before.join(", ")),
        _ => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, settings: &Settings) -> Result<Username, String> {
        Username::parse(text, settings).map_err(|problem| problem.code)
    }

    fn message(text: &str, settings: &Settings) -> String {
        Username::parse(text, settings).expect_err(text).message
    }

    #[test]
    fn es_118_a_username_follows_the_policy() {
        let settings = Settings::default();
        assert!(code("amy.b-c_d@e", &settings).is_ok());
        assert!(code("o'brien+x@example.com", &settings).is_ok(), "an address may be a username");
        assert_eq!(code("ab", &settings), Err("BAD_USERNAME".into()));
        assert_eq!(code("a b", &settings), Err("BAD_USERNAME".into()));
        assert_eq!(code(".amy", &settings), Err("BAD_USERNAME".into()));
        assert_eq!(code(&"a".repeat(65), &settings), Err("TOO_LONG".into()));
    }

    #[test]
    fn es_118_characters_and_the_first_of_them_are_chosen() {
        let strict = Settings {
            username_digits: false,
            username_signs: vec!['+'],
            username_first: FirstSign::Letter,
            email_as_username: false,
            ..Settings::default()
        };
        assert!(code("amy+b", &strict).is_ok());
        assert_eq!(message("amy1", &strict), "Use only letters a–z and plus signs, not '1'.");
        assert_eq!(message("amy@example.com", &strict), "Use only letters a–z and plus signs, not '@'.");
        assert_eq!(message("+amy", &strict), "Begin with a letter.");
        assert_eq!(Username::help(&strict), "3–64 letters a–z or plus signs. Begins with a letter");
        let open = Settings { username_first: FirstSign::Any, ..Settings::default() };
        assert!(code("-amy", &open).is_ok());
    }

    #[test]
    fn es_159_a_pattern_is_said_in_the_words_of_its_hint() {
        let settings = Settings {
            username_pattern: "[a-z][0-9]{5}".to_owned().into(),
            username_pattern_hint: "A letter and five digits.".into(),
            ..Settings::default()
        };
        assert!(code("a12345", &settings).is_ok());
        assert_eq!(message("a1234", &settings), "A letter and five digits.");
        assert!(Username::help(&settings).ends_with(". A letter and five digits"));
        assert!(code("amy@example.com", &settings).is_ok(), "an address is a username whatever the pattern");
    }

    #[test]
    fn es_159_the_hint_names_what_is_allowed() {
        let hint = "3–64 letters a–z, digits, dots, hyphens, underscores or @, or an email address";
        assert_eq!(Username::help(&Settings::default()), hint);
    }

    #[test]
    fn a_reserved_name_is_refused_whatever_its_case() {
        let settings = Settings::default();
        assert_eq!(refuse_reserved("ＡＤＭＩＮ", &settings).expect_err("it is reserved").code, "USERNAME_RESERVED");
        assert!(refuse_reserved("adminsky", &settings).is_ok());
    }

    #[test]
    fn a_look_alike_of_another_script_is_refused() {
        // The second letter is Cyrillic.
        assert_eq!(code("p\u{430}ul", &Settings::default()), Err("BAD_USERNAME".into()));
        let any = Settings { username_any_script: true, ..Settings::default() };
        assert!(Username::parse("p\u{430}ul", &any).is_err());
        assert!(Username::parse("мария", &any).is_ok());
    }
}
