//! What is said of a setting: where it stands, what it may be, what people read of it, and who may change it.

use serde_json::Value as Json;

use super::Settings;
use super::pages::Page;
use crate::{Error, Result};

/// One setting.
#[derive(Debug)]
pub struct Definition {
    /// The key, the name of the field of [`Settings`].
    pub key: &'static str,
    /// The page that it stands on.
    pub page: Page,
    /// The heading that it stands under.
    pub group: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does, where the label doesn't say all.
    pub help: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What is said of some values.
    pub warning: Option<Warning>,
    /// Whether only a super administrator may change it.
    pub is_guarded: bool,
    /// What has to come first for it to matter; `None` for what matters today.
    pub awaits: Option<&'static str>,
}

/// What the value of a setting may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// On or off.
    Switch,
    /// A whole number.
    Number {
        /// The least.
        least: u64,
        /// The greatest.
        greatest: u64,
        /// What is counted, as `minutes`; may be empty.
        unit: &'static str,
    },
    /// A [`super::Word`].
    Word,
    /// A line of text.
    Text {
        /// How many characters at most.
        most: usize,
    },
    /// Characters, each by itself.
    Characters,
    /// An e-mail address, or nothing.
    Address,
    /// A pattern that a whole value must match, or nothing.
    Pattern,
    /// Several values of one kind.
    List(Item),
    /// One of a few, each with its code and its label.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Any of a few, each with its code and its label.
    AnyOf(&'static [(&'static str, &'static str)]),
}

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A short text.
    Name,
    /// An e-mail address.
    Address,
    /// The name of a domain.
    Domain,
    /// A number of days.
    Days,
}

/// A sentence about values that an administrator should think twice about.
#[derive(Clone, Copy, Debug)]
pub struct Warning {
    pub(super) concerns: fn(&Json) -> bool,
    /// The sentence.
    pub text: &'static str,
}

impl Definition {
    /// A setting of `kind`; where it stands is said by [`on`].
    pub(super) const fn new(key: &'static str, kind: Kind, label: &'static str) -> Self {
        Definition {
            key,
            page: Page::System,
            group: "",
            label,
            help: "",
            kind,
            warning: None,
            is_guarded: false,
            awaits: None,
        }
    }

    pub(super) const fn help(self, help: &'static str) -> Self {
        Definition { help, ..self }
    }

    /// Says `text` of every value that `concerns` is true of.
    pub(super) const fn warn(self, concerns: fn(&Json) -> bool, text: &'static str) -> Self {
        Definition { warning: Some(Warning { concerns, text }), ..self }
    }

    /// Only super administrators may change it.
    pub(super) const fn guarded(self) -> Self {
        Definition { is_guarded: true, ..self }
    }

    /// It matters once there is `what`.
    pub(super) const fn awaits(self, what: &'static str) -> Self {
        Definition { awaits: Some(what), ..self }
    }

    /// The definition of `key`.
    ///
    /// Errors: `Invalid` `UNKNOWN` when there is none.
    pub fn find(key: &str) -> Result<&'static Definition> {
        super::definitions()
            .find(|definition| definition.key == key)
            .ok_or_else(|| Error::invalid("key", "UNKNOWN", format!("There is no setting named {key:?}.")))
    }

    /// Its value while nobody chose another.
    pub fn standard(&self) -> Json {
        Settings::default().value_of(self.key)
    }

    /// What is to be thought of before `value` is chosen.
    pub fn warning_of(&self, value: &Json) -> Option<&'static str> {
        self.warning.filter(|warning| (warning.concerns)(value)).map(|warning| warning.text)
    }

    /// What the value may be, in words: `5 to 500 users`. Empty where the form shows it.
    pub fn range(&self) -> String {
        match self.kind {
            Kind::Number { least, greatest, unit } => format!("{least} to {greatest} {unit}").trim_end().to_owned(),
            Kind::List(Item::Days) => "Whole numbers, separated by commas".to_owned(),
            Kind::List(_) => "Separated by commas or lines".to_owned(),
            _ => String::new(),
        }
    }

    /// The value in words, as a person reads it: `on`, `15 minutes`, `admin, root`, `none`.
    pub fn in_words(&self, value: &Json) -> String {
        let label = |code: &str, all: &[(&str, &str)]| {
            all.iter()
                .find(|(known, _)| *known == code)
                .map_or_else(|| code.to_owned(), |(_, label)| (*label).to_owned())
        };
        let text = match (self.kind, value) {
            (Kind::Switch, Json::Bool(true)) => "on".to_owned(),
            (Kind::Switch, Json::Bool(false)) => "off".to_owned(),
            (Kind::Number { unit, .. }, number) => format!("{number} {unit}").trim_end().to_owned(),
            (Kind::OneOf(all), Json::String(code)) => label(code, all),
            (_, Json::Array(items)) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
            (_, value) => text_of(value),
        };
        if text.is_empty() { "none".to_owned() } else { text }
    }
}

/// A value as it stands in a field.
fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) const fn switch(key: &'static str, label: &'static str) -> Definition {
    Definition::new(key, Kind::Switch, label)
}

pub(super) const fn number(
    key: &'static str,
    (least, greatest): (u64, u64),
    unit: &'static str,
    label: &'static str,
) -> Definition {
    Definition::new(key, Kind::Number { least, greatest, unit }, label)
}

pub(super) const fn list(key: &'static str, item: Item, label: &'static str) -> Definition {
    Definition::new(key, Kind::List(item), label)
}

pub(super) const fn one_of(
    key: &'static str,
    all: &'static [(&'static str, &'static str)],
    label: &'static str,
) -> Definition {
    Definition::new(key, Kind::OneOf(all), label)
}

/// Puts `definitions` on `page`, under the heading `group`.
pub(super) const fn on<const N: usize>(
    page: Page,
    group: &'static str,
    definitions: [Definition; N],
) -> [Definition; N] {
    let mut placed = definitions;
    let mut index = 0;
    while index < N {
        placed[index].page = page;
        placed[index].group = group;
        index += 1;
    }
    placed
}

/// Whether a number is above 0.
pub(super) fn is_raised(value: &Json) -> bool {
    value.as_u64().is_some_and(|number| number > 0)
}

/// Whether a switch is on.
pub(super) fn is_on(value: &Json) -> bool {
    value == &Json::Bool(true)
}

/// Whether a switch is off.
pub(super) fn is_off(value: &Json) -> bool {
    value == &Json::Bool(false)
}
