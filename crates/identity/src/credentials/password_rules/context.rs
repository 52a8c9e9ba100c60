//! Whether a password is made from what an attacker knows of the person and the place.

use base::text::{fold, length};
use zeroize::Zeroizing;

use super::skeleton::skeleton;

/// What an attacker who knows the account would try first.
#[derive(Clone, Debug, Default)]
pub struct PasswordContext<'a> {
    /// The user name.
    pub user_name: Option<&'a str>,
    /// All e-mail addresses.
    pub email_addresses: Vec<&'a str>,
    /// Given name, family name, display name, nickname.
    pub names: Vec<&'a str>,
    /// What the product is called here.
    pub product_name: Option<&'a str>,
}

impl<'a> PasswordContext<'a> {
    /// What there is to know about an account from its profile; empty names count for nothing.
    pub fn of_profile(user_name: &'a str, email: Option<&'a str>, names: [&'a str; 2]) -> Self {
        PasswordContext {
            user_name: Some(user_name),
            email_addresses: email.into_iter().collect(),
            names: names.to_vec(),
            product_name: Some("Reeve"),
        }
    }
}

/// Whether a word that belongs to the person, the product or the place occurs in the password.
pub(super) fn contains_context(password: &str, words: &[String], context: &PasswordContext<'_>) -> bool {
    let password = Zeroizing::new(skeleton(&fold(password)));
    let addresses = context.email_addresses.iter().flat_map(|address| {
        let (local_part, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        // `com` says nothing of a person; `example` in `example.com` does.
        let domain = domain.rsplit_once('.').map_or("", |(labels, _)| labels);
        [local_part, domain]
    });
    let mut phrases = words
        .iter()
        .map(String::as_str)
        .chain(context.names.iter().copied())
        .chain(context.user_name)
        .chain(context.product_name)
        .chain(addresses);
    phrases.any(|phrase| {
        let phrase = fold(phrase);
        let parts: Vec<&str> = phrase.split(|char: char| !char.is_alphanumeric()).collect();
        // Shorter parts (`de`, `van`, `Amy`) occur in too many innocent words.
        let is_telling = |word: &&str| length(word) >= 4;
        let whole = parts.concat();
        parts.iter().copied().chain([whole.as_str()]).filter(is_telling).any(|word| password.contains(&skeleton(word)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::PasswordRules;
    use super::super::tests::{codes_in, short};
    use super::*;

    #[test]
    fn what_belongs_to_the_person_or_the_place_is_refused() {
        let context = PasswordContext {
            user_name: Some("amy.lindqvist"),
            email_addresses: vec!["a.lindqvist@example.com", "amysbooks@mail.test"],
            names: vec!["Amy", "Lindqvist", "José María Núñez"],
            product_name: Some("Reeve"),
        };
        let rules = PasswordRules { context_words: vec!["Blue Harbour".to_owned()], ..short() };
        for password in [
            "tram lindqvist tram",
            "TRAM-LINDQVIST",
            "tram l1ndqv1st",
            "xxamylindqvistxx",
            "tram example tram",
            "amysbooks tram",
            "MARÍA tram tram",
            "tram núñez tram",
            "reeve tram tram",
            "r33v3 tram tram",
            "harbour tram",
            "tram BlueHarbour",
        ] {
            assert_eq!(codes_in(&rules, password, &context), ["PASSWORD_CONTEXT"], "{password}");
        }
        for password in ["tram amy tram tram", "tram seldom rings .com"] {
            assert_eq!(codes_in(&rules, password, &context), [""; 0], "{password}");
        }
        let off = PasswordRules { block_context: false, ..rules };
        assert_eq!(codes_in(&off, "tram lindqvist tram", &context), [""; 0]);
    }

    #[test]
    fn an_empty_context_refuses_nothing() {
        let context = PasswordContext {
            user_name: Some(""),
            email_addresses: vec!["", "@", "x", "@."],
            names: vec!["", " ", "--"],
            product_name: Some(""),
        };
        assert_eq!(codes_in(&short(), "tramway seldom", &context), [""; 0]);
    }
}
