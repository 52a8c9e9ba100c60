//! Sets of values that go together.

use serde_json::{Map, Value as Json, json};

use super::pages::Page;
use super::{Settings, definitions};

/// A set of values that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// The defaults: administrators and users work as they are used to.
    Compatible,
    /// What current guidance asks for, where it differs.
    Hardened,
}

/// A setting, the value it gets, and what that means.
type Deviation = (&'static str, fn() -> Json, &'static str);

/// What differs from the defaults when Hardened is chosen, and what nobody can do any more then.
const HARDENED: &[Deviation] = &[
    ("temporary_password_min_length", || json!(8), "A typed temporary password needs 8 characters."),
    ("admin_may_choose_passwords", || json!(false), "Administrators send a random password or a link; they type none."),
    (
        "login_always_generic",
        || json!(true),
        "A refused sign-in never says that the account is locked, disabled or pending.",
    ),
    ("require_mfa_for_administrators", || json!(true), "Nobody administers with a password alone."),
    ("captcha_mode", || json!("proof_of_work"), "There is no picture and no spoken code; browsers do invisible work."),
    ("session_idle_minutes", || json!(15), "Whoever does nothing for 15 minutes signs in again."),
    ("session_absolute_hours", || json!(8), "Whoever works for longer than 8 hours signs in again."),
];

/// Further settings that both presets bring to their defaults: those that make sign-ins weaker or stronger.
const TO_DEFAULT: &[&str] = &[
    "registration_confirmation",
    "reveal_duplicate_email",
    "mail_no_account",
    "captcha_on_login_after",
    "captcha_length",
    "captcha_minutes",
];

/// What belongs to one organization and not to a preset, although it stands on a page of one.
const OWN: &[&str] = &["password_forbidden_chars", "password_context_words", "account_disabling", "recovery_sms_code"];

impl Preset {
    /// Both.
    pub const ALL: [Preset; 2] = [Preset::Compatible, Preset::Hardened];

    /// A stable name, as `hardened`.
    pub fn code(self) -> &'static str {
        match self {
            Preset::Compatible => "compatible",
            Preset::Hardened => "hardened",
        }
    }

    /// The preset with this [`Preset::code`].
    pub fn from_code(code: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.code() == code)
    }

    /// The name as people read it.
    pub fn title(self) -> &'static str {
        match self {
            Preset::Compatible => "Compatible",
            Preset::Hardened => "Hardened",
        }
    }

    /// What it is for, in a sentence.
    pub fn purpose(self) -> &'static str {
        match self {
            Preset::Compatible => "Administrators and users work as the documentation says. These are the defaults.",
            Preset::Hardened => "Follows current guidance where it is stricter. Some ways of working end.",
        }
    }

    /// What users and administrators lose by it, a sentence each.
    pub fn deviations(self) -> impl Iterator<Item = &'static str> {
        let all = if self == Preset::Hardened { HARDENED } else { &[] };
        all.iter().map(|(_, _, sentence)| *sentence)
    }

    /// The values that it chooses; all other settings stay as they are.
    pub fn values(self) -> Map<String, Json> {
        let standard = Settings::default().all();
        let concerned = definitions().map(|definition| (definition.page, definition.key)).filter(|(page, key)| {
            matches!(page, Page::Password | Page::Lockout | Page::Recovery | Page::Sessions) && !OWN.contains(key)
                || TO_DEFAULT.contains(key)
                || HARDENED.iter().any(|(hardened, ..)| hardened == key)
        });
        let mut values: Map<String, Json> = concerned.map(|(_, key)| (key.to_owned(), standard[key].clone())).collect();
        if self == Preset::Hardened {
            values.extend(HARDENED.iter().map(|(key, value, _)| ((*key).to_owned(), value())));
        }
        values
    }

    /// Whether `settings` are as it wants them.
    pub fn is_chosen(self, settings: &Settings) -> bool {
        let all = settings.all();
        self.values().iter().all(|(key, value)| all.get(key) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::save::changes;
    use super::*;

    fn after(present: &Settings, preset: Preset) -> Settings {
        let changes = changes(present, &preset.values()).expect("a preset is valid");
        let with = |settings: Settings, change: &super::super::Change| {
            settings.with(change.definition.key, change.after.clone()).expect("it was read")
        };
        changes.iter().fold(present.clone(), with)
    }

    #[test]
    fn es_e5_the_defaults_are_the_preset_compatible() {
        assert!(Preset::Compatible.is_chosen(&Settings::default()));
        assert!(!Preset::Hardened.is_chosen(&Settings::default()));
        assert_eq!(after(&Settings::default(), Preset::Compatible), Settings::default());
    }

    #[test]
    fn es_e5_hardened_differs_in_what_the_specification_names() {
        let hardened = after(&Settings::default(), Preset::Hardened);
        assert_eq!(hardened.temporary_password_min_length, 8);
        assert!(!hardened.admin_may_choose_passwords);
        assert!(hardened.login_always_generic && hardened.require_mfa_for_administrators);
        assert_eq!((hardened.session_idle_minutes, hardened.session_absolute_hours), (15, 8));
        assert_eq!(hardened.value_of("captcha_mode"), "proof_of_work");
        let changed = changes(&Settings::default(), &Preset::Hardened.values()).expect("it is valid");
        assert_eq!(changed.len(), Preset::Hardened.deviations().count());
    }

    #[test]
    fn es_e5_a_preset_leaves_alone_what_belongs_to_the_organization() {
        let own = Settings {
            site_user_limit: 500,
            contact_email: "help@example.com".into(),
            registration: true,
            registration_domains_allowed: vec!["example.com".into()],
            ..Settings::default()
        };
        for preset in Preset::ALL {
            let after = after(&own, preset);
            assert_eq!((after.site_user_limit, after.registration), (500, true));
            assert_eq!(
                (&after.contact_email, &after.registration_domains_allowed),
                (&own.contact_email, &own.registration_domains_allowed)
            );
        }
    }

    /// Any settings that can come to be: values within their ranges, one after the other, as far as they go together.
    fn any_settings() -> impl Strategy<Value = Settings> {
        let numbers = definitions().filter_map(|definition| match definition.kind {
            super::super::Kind::Number { least, greatest, .. } => Some((definition.key, least, greatest)),
            _ => None,
        });
        let choices: Vec<_> = numbers.map(|(key, least, greatest)| (Just(key), least..=greatest)).collect();
        proptest::collection::vec(proptest::sample::select((0..choices.len()).collect::<Vec<_>>()), 0..20)
            .prop_flat_map(move |places| places.into_iter().map(|place| choices[place].clone()).collect::<Vec<_>>())
            .prop_map(|chosen| {
                chosen.into_iter().fold(Settings::default(), |settings, (key, value)| {
                    let wanted = [(key.to_owned(), json!(value))].into_iter().collect();
                    match changes(&settings, &wanted) {
                        Ok(_) => settings.with(key, json!(value)).expect(key),
                        Err(_) => settings,
                    }
                })
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn es_e5_a_preset_is_valid_whatever_was_chosen_before(settings in any_settings()) {
            for preset in Preset::ALL {
                let after = after(&settings, preset);
                prop_assert!(preset.is_chosen(&after));
                prop_assert!(super::super::together::problems(&after).is_empty());
            }
        }
    }
}
