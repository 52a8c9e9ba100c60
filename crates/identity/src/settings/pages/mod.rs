//! The pages that settings stand on, and all of what is said of them.

mod lockout;
mod messages;
mod password;
mod recovery;
mod registration;
mod sessions;
mod system;
mod username;

use super::definition::Definition;

/// A page of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Everything that is no policy.
    System,
    /// Which messages are sent.
    Messages,
    /// What a username must be like.
    Username,
    /// What a password must be like, and how long it stays.
    Password,
    /// Who may make an account, and what must happen before it works.
    Registration,
    /// What slows guessing down.
    Lockout,
    /// How people get back in.
    Recovery,
    /// How long a sign-in lasts.
    Sessions,
}

impl Page {
    /// Every page: the policies last.
    pub const ALL: [Page; 8] = [
        Page::System,
        Page::Messages,
        Page::Username,
        Page::Password,
        Page::Registration,
        Page::Lockout,
        Page::Recovery,
        Page::Sessions,
    ];

    /// A stable name, as `lockout`.
    pub fn code(self) -> &'static str {
        match self {
            Page::System => "system",
            Page::Messages => "messages",
            Page::Username => "username",
            Page::Password => "password",
            Page::Registration => "registration",
            Page::Lockout => "lockout",
            Page::Recovery => "recovery",
            Page::Sessions => "sessions",
        }
    }

    /// The page with this [`Page::code`].
    pub fn from_code(code: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.code() == code)
    }

    /// Whether it is a policy: a page about one matter, beside the general settings.
    pub fn is_policy(self) -> bool {
        !matches!(self, Page::System | Page::Messages)
    }

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Page::System => "System settings",
            Page::Messages => "Messages",
            Page::Username => "Username policy",
            Page::Password => "Password policy",
            Page::Registration => "Registration policy",
            Page::Lockout => "Lockout policy",
            Page::Recovery => "Recovery policy",
            Page::Sessions => "Sessions and MFA policy",
        }
    }

    /// What the page is about, in a sentence.
    pub fn introduction(self) -> &'static str {
        match self {
            Page::System => "",
            Page::Messages => "Messages that can be switched off. What an action needs is always sent.",
            Page::Username => "Applies to new and changed usernames. Existing ones stay as they are.",
            Page::Password => "Checked whenever a password is set. Temporary passwords are exempt.",
            Page::Registration => "Who may create an account, and what must happen before it works.",
            Page::Lockout => {
                "Slows down guessing. A lock is temporary; disabling an account is a decision by an administrator."
            }
            Page::Recovery => "How users get back in without an administrator.",
            Page::Sessions => "How long a sign-in lasts, and what it takes.",
        }
    }

    /// Its settings, one slice for each heading.
    pub fn groups(self) -> &'static [&'static [Definition]] {
        match self {
            Page::System => system::GROUPS,
            Page::Messages => messages::GROUPS,
            Page::Username => username::GROUPS,
            Page::Password => password::GROUPS,
            Page::Registration => registration::GROUPS,
            Page::Lockout => lockout::GROUPS,
            Page::Recovery => recovery::GROUPS,
            Page::Sessions => sessions::GROUPS,
        }
    }

    /// Its settings.
    pub fn definitions(self) -> impl Iterator<Item = &'static Definition> {
        self.groups().iter().flat_map(|group| group.iter())
    }
}

