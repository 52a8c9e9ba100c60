//! The rules for definitions.

use base::text::{has_hidden_signs, length, nfc};

use super::rule::Rule;
use super::set::values_of;
use super::{Access, Attribute, Definition, Kind, MAX_HELP, MAX_LABEL, MAX_LONG_TEXT, MAX_PATTERN, MAX_TEXT, value};
use crate::Problem;
use crate::patterns::compile;

/// Most languages of a label.
const MAX_LANGUAGES: usize = 50;
/// Most characters of the name of a claim or of an attribute of SAML.
const MAX_NAME: usize = 200;
/// What a token says by itself (RFC 7519 §4.1; OpenID Connect Core §2): an attribute can't say it otherwise.
const CLAIMS_OF_TOKENS: &[&str] = &[
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "s_hash",
    "sid",
    "sub",
];

impl Definition {
    /// The definition in the form that is kept: what its kind doesn't know is left out.
    ///
    /// Errors: every rule that it breaks.
    pub(super) fn checked(self) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, code: &str, message: &str| problems.push(Problem::new(field, code, message));
        let mut checked = self.of_its_kind();
        checked.label = nfc(checked.label.trim()).into_owned();
        checked.help = nfc(checked.help.trim()).into_owned();
        checked.labels = checked.labels.iter().filter_map(translated).collect();
        trim(&mut checked.pattern);
        trim(&mut checked.oidc_claim);
        trim(&mut checked.saml_attribute);
        if checked.label.is_empty() {
            wrong("label", "REQUIRED_MISSING", "Enter a label.");
        }
        line(&mut wrong, "label", &checked.label, MAX_LABEL);
        line(&mut wrong, "help", &checked.help, MAX_HELP);
        if checked.labels.len() > MAX_LANGUAGES {
            wrong("labels", "TOO_MANY", "Enter labels in at most 50 languages.");
        }
        for (language, label) in &checked.labels {
            if !is_language_tag(language) {
                wrong("labels", "BAD_LANGUAGE", &format!("{language:?} is no language tag. Use one like de or pt-BR."));
            }
            line(&mut wrong, "labels", label, MAX_LABEL);
        }
        if length(&checked.pattern) > MAX_PATTERN {
            wrong("pattern", "TOO_LONG", "Enter at most 500 characters.");
        } else if let Err(why) = compile(&checked.pattern) {
            wrong("pattern", "BAD_PATTERN", &why);
        }
        checked.check_names(&mut wrong);
        checked.check_lengths(&mut wrong);
        if checked.is_required && checked.in_console != Access::Editable {
            let message = "A required attribute must be one that administrators can edit.";
            wrong("in_console", "REQUIRED_HIDDEN", message);
        }
        checked.settle_range(&mut problems);
        if checked.kind == Kind::Choice {
            problems.extend(super::choices::problems_of(&checked.choices));
        }
        if problems.is_empty() {
            checked.settle_default(&mut problems);
        }
        if problems.is_empty() { Ok(checked) } else { Err(problems) }
    }

    fn of_its_kind(mut self) -> Self {
        let kind = self.kind;
        if kind != Kind::Choice {
            self.choices.clear();
        }
        if !kind.has_length() {
            (self.min_length, self.max_length) = (None, None);
            self.pattern.clear();
        }
        if !kind.has_range() {
            (self.least, self.greatest) = (None, None);
        }
        self.is_multi &= kind.can_be_multi();
        self.is_unique &= kind.can_be_unique();
        self.is_searchable &= kind.can_be_searchable();
        self
    }

    fn check_names(&self, wrong: &mut impl FnMut(&str, &str, &str)) {
        for (field, name) in [("oidc_claim", &self.oidc_claim), ("saml_attribute", &self.saml_attribute)] {
            if length(name) > MAX_NAME {
                wrong(field, "TOO_LONG", "Enter at most 200 characters.");
            }
            if name.chars().any(|sign| sign.is_whitespace() || !sign.is_ascii_graphic()) {
                wrong(field, "BAD_VALUE", "Use letters, digits and signs of ASCII without blanks.");
            }
        }
        if CLAIMS_OF_TOKENS.contains(&self.oidc_claim.as_str()) {
            wrong("oidc_claim", "RESERVED", "Every token has a claim of this name already. Choose another one.");
        }
    }

    fn check_lengths(&self, wrong: &mut impl FnMut(&str, &str, &str)) {
        let limit = if self.kind == Kind::LongText { MAX_LONG_TEXT } else { MAX_TEXT };
        let out_of_range = |length: Option<u32>| length.is_some_and(|length| length < 1 || length as usize > limit);
        for (field, length) in [("min_length", self.min_length), ("max_length", self.max_length)] {
            if out_of_range(length) {
                wrong(field, "BAD_VALUE", &format!("Enter a number from 1 to {limit}."));
            }
        }
        if let (Some(min), Some(max)) = (self.min_length, self.max_length)
            && min > max
        {
            wrong("max_length", "BAD_RANGE", "The greatest length is less than the least.");
        }
    }

    /// Puts both ends of a range in the form of values.
    fn settle_range(&mut self, problems: &mut Vec<Problem>) {
        let free = Definition { kind: self.kind, ..Definition::default() };
        for (field, end) in [("least", &mut self.least), ("greatest", &mut self.greatest)] {
            let Some(typed) = end.take() else { continue };
            match value::read(&free, &Rule::default(), &typed) {
                Ok(value) => *end = value,
                Err((code, message)) => problems.push(Problem::new(field, code, message)),
            }
        }
        if let (Some(least), Some(greatest)) = (&self.least, &self.greatest)
            && value::compare(self.kind, least, greatest).is_gt()
        {
            problems.push(Problem::new("greatest", "BAD_RANGE", "The greatest value is less than the least."));
        }
    }

    /// Puts the default in the form of values.
    fn settle_default(&mut self, problems: &mut Vec<Problem>) {
        match values_of(self, &Rule::of(self), &self.default) {
            Ok(values) if !values.is_empty() && self.is_unique => {
                let message = "What nobody may have twice can't be every new account's.";
                problems.push(Problem::new("default", "UNIQUE_DEFAULT", message));
            }
            Ok(values) => self.default = values,
            Err((code, message)) => problems.push(Problem::new("default", code, message)),
        }
    }
}

