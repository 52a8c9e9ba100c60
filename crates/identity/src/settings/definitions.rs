//! Each setting, declared once: its name, what it means, its range and its default.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::words::{self, Word, Words};
use crate::credentials::PasswordRules;
use crate::{Error, Result};

/// The settings of one organization, with defaults where nothing was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each switch is a choice of its own")]
pub struct Settings {
    /// Users on a page of the list, 5 to 500.
    pub user_page_size: u32,
    /// Accounts that may exist; 0 for as many as you like.
    pub site_user_limit: u64,
    /// Whether accounts can be disabled at all.
    pub account_disabling: bool,
    /// Minutes without a request after which a session ends, 5 to 1,440.
    pub session_idle_minutes: u64,
    /// Hours after which a session ends in any case, 1 to 720.
    pub session_absolute_hours: u64,
    /// Failed sign-ins within 15 minutes after which a name is locked for a while; 0 for only the hard stop at 100.
    pub lock_after_failures: u32,
    /// Minutes that the first such lock lasts, 1 to 1,440.
    pub lock_minutes: u64,
    /// By how much each further lock lasts longer, 1 to 10.
    pub lock_factor: u32,
    /// Minutes that a lock lasts at most, 1 to 1,440.
    pub lock_max_minutes: u64,
    /// Hours that a temporary password works, 1 to 720.
    pub temporary_password_hours: u64,
    /// Fewest characters of a username, 1 to 128.
    pub username_min_length: u32,
    /// Most characters of a username, 1 to 128.
    pub username_max_length: u32,
    /// Whether letters of any script may stand in a username, not only those of ASCII.
    pub username_any_script: bool,
    /// What the username is called, at most 40 characters.
    pub word_for_username: Word,
    /// What the password is called, at most 40 characters.
    pub word_for_password: Word,
    /// Whether people can register themselves.
    pub registration: bool,
    /// Whether who registers must confirm the address by a link.
    pub registration_confirmation: bool,
    /// Whether an administrator approves each registration.
    pub registration_approval: bool,
    /// Hours that the link to confirm a registration works, 1 to 720.
    pub registration_link_hours: u64,
    /// What a permanent password must be like.
    pub password_rules: PasswordRules,
}

impl Default for Settings {
    fn default() -> Self {
        let Words { username, password } = Words::default();
        Settings {
            user_page_size: 25,
            site_user_limit: 0,
            account_disabling: true,
            session_idle_minutes: 30,
            session_absolute_hours: 12,
            lock_after_failures: 10,
            lock_minutes: 5,
            lock_factor: 2,
            lock_max_minutes: 60,
            temporary_password_hours: 72,
            username_min_length: 3,
            username_max_length: 64,
            username_any_script: false,
            word_for_username: username,
            word_for_password: password,
            registration: false,
            registration_confirmation: true,
            registration_approval: true,
            registration_link_hours: 24,
            password_rules: PasswordRules::default(),
        }
    }
}

impl Settings {
    /// The settings with `chosen` over the defaults; a value that no longer fits its type is as if not chosen.
    pub(super) fn from_chosen(chosen: HashMap<String, Json>) -> Self {
        let mut settings = Settings::default();
        for (key, value) in chosen {
            if let Some(changed) = settings.with(&key, value) {
                settings = changed;
            }
        }
        settings
    }

    /// The settings with one value changed; `None` when the key is unknown or the value of another type.
    fn with(&self, key: &str, value: Json) -> Option<Self> {
        let Ok(Json::Object(mut all)) = serde_json::to_value(self) else {
            return None;
        };
        *all.get_mut(key)? = value;
        serde_json::from_value(Json::Object(all)).ok()
    }

    /// The value of one setting; null for an unknown key.
    pub fn value_of(&self, key: &str) -> Json {
        serde_json::to_value(self).ok().and_then(|all| all.get(key).cloned()).unwrap_or(Json::Null)
    }

    /// What people sign in with, as the organization calls it.
    pub fn words(&self) -> Words {
        Words { username: self.word_for_username.clone(), password: self.word_for_password.clone() }
    }

    /// How long a session lasts without a request.
    pub fn session_idle(&self) -> Duration {
        Duration::from_secs(self.session_idle_minutes * 60)
    }

    /// How long a session lasts at most.
    pub fn session_absolute(&self) -> Duration {
        Duration::from_secs(self.session_absolute_hours * 3600)
    }

    /// How long a temporary password works.
    pub fn temporary_password(&self) -> Duration {
        Duration::from_secs(self.temporary_password_hours * 3600)
    }