/// Every setting, page by page.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    Page::ALL.into_iter().flat_map(Page::definitions)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::super::{Definition, Settings};
    use super::*;

    #[test]
    fn every_setting_is_declared_once_and_every_declaration_is_a_setting() {
        let mut declared: Vec<_> = definitions().map(|definition| definition.key).collect();
        declared.sort_unstable();
        let all = Settings::default().all();
        let mut named: Vec<_> = all.keys().map(String::as_str).collect();
        named.sort_unstable();
        assert_eq!(declared, named);
    }

    #[test]
    fn every_default_may_be_chosen_and_is_kept_as_it_is() {
        for definition in definitions() {
            let standard = definition.standard();
            assert_eq!(definition.read(&standard).expect(definition.key), standard, "{}", definition.key);
            let typed = definition.of_text(&definition.text_of(&standard));
            assert_eq!(definition.read(&typed).expect(definition.key), standard, "{}", definition.key);
        }
    }

    #[test]
    fn every_setting_has_a_place_and_a_name_of_its_own() {
        for page in Page::ALL {
            assert_eq!(Page::from_code(page.code()), Some(page));
            let mut labels = HashSet::new();
            for group in page.groups() {
                for definition in *group {
                    assert_eq!((definition.page, definition.group), (page, group[0].group), "{}", definition.key);
                    assert!(labels.insert(definition.label), "{}", definition.label);
                    assert!(!definition.group.is_empty() && !definition.label.ends_with('.'), "{}", definition.key);
                }
            }
        }
    }

    #[test]
    fn no_default_is_warned_of() {
        for definition in definitions() {
            assert_eq!(definition.warning_of(&definition.standard()), None, "{}", definition.key);
        }
    }

    #[test]
    fn es_127_what_the_standards_speak_against_is_warned_of() {
        for key in ["password_require_upper", "password_require_digit", "password_min_classes", "password_max_age_days"]
        {
            let definition = Definition::find(key).expect(key);
            assert!(definition.warning_of(&json!(1)).expect(key).contains("NIST"), "{key}");
        }
        let length = Definition::find("password_min_length").expect("it is declared");
        assert!(length.warning_of(&json!(14)).is_some());
        assert_eq!(length.warning_of(&json!(15)), None);
    }

    #[test]
    fn g7_no_system_administrator_gets_below_what_is_compiled_in() {
        let refused = |key: &str, value: serde_json::Value| {
            Definition::find(key).expect(key).read(&value).expect_err(key);
        };
        refused("password_min_length", json!(7));
        refused("password_min_length_with_mfa", json!(7));
        refused("password_max_length", json!(63));
        refused("password_history_depth", json!(25));
        refused("change_request_minutes", json!(1_441));
        refused("reset_link_hours", json!(25));
        refused("verification_link_hours", json!(25));
        refused("code_digits", json!(5));
        refused("code_tries", json!(11));
        refused("temporary_password_hours", json!(721));
        refused("lock_after_failures", json!(101));
        for key in ["password_block_common", "allow_mailing_permanent_passwords"] {
            assert!(Definition::find(key).expect(key).is_guarded, "{key}");
        }
    }

    #[test]
    fn a_value_out_of_range_or_of_another_type_is_refused_in_words() {
        let message = |key: &str, value| Definition::find(key).expect(key).read(&value).expect_err(key).to_string();
        assert_eq!(message("user_page_size", json!(501)), "user_page_size: Enter a whole number from 5 to 500.");
        assert_eq!(message("user_page_size", json!("25")), message("user_page_size", json!(-1)));
        assert!(message("contact_email", json!("help")).contains("name@example.com"));
        assert!(message("username_pattern", json!("[a-")).contains("regular expression"));
        assert!(message("captcha_mode", json!("riddle")).contains("image_and_alternatives"));
        assert!(message("username_signs", json!(["*"])).starts_with("username_signs: Choose from"));
        assert!(message("registration_domains_allowed", json!(["localhost"])).contains("example.com"));
        assert!(message("inactivity_warning_days", json!([0])).contains("1 to 365"));
        assert!(Definition::find("unheard_of").is_err());
    }

    #[test]
    fn a_value_is_kept_in_one_form() {
        let kept = |key: &str, text: &str| {
            let definition = Definition::find(key).expect(key);
            definition.read(&definition.of_text(text)).expect(key)
        };
        assert_eq!(
            kept("registration_domains_allowed", "EXAMPLE.com\n@bücher.de, example.com"),
            json!(["example.com", "xn--bcher-kva.de"])
        );
        assert_eq!(kept("username_signs", "_ ."), json!([".", "_"]));
        assert_eq!(kept("inactivity_warning_days", "7,1; 7"), json!([7, 1]));
        assert_eq!(kept("password_forbidden_chars", "é e\u{301}<"), json!("é <"));
        assert_eq!(kept("contact_email", "  help@example.com "), json!("help@example.com"));
        assert_eq!(kept("registration", "on"), json!(true));
    }

    #[test]
    fn es_202_the_words_for_username_and_password_are_chosen_within_bounds() {
        for key in ["word_for_username", "word_for_password"] {
            let definition = Definition::find(key).expect(key);
            assert!(definition.read(&json!("Login ID")).is_ok());
            for bad in [json!(""), json!("  "), json!("a\nb"), json!("x".repeat(41)), json!(7), json!(null)] {
                assert!(definition.read(&bad).is_err(), "{bad}");
            }
        }
        let chosen = [("word_for_username".to_owned(), json!("Login ID"))].into();
        let words = Settings::from_chosen(chosen).words();
        assert_eq!((words.username.to_string(), words.password.to_string()), ("Login ID".into(), "Password".into()));
    }

    #[test]
    fn a_stored_value_that_no_longer_fits_counts_as_not_chosen() {
        let chosen = [("user_page_size", json!("many")), ("gone", json!(1)), ("lock_minutes", json!(7))];
        let chosen = chosen.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        assert_eq!(Settings::from_chosen(chosen), Settings { lock_minutes: 7, ..Settings::default() });
    }
}