/// What collides with the other attributes.
pub(super) fn collisions(definition: &Definition, others: &[&Attribute]) -> Vec<Problem> {
    let sent_as = |field: &str, name: &str, taken: &dyn Fn(&Definition) -> bool| {
        let other = others.iter().find(|other| !name.is_empty() && taken(&other.definition))?;
        let message = format!("The attribute {} is sent under this name already.", other.definition.label);
        Some(Problem::new(field, "NAME_TAKEN", message))
    };
    let claim = sent_as("oidc_claim", &definition.oidc_claim, &|other| other.oidc_claim == definition.oidc_claim);
    let saml = &definition.saml_attribute;
    claim.into_iter().chain(sent_as("saml_attribute", saml, &|other| other.saml_attribute == *saml)).collect()
}

fn trim(text: &mut String) {
    if text.trim().len() < text.len() {
        *text = text.trim().into();
    }
}

fn translated((language, label): (&String, &String)) -> Option<(String, String)> {
    let label = nfc(label.trim()).into_owned();
    (!label.is_empty()).then(|| (language.trim().to_owned(), label))
}

/// Whether a text has the form of a language tag (RFC 5646 §2.1), as far as languages of people need it.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_language = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_more = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35 && parts.next().is_some_and(is_language) && parts.all(is_more)
}

fn line(wrong: &mut impl FnMut(&str, &str, &str), field: &str, text: &str, most: usize) {
    if length(text) > most {
        wrong(field, "TOO_LONG", &format!("Enter at most {most} characters."));
    }
    if has_hidden_signs(text) {
        wrong(field, "BAD_VALUE", "Remove line breaks and invisible control characters.");
    }
}
