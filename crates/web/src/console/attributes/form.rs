//! The fields of an attribute, as they are typed and as they are shown.

use std::collections::BTreeMap;

use identity::attributes::{self, Access, Attribute, Definition, Kind, MAX_LONG_TEXT, NewAttribute};

use super::list::access_words;
use crate::fields::Fields;
use crate::input::{Choice, FormProblem, Input, Problems};

/// What stands in the fields.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each switch is a choice of its own")]
pub(super) struct Typed {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) labels: String,
    pub(super) help: String,
    pub(super) kind: String,
    pub(super) choices: String,
    pub(super) pattern: String,
    pub(super) min_length: String,
    pub(super) max_length: String,
    pub(super) least: String,
    pub(super) greatest: String,
    pub(super) default: String,
    pub(super) is_multi: bool,
    pub(super) is_required: bool,
    pub(super) is_unique: bool,
    pub(super) is_searchable: bool,
    pub(super) is_listed: bool,
    pub(super) is_asked_at_registration: bool,
    pub(super) in_my_account: String,
    pub(super) in_console: String,
    pub(super) oidc_claim: String,
    pub(super) saml_attribute: String,
}

/// The fields as the template shows them.
pub(super) struct AttributeForm {
    pub(super) version: i64,
    pub(super) key: Input,
    pub(super) label: Input,
    pub(super) labels: Input,
    pub(super) help: Input,
    pub(super) kind: Input,
    pub(super) kinds: Vec<Choice>,
    pub(super) choices: Input,
    pub(super) pattern: Input,
    pub(super) min_length: Input,
    pub(super) max_length: Input,
    pub(super) least: Input,
    pub(super) greatest: Input,
    pub(super) default: Input,
    pub(super) typed: Typed,
    pub(super) in_my_account: Input,
    pub(super) in_my_account_choices: Vec<Choice>,
    pub(super) in_console: Input,
    pub(super) in_console_choices: Vec<Choice>,
    pub(super) oidc_claim: Input,
    pub(super) saml_attribute: Input,
    pub(super) problems: Vec<FormProblem>,
}

impl Typed {
    /// What an attribute is.
    pub(super) fn of(attribute: &Attribute) -> Self {
        Typed { key: attribute.key.clone(), ..Typed::of_definition(&attribute.definition) }
    }

    /// An attribute that nobody has described yet.
    pub(super) fn blank() -> Self {
        Typed::of_definition(&Definition::default())
    }

    fn of_definition(definition: &Definition) -> Self {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let labels = definition.labels.iter().map(|(language, label)| format!("{language}: {label}"));
        Typed {
            key: String::new(),
            label: definition.label.clone(),
            labels: labels.collect::<Vec<_>>().join("\n"),
            help: definition.help.clone(),
            kind: definition.kind.code().to_owned(),
            choices: attributes::Choice::to_lines(&definition.choices),
            pattern: definition.pattern.clone(),
            min_length: number(definition.min_length),
            max_length: number(definition.max_length),
            least: definition.least.clone().unwrap_or_default(),
            greatest: definition.greatest.clone().unwrap_or_default(),
            default: definition.default.join("\n"),
            is_multi: definition.is_multi,
            is_required: definition.is_required,
            is_unique: definition.is_unique,
            is_searchable: definition.is_searchable,
            is_listed: definition.is_listed,
            is_asked_at_registration: definition.is_asked_at_registration,
            in_my_account: definition.in_my_account.code().to_owned(),
            in_console: definition.in_console.code().to_owned(),
            oidc_claim: definition.oidc_claim.clone(),
            saml_attribute: definition.saml_attribute.clone(),
        }
    }

    /// What was typed.
    pub(super) fn read(fields: &Fields) -> Self {
        let text = |name| fields.text(name).to_owned();
        let is = |name| fields.is_checked(name);
        Typed {
            key: text("key"),
            label: text("label"),
            labels: text("labels"),
            help: text("help"),
            kind: text("kind"),
            choices: text("choices"),
            pattern: text("pattern"),
            min_length: text("min_length"),
            max_length: text("max_length"),
            least: text("least"),
            greatest: text("greatest"),
            default: text("default"),
            is_multi: is("multi"),
            is_required: is("required"),
            is_unique: is("unique"),
            is_searchable: is("searchable"),
            is_listed: is("listed"),
            is_asked_at_registration: is("at_registration"),
            in_my_account: text("in_my_account"),
            in_console: text("in_console"),
            oidc_claim: text("oidc_claim"),
            saml_attribute: text("saml_attribute"),
        }
    }

