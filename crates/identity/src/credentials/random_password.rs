//! Passwords made by chance, for people to type once.

use base::{Random, Secret};

use super::{PasswordContext, PasswordRules};
use crate::{Error, Result};

/// Letters and digits that nobody takes for one another; none of `0O1lI`.
const UPPER: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijkmnopqrstuvwxyz";
const DIGITS: &str = "23456789";
/// Signs that keyboards have in the same place; only where the rules require some.
const SIGNS: &str = "-+=_.!?";
/// Less than this could be guessed (ES-68).
const BITS: f64 = 100.0;
/// No password that anybody types is shorter.
const SHORTEST: usize = 20;
/// A name of four letters turns up in one of very many.
const ATTEMPTS: usize = 100;

/// A password of at least 100 bits that the rules would accept, in characters that are not mixed up.
///
/// Errors: `Conflict` `no_random_password` when the rules contradict each other.
pub(crate) fn random_password(random: &Random, rules: &PasswordRules, context: &PasswordContext<'_>) -> Result<Secret> {
    let allowed =
        |signs: &str| -> Vec<char> { signs.chars().filter(|sign| !rules.forbidden_chars.contains(*sign)).collect() };
    let (upper, lower, digits) = (allowed(UPPER), allowed(LOWER), allowed(DIGITS));
    let wants_signs = rules.require_symbol > 0 || rules.min_classes > 3;
    let signs = if wants_signs { allowed(SIGNS) } else { Vec::new() };
    let classes = [
        (&upper, rules.require_upper.max(1)),
        (&lower, rules.require_lower.max(1)),
        (&digits, rules.require_digit.max(1)),
        (&signs, rules.require_symbol.max(u8::from(wants_signs))),
    ];
    let all: Vec<char> = classes.iter().flat_map(|(signs, _)| signs.iter().copied()).collect();
    if all.len() < 2 {
        return Err(contradiction());
    }
    #[expect(clippy::cast_precision_loss, reason = "an alphabet has few letters")]
    let bits_each = (all.len() as f64).log2();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a hundred at most")]
    let free = (BITS / bits_each).ceil() as usize;
    let required: usize = classes.iter().map(|(_, count)| usize::from(*count)).sum();
    // Those that are required say less than the others, so that they don't count.
    let length = (free + required).max(usize::from(rules.min_length)).max(SHORTEST);
    for _ in 0..ATTEMPTS {
        let mut password: Vec<char> = Vec::with_capacity(length);
        for (signs, count) in classes {
            password.extend((0..count).filter_map(|_| pick(random, signs)));
        }
        while password.len() < length {
            password.extend(pick(random, &all));
        }
        shuffle(random, &mut password);
        let password = Secret::new(password.into_iter().collect::<String>());
        if rules.check(&password, context).is_empty() {
            return Ok(password);
        }
    }
    Err(contradiction())
}

fn pick(random: &Random, signs: &[char]) -> Option<char> {
    let index = random.below(signs.len() as u64);
    signs.get(usize::try_from(index).unwrap_or(0)).copied()
}

/// Fisher and Yates: each order is as likely as any other.
fn shuffle(random: &Random, signs: &mut [char]) {
    for end in (1..signs.len()).rev() {
        let place = usize::try_from(random.below(end as u64 + 1)).unwrap_or(0);
        signs.swap(end, place);
    }
}

fn contradiction() -> Error {
    let message =
        "The password policy leaves no password that could be made by chance. Type one, or change the policy.";
    Error::conflict("no_random_password", message)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn es_68_ten_thousand_random_passwords_differ_follow_the_policy_and_are_not_misread() {
        let context = PasswordContext::of_profile("amy", Some("amy@example.com"), ["Amy", "Adams"]);
        let strict = PasswordRules {
            min_length: 40,
            require_upper: 4,
            require_lower: 4,
            require_digit: 4,
            require_symbol: 4,
            min_classes: 4,
            forbidden_chars: "abcdefgXYZ234-".to_owned(),
            ..PasswordRules::default()
        };
        for rules in [PasswordRules::default(), strict] {
            let random = Random::seeded(68);
            let mut seen = HashSet::new();
            for _ in 0..5_000 {
                let password = random_password(&random, &rules, &context).expect("the rules can be followed");
                assert!(rules.check(&password, &context).is_empty());
                assert!(!password.expose().contains(['0', 'O', '1', 'l', 'I']), "{}", password.expose());
                assert!(seen.insert(password.expose().to_owned()), "a password came twice");
            }
        }
    }

    #[test]
    fn rules_that_contradict_each_other_are_told() {
        let forbidden: String = ('!'..='~').collect();
        let rules = PasswordRules { forbidden_chars: forbidden, ..PasswordRules::default() };
        let answer = random_password(&Random::seeded(1), &rules, &PasswordContext::default());
        assert!(matches!(answer, Err(Error::Conflict { code: "no_random_password", .. })));
    }
}
