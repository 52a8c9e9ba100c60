//! All attributes of an organization, made ready to hold the values of many accounts against.

use std::sync::OnceLock;

use base::AttributeId;

use super::rule::Rule;
use super::value::{self, Fault};
use super::{Access, Attribute, Definition, Entrant, MAX_VALUES, Values, field_of};
use crate::Problem;

/// All attributes of an organization, in order.
#[derive(Debug, Default)]
pub struct Attributes {
    all: Vec<Attribute>,
    rules: Vec<OnceLock<Rule>>,
}

impl Attributes {
    /// These attributes, in this order.
    pub fn new(all: Vec<Attribute>) -> Self {
        let rules = all.iter().map(|_| OnceLock::new()).collect();
        Attributes { all, rules }
    }

    /// Each, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.all.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one with this key.
    pub fn get(&self, key: &str) -> Option<&Attribute> {
        self.all.iter().find(|attribute| attribute.key == key)
    }

    /// The one with this identifier.
    pub fn by_id(&self, id: AttributeId) -> Option<&Attribute> {
        self.all.iter().find(|attribute| attribute.id == id)
    }

    /// Reads what `entrant` entered, attribute by attribute; one of which nothing is said stays so, one without a text
    /// has none. What an owner or an applicant may not enter is passed over. Reading what was read changes nothing.
    ///
    /// Errors: one problem for each attribute that has any, in order.
    pub fn read(&self, entered: &Values, entrant: Entrant) -> Result<Values, Vec<Problem>> {
        let mut read = Values::default();
        let mut problems = Vec::new();
        for (attribute, rule) in self.all.iter().zip(&self.rules) {
            if !entered.names(&attribute.key) {
                continue;
            }
            let rule = rule.get_or_init(|| Rule::of(&attribute.definition));
            let texts = entered.get(&attribute.key);
            match entrant {
                _ if attribute.is_open_to(entrant) => match values_of(&attribute.definition, rule, texts) {
                    Ok(values) => read.set(&attribute.key, values),
                    Err(fault) => problems.push(problem(&attribute.key, fault)),
                },
                Entrant::Administrator => {
                    let message = "Administrators can't change this field.".to_owned();
                    problems.push(problem(&attribute.key, ("NOT_EDITABLE", message)));
                }
                Entrant::Owner | Entrant::Applicant | Entrant::Operator => {}
            }
        }
        if matches!(entrant, Entrant::Administrator | Entrant::Operator) {
            let gone = entered.iter().filter(|(key, _)| self.get(key).is_none());
            let message = "There is no such field any more. Reload the page.";
            problems.extend(gone.map(|(key, _)| problem(key, ("UNKNOWN_ATTRIBUTE", message.to_owned()))));
        }
        if problems.is_empty() { Ok(read) } else { Err(problems) }
    }

    /// What a new account has: what was read, and the default where nothing was said.
    pub fn with_defaults(&self, mut read: Values) -> Values {
        for attribute in &self.all {
            let default = &attribute.definition.default;
            if !default.is_empty() && !read.names(&attribute.key) {
                read.set(&attribute.key, default.clone());
            }
        }
        self.kept(&read)
    }

    /// What an account has after a change: what was read over what it had.
    pub fn changed(&self, before: &Values, read: &Values) -> Values {
        let mut after = before.clone();
        for (key, values) in read.iter() {
            after.set(key, values.to_vec());
        }
        self.kept(&after)
    }

    /// What of `values` is kept: attributes that there are, with a value.
    fn kept(&self, values: &Values) -> Values {
        let has_place = |(key, texts): &(&str, &[String])| !texts.is_empty() && self.get(key).is_some();
        values.iter().filter(has_place).map(|(key, texts)| (key, texts.to_vec())).collect()
    }

    /// What an account must have and hasn't, as far as `entrant` could enter it.
    pub fn missing(&self, values: &Values, entrant: Entrant) -> Vec<Problem> {
        let is_missing =
            |attribute: &&Attribute| attribute.is_required_of(entrant) && values.get(&attribute.key).is_empty();
        let enter = |attribute: &Attribute| format!("Enter a value for {}.", attribute.definition.label);
        let missing = self.all.iter().filter(is_missing);
        missing.map(|attribute| problem(&attribute.key, ("REQUIRED_MISSING", enter(attribute)))).collect()
    }
}

impl Attribute {
    /// Whether `entrant` may enter a value.
    pub fn is_open_to(&self, entrant: Entrant) -> bool {
        match entrant {
            Entrant::Administrator => self.definition.in_console == Access::Editable,
            Entrant::Owner => self.definition.in_my_account == Access::Editable,
            Entrant::Applicant => self.definition.is_asked_at_registration,
            Entrant::Operator => true,
        }
    }

    /// Whether `entrant` must enter a value.
    pub fn is_required_of(&self, entrant: Entrant) -> bool {
        self.definition.is_required && entrant != Entrant::Operator && self.is_open_to(entrant)
    }
}

fn problem(key: &str, (code, message): Fault) -> Problem {
    Problem::new(&field_of(key), code, message)
}

/// The values that were entered for one attribute, each once, in the order entered.
pub(super) fn values_of(definition: &Definition, rule: &Rule, texts: &[String]) -> Result<Vec<String>, Fault> {
    let mut values: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        if let Some(value) = value::read(definition, rule, text)?
            && !values.contains(&value)
        {
            values.push(value);
        }
    }
    let most = if definition.is_multi { MAX_VALUES } else { 1 };
    if values.len() > most {
        let message =
            if definition.is_multi { format!("Enter at most {most} values.") } else { "Enter one value.".into() };
        return Err(("TOO_MANY", message));
    }
    Ok(values)
}
