//! The password policy, as rules that each carry their own words: a form's hint and its error can't disagree.

mod common;
mod context;
mod pattern;
mod rule;
mod skeleton;

use base::Secret;
use base::text::nfc;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::context::PasswordContext;
pub use self::rule::Violation;
use self::rule::{Class, Rule};

/// The chosen rules for new passwords. Passwords that are stored already stay valid when the rules tighten.
///
/// The defaults follow NIST SP 800-63B and OWASP ASVS 5.0 §6.2: length instead of required characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordRules {
    /// The least number of characters (8–64) while the password is the only factor.
    #[serde(rename = "password_min_length")]
    pub min_length: u16,
    /// The least number of characters (8–64) for an account with a second factor.
    #[serde(rename = "password_min_length_with_mfa")]
    pub min_length_with_mfa: u16,
    /// The greatest number of characters (64–1024): a bound on work, not on people.
    #[serde(rename = "password_max_length")]
    pub max_length: u16,
    /// How many capital letters are required (0–4).
    #[serde(rename = "password_require_upper")]
    pub require_upper: u8,
    /// How many small letters are required (0–4).
    #[serde(rename = "password_require_lower")]
    pub require_lower: u8,
    /// How many digits are required (0–4).
    #[serde(rename = "password_require_digit")]
    pub require_digit: u8,
    /// How many signs, among them the space, are required (0–4).
    #[serde(rename = "password_require_symbol")]
    pub require_symbol: u8,
    /// How many of the four kinds above are required (0–4).
    #[serde(rename = "password_min_classes")]
    pub min_classes: u8,
    /// Characters that may not occur.
    #[serde(rename = "password_forbidden_chars")]
    pub forbidden_chars: String,
    /// Whether well-known passwords are refused.
    #[serde(rename = "password_block_common")]
    pub block_common: bool,
    /// Whether the person's names and addresses, the product's name and `context_words` are refused.
    #[serde(rename = "password_block_context")]
    pub block_context: bool,
    /// Further words that are easy to guess here, such as the organization's name.
    #[serde(rename = "password_context_words")]
    pub context_words: Vec<String>,
}

impl Default for PasswordRules {
    fn default() -> Self {
        PasswordRules {
            min_length: 15,
            min_length_with_mfa: 8,
            max_length: 256,
            require_upper: 0,
            require_lower: 0,
            require_digit: 0,
            require_symbol: 0,
            min_classes: 0,
            forbidden_chars: String::new(),
            block_common: true,
            block_context: true,
            context_words: Vec::new(),
        }
    }
}

/// Whether a password is one that everybody tries, in whatever guise.
pub(crate) fn is_common(password: &Secret) -> bool {
    common::is_common(password.expose())
}

impl PasswordRules {
    /// The rules for an account that has a second factor: a shorter password may do.
    #[must_use]
    pub fn with_second_factor(mut self) -> Self {
        self.min_length = self.min_length.min(self.min_length_with_mfa);
        self
    }

    /// Which rules `password` breaks; none if it may be chosen.
    pub fn check(&self, password: &Secret, context: &PasswordContext<'_>) -> Vec<Violation> {
        let password = Zeroizing::new(nfc(password.expose()).into_owned());
        let too_long = Rule::MaxLength(self.max_length);
        if too_long.is_broken_by(&password, context) {
            // What nobody typed isn't worth the work of the other rules.
            return vec![too_long.violation()];
        }
        self.rules().iter().filter(|rule| rule.is_broken_by(&password, context)).map(Rule::violation).collect()
    }

    /// What a form says of the rules before the password is typed: the same sentences as its errors.
    pub fn help(&self) -> Vec<String> {
        self.rules().iter().map(Rule::help).collect()
    }

