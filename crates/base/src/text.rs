//! Normal forms of text for keeping, comparing and ordering, the same on every database.

use std::borrow::Cow;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfc();
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfkc();
const CASE: CaseMapperBorrowed<'static> = CaseMapper::new();

/// The form that is kept: NFC (UAX #15), so that `é` is one character however it was typed.
pub fn nfc(text: &str) -> Cow<'_, str> {
    NFC.normalize(text)
}

/// The form that is compared: NFKC and full Unicode case folding, so that case and width don't count and accents do.
///
/// Folding is independent of language: `ß` equals `ss`, and dotted `İ` is not `i`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let folded = CASE.fold_string(text);
    let normal = NFKC.normalize(&folded);
    // NFKC may bring forth a capital (℡ becomes TEL), so fold once more.
    let again = CASE.fold_string(&normal);
    NFKC.normalize(&again).into_owned()
}

/// The bytes that are ordered: Unicode root collation, ignoring case, with accents (UTS #10, strength 2).
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Secondary);
    let collator =
        CollatorBorrowed::try_new(CollatorPreferences::default(), options).expect("the root collation is compiled in");
    let mut key = Vec::with_capacity(text.len() + 4);
    let Ok(()) = collator.write_sort_key_to(text, &mut key);
    key
}

/// The nearest text in plain Latin letters, whatever the script: `Łoś` becomes `Los`, `明` becomes `Ming`.
pub fn ascii(text: &str) -> String {
    any_ascii::any_ascii(text)
}

/// Whether `text` holds signs that nobody sees or that break its line: control characters, U+2028 and U+2029, and
/// bidirectional overrides, which make one name look like another.
pub fn has_hidden_signs(text: &str) -> bool {
    text.chars().any(|sign| {
        sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// How many characters a person sees counted: Unicode scalar values.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_and_width_but_not_accents() {
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("Ａｍｙ"), fold("amy"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
        assert_ne!(fold("José"), fold("Jose"));
        assert_eq!(fold("e\u{301}"), fold("É"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["İstanbul", "ﬃ", "ǅ", "ͅα", "℡", "Ⅷ", "ẞ"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }

    #[test]
    fn order_is_that_of_a_dictionary() {
        let mut names = ["Zed", "Ábel", "Łukasz", "abel", "Lz", "Çelik", "Cz", "Celik", "Иванов"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["abel", "Ábel", "Celik", "Çelik", "Cz", "Łukasz", "Lz", "Zed", "Иванов"]);
        assert_eq!(sort_key("abel"), sort_key("Abel"));
    }
}
