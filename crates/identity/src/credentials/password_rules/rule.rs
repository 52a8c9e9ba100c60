//! One rule of the policy: its code, its check and its words.

use base::text::{length, nfc};

use super::common::is_common;
use super::context::{PasswordContext, contains_context};

/// A rule in force, with its parameter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule<'a> {
    MinLength(u16),
    MaxLength(u16),
    AtLeast(u8, Class),
    MinClasses(u8),
    ForbiddenChars(&'a str),
    Common,
    Context(&'a [String]),
}

impl Rule<'_> {
    fn code(&self) -> &'static str {
        match self {
            Rule::MinLength(_) => "PASSWORD_TOO_SHORT",
            Rule::MaxLength(_) => "PASSWORD_TOO_LONG",
            Rule::AtLeast(_, Class::Upper) => "PASSWORD_NEEDS_UPPER",
            Rule::AtLeast(_, Class::Lower) => "PASSWORD_NEEDS_LOWER",
            Rule::AtLeast(_, Class::Digit) => "PASSWORD_NEEDS_DIGIT",
            Rule::AtLeast(_, Class::Symbol) => "PASSWORD_NEEDS_SYMBOL",
            Rule::MinClasses(_) => "PASSWORD_NEEDS_CLASSES",
            Rule::ForbiddenChars(_) => "PASSWORD_FORBIDDEN_CHARS",
            Rule::Common => "PASSWORD_COMMON",
            Rule::Context(_) => "PASSWORD_CONTEXT",
        }
    }

    pub(super) fn help(&self) -> String {
        match self {
            Rule::MinLength(count) => format!("Use at least {count} characters."),
            Rule::MaxLength(count) => format!("Use at most {count} characters."),
            Rule::AtLeast(1, class) => format!("Use at least one {}.", class.name()),
            Rule::AtLeast(count, class) => format!("Use at least {count} {}s.", class.name()),
            Rule::MinClasses(count) => {
                format!("Use at least {count} of these four: capital letters, small letters, digits, signs.")
            }
            Rule::ForbiddenChars(chars) => {
                let chars: Vec<String> =
                    chars.chars().map(|char| if char == ' ' { "space".to_owned() } else { char.to_string() }).collect();
                format!("Do not use any of these characters: {}", chars.join(" "))
            }
            Rule::Common => {
                "Do not use one that many people use, or that is easily made from a common word.".to_owned()
            }
            Rule::Context(_) => "Do not use your names, your email address or the name of this service.".to_owned(),
        }
    }

    pub(super) fn is_broken_by(&self, password: &str, context: &PasswordContext<'_>) -> bool {
        match self {
            Rule::MinLength(count) => length(password) < usize::from(*count),
            Rule::MaxLength(count) => length(password) > usize::from(*count),
            Rule::AtLeast(count, class) => class.count_in(password) < usize::from(*count),
            Rule::MinClasses(count) => {
                let found = Class::ALL.iter().filter(|class| class.count_in(password) > 0).count();
                found < usize::from(*count)
            }
            Rule::ForbiddenChars(chars) => {
                let chars = nfc(chars);
                password.chars().any(|char| chars.contains(char))
            }
            Rule::Common => is_common(password),
            Rule::Context(words) => contains_context(password, words, context),
        }
    }

    pub(super) fn violation(&self) -> Violation {
        Violation { code: self.code(), message: self.help() }
    }
}

/// A rule that a password breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's stable code.
    pub code: &'static str,
    /// What to do, in a sentence.
    pub message: String,
}

/// The kinds of characters that a rule may require.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Upper,
    Lower,
    Digit,
    Symbol,
}

impl Class {
    const ALL: [Class; 4] = [Class::Upper, Class::Lower, Class::Digit, Class::Symbol];

    fn name(self) -> &'static str {
        match self {
            Class::Upper => "capital letter",
            Class::Lower => "small letter",
            Class::Digit => "digit",
            Class::Symbol => "sign",
        }
    }

    fn count_in(self, password: &str) -> usize {
        let belongs = |char: &char| match self {
            Class::Upper => char.is_uppercase(),
            Class::Lower => char.is_lowercase(),
            Class::Digit => char.is_numeric(),
            Class::Symbol => !char.is_alphanumeric(),
        };
        password.chars().filter(belongs).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::PasswordRules;
    use super::super::tests::{codes, short};

    #[test]
    fn length_counts_characters_in_normal_form() {
        let rules = PasswordRules::default();
        assert_eq!(codes(&rules, "tramway seldom"), ["PASSWORD_TOO_SHORT"]);
        assert_eq!(codes(&rules, "tramway seldoms"), [""; 0]);
        // Fourteen letters and an accent of its own are fourteen characters.
        assert_eq!(codes(&rules, "tramway seldome\u{301}"), [""; 0]);
        assert_eq!(codes(&rules, "tramway seldoe\u{301}"), ["PASSWORD_TOO_SHORT"]);
        assert_eq!(codes(&short(), "tramways"), [""; 0]);
        assert_eq!(codes(&short(), "tramway"), ["PASSWORD_TOO_SHORT"]);
    }

    #[test]
    fn required_characters_are_counted() {
        let rules =
            PasswordRules { require_upper: 2, require_lower: 1, require_digit: 1, require_symbol: 1, ..short() };
        assert_eq!(
            codes(&rules, "汉字汉字语言語言韓國"),
            ["PASSWORD_NEEDS_UPPER", "PASSWORD_NEEDS_LOWER", "PASSWORD_NEEDS_DIGIT", "PASSWORD_NEEDS_SYMBOL"]
        );
        assert_eq!(codes(&rules, "Tramway seldom 7"), ["PASSWORD_NEEDS_UPPER"]);
        assert_eq!(codes(&rules, "Tramway Éeldom 7"), [""; 0]);
        let classes = PasswordRules { min_classes: 3, ..short() };
        assert_eq!(codes(&classes, "tramwayseldom7"), ["PASSWORD_NEEDS_CLASSES"]);
        assert_eq!(codes(&classes, "tramway seldom7"), [""; 0]);
    }

    #[test]
    fn forbidden_characters_are_refused_however_they_are_typed() {
        let rules = PasswordRules { forbidden_chars: "é ".to_owned(), ..short() };
        assert_eq!(codes(&rules, "tramwaye\u{301}x"), ["PASSWORD_FORBIDDEN_CHARS"]);
        assert_eq!(codes(&rules, "tramway seldom"), ["PASSWORD_FORBIDDEN_CHARS"]);
        assert_eq!(codes(&rules, "tramwayseldom"), [""; 0]);
        assert!(rules.help().contains(&"Do not use any of these characters: é space".to_owned()));
    }
}