    /// The rules in force.
    fn rules(&self) -> Vec<Rule<'_>> {
        let at_least = |count: u8, class| (count > 0).then_some(Rule::AtLeast(count, class));
        let optional = [
            at_least(self.require_upper, Class::Upper),
            at_least(self.require_lower, Class::Lower),
            at_least(self.require_digit, Class::Digit),
            at_least(self.require_symbol, Class::Symbol),
            (self.min_classes > 0).then_some(Rule::MinClasses(self.min_classes)),
            (!self.forbidden_chars.is_empty()).then_some(Rule::ForbiddenChars(&self.forbidden_chars)),
            self.block_common.then_some(Rule::Common),
            self.block_context.then_some(Rule::Context(&self.context_words)),
        ];
        let lengths = [Rule::MinLength(self.min_length), Rule::MaxLength(self.max_length)];
        lengths.into_iter().chain(optional.into_iter().flatten()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn codes(rules: &PasswordRules, password: &str) -> Vec<&'static str> {
        codes_in(rules, password, &PasswordContext::default())
    }

    pub(super) fn codes_in(rules: &PasswordRules, password: &str, context: &PasswordContext<'_>) -> Vec<&'static str> {
        rules.check(&Secret::new(password), context).iter().map(|violation| violation.code).collect()
    }

    /// Rules that leave the length to the case in hand.
    pub(super) fn short() -> PasswordRules {
        PasswordRules::default().with_second_factor()
    }

    #[test]
    fn a_long_passphrase_passes_whatever_its_characters() {
        let rules = PasswordRules::default();
        for password in [
            "violet tram seldom rings",
            "vermutlich-regnet-es",
            "пароль не скажу никому",
            "🦊🦊🐢🦔🐘🐳🦩🐝🐞🦋🐌🐛🕷🦂🐜",
        ] {
            assert_eq!(codes(&rules, password), [""; 0], "{password}");
        }
    }

    #[test]
    fn too_long_is_the_only_thing_said_of_a_password_that_is_too_long() {
        let rules = PasswordRules { require_upper: 1, ..PasswordRules::default() };
        assert_eq!(codes(&rules, &"tramway ".repeat(33)), ["PASSWORD_TOO_LONG"]);
        assert_eq!(codes(&PasswordRules::default(), &("tramway seldom ".repeat(17) + "x")), [""; 0]);
    }

    #[test]
    fn hint_and_error_are_the_same_sentence() {
        let rules = PasswordRules {
            min_length: 20,
            require_upper: 1,
            require_lower: 30,
            require_digit: 2,
            require_symbol: 1,
            min_classes: 4,
            forbidden_chars: "mp".to_owned(),
            ..PasswordRules::default()
        };
        let context = PasswordContext { names: vec!["dragon"], ..PasswordContext::default() };
        let violations = rules.check(&Secret::new("dragonpm"), &context);
        let mut help = rules.help();
        assert_eq!(help.len(), 10);
        assert_eq!(help.remove(1), "Use at most 256 characters.");
        let mut messages: Vec<String> = violations.into_iter().map(|violation| violation.message).collect();
        help.retain(|sentence| !sentence.contains("common"));
        messages.retain(|sentence| !sentence.contains("common"));
        assert_eq!(messages, help);
        assert_eq!(messages[0], "Use at least 20 characters.");
        assert_eq!(messages[1], "Use at least one capital letter.");
        assert_eq!(messages[3], "Use at least 2 digits.");
    }

    #[test]
    fn the_default_rules_ask_for_length_only() {
        let rules: PasswordRules = serde_json::from_str("{}").unwrap();
        assert_eq!(rules, PasswordRules::default());
        assert_eq!(rules.help()[0], "Use at least 15 characters.");
        assert_eq!(rules.help().len(), 4);
        let read: PasswordRules = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
        assert_eq!(read, rules);
        assert_eq!(rules.with_second_factor().help()[0], "Use at least 8 characters.");
    }

    proptest! {
        #[test]
        fn any_password_in_any_context_is_judged_without_panic(password in "\\PC{0,40}", name in "\\PC{0,12}", forbidden in "\\PC{0,4}") {
            let rules = PasswordRules { min_classes: 2, forbidden_chars: forbidden, context_words: vec![name.clone()], ..short() };
            let context = PasswordContext {
                user_name: Some(&name), email_addresses: vec![&name], names: vec![&name], product_name: Some(&name),
            };
            let help = rules.help();
            for violation in rules.check(&Secret::new(password), &context) {
                prop_assert!(help.contains(&violation.message));
            }
        }
    }
}