    /// How long the link to confirm a registration works.
    pub fn registration_link(&self) -> Duration {
        Duration::from_secs(self.registration_link_hours * 3600)
    }
}

/// One setting: its key, and what its value may be.
pub struct Definition {
    /// The key, the name of the field of [`Settings`].
    pub key: &'static str,
    /// Least and greatest value of a number.
    pub range: Option<(u64, u64)>,
    /// Whether it is a [`Word`].
    pub is_word: bool,
}

const fn number(key: &'static str, least: u64, greatest: u64) -> Definition {
    Definition { key, range: Some((least, greatest)), is_word: false }
}

const fn other(key: &'static str) -> Definition {
    Definition { key, range: None, is_word: false }
}

const fn word(key: &'static str) -> Definition {
    Definition { key, range: None, is_word: true }
}

/// Every setting.
pub const DEFINITIONS: &[Definition] = &[
    number("user_page_size", 5, 500),
    number("site_user_limit", 0, 1_000_000_000),
    other("account_disabling"),
    number("session_idle_minutes", 5, 1_440),
    number("session_absolute_hours", 1, 720),
    number("lock_after_failures", 0, 100),
    number("lock_minutes", 1, 1_440),
    number("lock_factor", 1, 10),
    number("lock_max_minutes", 1, 1_440),
    number("temporary_password_hours", 1, 720),
    number("username_min_length", 1, 128),
    number("username_max_length", 1, 128),
    other("username_any_script"),
    word("word_for_username"),
    word("word_for_password"),
    other("registration"),
    other("registration_confirmation"),
    other("registration_approval"),
    number("registration_link_hours", 1, 720),
    other("password_rules"),
];

impl Definition {
    /// Whether `value` may be chosen.
    ///
    /// Errors: `Invalid` that names the range or the type.
    pub fn check(&self, value: &Json) -> Result<()> {
        if let Some((least, greatest)) = self.range
            && !value.as_u64().is_some_and(|number| (least..=greatest).contains(&number))
        {
            let message = format!("Enter a whole number from {least} to {greatest}.");
            return Err(Error::invalid(self.key, "BAD_VALUE", message));
        }
        if self.is_word && value.as_str().and_then(Word::parse).is_none() {
            let most = words::MAX_LENGTH;
            let message = format!("Enter 1 to {most} characters in one line, without a space at either end.");
            return Err(Error::invalid(self.key, "BAD_VALUE", message));
        }
        if Settings::default().with(self.key, value.clone()).is_none() {
            return Err(Error::invalid(self.key, "BAD_VALUE", "This value is of the wrong kind."));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_setting_is_declared_and_every_declaration_is_a_setting() {
        let Ok(Json::Object(fields)) = serde_json::to_value(Settings::default()) else { panic!("an object") };
        let mut declared: Vec<_> = DEFINITIONS.iter().map(|definition| definition.key).collect();
        declared.sort_unstable();
        let mut named: Vec<_> = fields.keys().map(String::as_str).collect();
        named.sort_unstable();
        assert_eq!(declared, named);
    }

    #[test]
    fn defaults_are_within_their_ranges() {
        for definition in DEFINITIONS {
            definition.check(&Settings::default().value_of(definition.key)).expect(definition.key);
        }
    }

    #[test]
    fn a_value_out_of_range_or_of_another_type_is_refused() {
        let size = &DEFINITIONS[0];
        assert!(size.check(&json!(501)).is_err());
        assert!(size.check(&json!(-1)).is_err());
        assert!(size.check(&json!("25")).is_err());
        assert!(size.check(&json!(25)).is_ok());
    }

    #[test]
    fn es_202_the_words_for_username_and_password_are_chosen_within_bounds() {
        let definition = |key| DEFINITIONS.iter().find(|definition| definition.key == key).expect(key);
        for key in ["word_for_username", "word_for_password"] {
            assert!(definition(key).check(&json!("Login ID")).is_ok());
            for bad in [json!(""), json!("  "), json!("a\nb"), json!("x".repeat(41)), json!(7), json!(null)] {
                assert!(definition(key).check(&bad).is_err(), "{bad}");
            }
        }
        let chosen = HashMap::from([("word_for_username".to_owned(), json!("Login ID"))]);
        let words = Settings::from_chosen(chosen).words();
        assert_eq!((words.username.to_string(), words.password.to_string()), ("Login ID".into(), "Password".into()));
    }

    #[test]
    fn a_stored_value_that_no_longer_fits_counts_as_not_chosen() {
        let chosen = HashMap::from([("user_page_size".to_owned(), json!("many")), ("gone".to_owned(), json!(1))]);
        assert_eq!(Settings::from_chosen(chosen), Settings::default());
    }
}