    /// What it means; what can't be read is among `problems`.
    pub(super) fn definition(&self, problems: &mut Problems) -> Definition {
        let kind = Kind::from_code(&self.kind).unwrap_or_else(|| {
            problems.add("kind", "Choose one of the types");
            Kind::default()
        });
        let mut access = |field, code: &str| {
            Access::from_code(code).unwrap_or_else(|| {
                problems.add(field, "Choose one of the three");
                Access::default()
            })
        };
        let (in_my_account, in_console) =
            (access("in_my_account", &self.in_my_account), access("in_console", &self.in_console));
        let mut length = |field, text: &str| match text.parse() {
            Ok(number) => Some(number),
            Err(_) if text.is_empty() || !kind.has_length() => None,
            Err(_) => {
                problems.add(field, format!("Enter a number from 1 to {MAX_LONG_TEXT}"));
                None
            }
        };
        let (min_length, max_length) = (length("min_length", &self.min_length), length("max_length", &self.max_length));
        let end = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Definition {
            label: self.label.clone(),
            labels: self.labels(problems),
            help: self.help.clone(),
            kind,
            choices: attributes::Choice::from_lines(&self.choices),
            pattern: self.pattern.clone(),
            min_length,
            max_length,
            least: end(&self.least),
            greatest: end(&self.greatest),
            default: self.defaults(kind),
            is_multi: self.is_multi,
            is_required: self.is_required,
            is_unique: self.is_unique,
            is_searchable: self.is_searchable,
            is_listed: self.is_listed,
            is_asked_at_registration: self.is_asked_at_registration,
            in_my_account,
            in_console,
            oidc_claim: self.oidc_claim.clone(),
            saml_attribute: self.saml_attribute.clone(),
        }
    }

    /// The same for an attribute that is not there yet.
    pub(super) fn new_attribute(&self, problems: &mut Problems) -> NewAttribute {
        NewAttribute { key: self.key.clone(), definition: self.definition(problems) }
    }

    fn labels(&self, problems: &mut Problems) -> BTreeMap<String, String> {
        let lines = self.labels.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut labels = BTreeMap::new();
        for line in lines {
            match line.split_once(':') {
                Some((language, label)) => {
                    labels.insert(language.trim().to_owned(), label.trim().to_owned());
                }
                None => problems.add("labels", format!("Put a language and a colon before “{line}”, as de: Abteilung")),
            }
        }
        labels
    }

    fn defaults(&self, kind: Kind) -> Vec<String> {
        if self.is_multi && kind.can_be_multi() {
            let lines = self.default.lines().map(str::trim).filter(|line| !line.is_empty());
            return lines.map(str::to_owned).collect();
        }
        Some(self.default.clone()).filter(|text| !text.is_empty()).into_iter().collect()
    }
}

impl AttributeForm {
    /// The fields with `typed` in them, over the version that was read.
    pub(super) fn new(typed: &Typed, version: i64, problems: Problems) -> Self {
        let accesses =
            |chosen: &str| Access::ALL.map(|one| Choice::new(one.code(), access_words(one), one.code() == chosen));
        let input = |name, value: &str| problems.input(name, value);
        AttributeForm {
            version,
            key: input("key", &typed.key),
            label: input("label", &typed.label),
            labels: input("labels", &typed.labels),
            help: input("help", &typed.help),
            kind: input("kind", &typed.kind),
            kinds: Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.words(), kind.code() == typed.kind))
                .collect(),
            choices: input("choices", &typed.choices),
            pattern: input("pattern", &typed.pattern),
            min_length: input("min_length", &typed.min_length),
            max_length: input("max_length", &typed.max_length),
            least: input("least", &typed.least),
            greatest: input("greatest", &typed.greatest),
            default: input("default", &typed.default),
            in_my_account: input("in_my_account", &typed.in_my_account),
            in_my_account_choices: accesses(&typed.in_my_account).into(),
            in_console: input("in_console", &typed.in_console),
            in_console_choices: accesses(&typed.in_console).into(),
            oidc_claim: input("oidc_claim", &typed.oidc_claim),
            saml_attribute: input("saml_attribute", &typed.saml_attribute),
            typed: typed.clone(),
            problems: problems.0,
        }
    }
}
