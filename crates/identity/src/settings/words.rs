//! What an organization calls the two things that people sign in with.

use std::fmt;

use base::text::{has_hidden_signs, length};
use serde::{Deserialize, Serialize};

/// Most characters of a word, which stands above narrow columns.
pub(super) const MAX_LENGTH: usize = 40;

/// What something is called, as an administrator wrote it: `Username`, `Login ID`. It stands so at the head of a
/// field or a column, and at the beginning of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(String);

impl Word {
    /// Reads a word: 1 to 40 characters, none of them hidden, no space at its ends; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=MAX_LENGTH).contains(&length(text)) && text.trim() == text && !has_hidden_signs(text);
        fits.then(|| Word(text.to_owned()))
    }

    /// The word within a sentence: `username`, `staff number`. A word with a capital letter further on is a name of
    /// its own and stays as it is: `Login ID`, `PIN`.
    pub fn inside(&self) -> String {
        let mut signs = self.0.chars();
        match signs.next() {
            Some(first) if !signs.as_str().contains(char::is_uppercase) => first.to_lowercase().chain(signs).collect(),
            _ => self.0.clone(),
        }
    }

    /// The word within a sentence after `a` or `an`.
    pub fn with_article(&self) -> String {
        let article = if self.0.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
        format!("{article} {}", self.inside())
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0
    }
}

impl TryFrom<String> for Word {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Word::parse(&text).ok_or("no word")
    }
}

/// The words of an organization, wherever people read of what they sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// For the username.
    pub username: Word,
    /// For the password.
    pub password: Word,
}

impl Default for Words {
    fn default() -> Self {
        Words { username: Word("Username".to_owned()), password: Word("Password".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        Word::parse(text).expect(text)
    }

    #[test]
    fn es_202_a_word_is_short_and_can_be_seen() {
        for good in ["Username", "Login ID", "Kennung", "用户名", &"x".repeat(40)] {
            assert_eq!(word(good).to_string(), good);
        }
        for bad in ["", " ", " Login", "Login ", "Log\nin", "Log\u{202e}in", "Log\u{0}in", &"x".repeat(41)] {
            assert_eq!(Word::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn es_202_a_word_reads_well_within_a_sentence() {
        for (chosen, inside) in [
            ("Username", "a username"),
            ("Staff number", "a staff number"),
            ("Login ID", "a Login ID"),
            ("PIN", "a PIN"),
            ("Account name", "an account name"),
            ("eduID", "an eduID"),
            ("Élément", "a élément"),
        ] {
            assert_eq!(word(chosen).with_article(), inside);
        }
    }
}
