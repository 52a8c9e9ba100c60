//! The attributes of a user, in forms and on pages.

use identity::attributes::{Access, Attribute, Attributes, Definition, Entrant, Kind, MAX_TEXT, Values, field_of};

use crate::fields::Fields;
use crate::input::{Choice, Input, Problems};

/// More choices than these are suggested while somebody types, instead of being listed.
const MOST_IN_A_LIST: usize = 50;
/// More choices than these are no boxes to tick.
const MOST_BOXES: usize = 20;

/// An attribute in a form.
pub(crate) struct CustomField {
    /// The name of its input, which is its identifier too.
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) is_optional: bool,
    pub(crate) input: Input,
    pub(crate) entry: Entry,
}

/// How an attribute is entered.
pub(crate) enum Entry {
    /// Not at all: it is there to be read.
    Shown,
    /// A line of text of a kind that browsers know, with the most characters it may have.
    Line(&'static str, String),
    /// Several lines.
    Lines,
    /// One of these.
    One(Vec<Choice>),
    /// One of so many that they are suggested.
    Suggested(Vec<String>),
    /// Boxes to tick, each with its identifier; the first bears the field's, so that the summary of problems leads there.
    Several(Vec<(String, Choice)>),
}

/// An attribute to be read.
pub(crate) struct CustomValue {
    pub(crate) label: String,
    pub(crate) words: String,
}

/// The fields of a form with `values` in them, canonical or as typed.
pub(super) fn fields(attributes: &Attributes, values: &Values, problems: &Problems) -> Vec<CustomField> {
    let field = |attribute: &Attribute| {
        let definition = &attribute.definition;
        let id = field_of(&attribute.key);
        let texts = values.get(&attribute.key);
        let entry =
            if attribute.is_open_to(Entrant::Administrator) { entry(&id, definition, texts) } else { Entry::Shown };
        let value = match entry {
            Entry::One(_) | Entry::Several(_) => String::new(),
            Entry::Shown => words(definition, texts),
            _ => texts.iter().map(|text| typable(definition, text)).collect::<Vec<_>>().join("\n"),
        };
        let is_list = matches!(entry, Entry::Lines) && definition.is_multi;
        let hints = [definition.help.as_str(), if is_list { "One a line" } else { "" }];
        CustomField {
            input: problems.input(&id, value),
            label: definition.label.clone(),
            hint: hints.into_iter().filter(|hint| !hint.is_empty()).collect::<Vec<_>>().join(". "),
            is_optional: !attribute.is_required_of(Entrant::Administrator),
            id,
            entry,
        }
    };
    seen(attributes).map(field).collect()
}

/// What stands in the fields of a new account.
pub(super) fn defaults(attributes: &Attributes) -> Values {
    attributes.iter().map(|attribute| (attribute.key.clone(), attribute.definition.default.clone())).collect()
}

/// What a form says of attributes: those that it names, whoever sent it.
pub(super) fn read(fields: &Fields, attributes: &Attributes) -> Values {
    let prefix = field_of("");
    let keys = fields.names().filter_map(|name| name.strip_prefix(&prefix));
    keys.map(|key| {
        let is_multi = attributes.get(key).is_some_and(|attribute| attribute.definition.is_multi);
        let name = field_of(key);
        let texts = fields.all(&name);
        let texts: Vec<&str> = if is_multi { texts.flat_map(str::lines).collect() } else { texts.collect() };
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
        (key.to_owned(), texts.map(str::to_owned).collect())
    })
    .collect()
}

/// What of `typed` differs from what an account has, so that a value is kept that was only shown.
pub(super) fn changed(attributes: &Attributes, present: &Values, typed: &Values) -> Values {
    let is_same = |key: &str, texts: &[String]| {
        let before = present.get(key);
        let as_shown = |attribute: &Attribute| {
            before
                .iter()
                .map(|value| typable(&attribute.definition, value))
                .eq(texts.iter().map(|text| one_break(text)))
        };
        before == texts || attributes.get(key).is_some_and(as_shown)
    };
    let differing = typed.iter().filter(|(key, texts)| !is_same(key, texts));
    differing.map(|(key, texts)| (key, texts.to_vec())).collect()
}

/// What an account has of the attributes that administrators may see.
pub(super) fn shown(attributes: &Attributes, values: &Values) -> Vec<CustomValue> {
    let value = |attribute: &Attribute| CustomValue {
        label: attribute.definition.label.clone(),
        words: words(&attribute.definition, values.get(&attribute.key)),
    };
    seen(attributes).map(value).collect()
}

/// The attributes that administrators may see.
pub(crate) fn seen(attributes: &Attributes) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.definition.in_console != Access::Hidden)
}

/// Values as people read them.
pub(crate) fn words(definition: &Definition, values: &[String]) -> String {
    values.iter().map(|value| word(definition, value)).collect::<Vec<_>>().join(", ")
}

/// How one value is chosen or typed; of a kind that is searched in parts, any text.
pub(super) fn entry_of_filter(definition: &Definition, wanted: &str) -> Entry {
    if definition.kind.is_searched_in_parts() {
        return Entry::Line("text", MAX_TEXT.to_string());
    }
    let single = Definition { is_multi: false, ..definition.clone() };
    entry("", &single, &[wanted.to_owned()])
}

/// The code of the choice that somebody typed by its label; any other text as it is.
pub(super) fn canonical(definition: &Definition, typed: &str) -> String {
    let is_it = |choice: &&identity::attributes::Choice| base::text::fold(&choice.label) == base::text::fold(typed);
    match definition.choices.iter().find(is_it) {
        Some(choice) if definition.choice(typed).is_none() => choice.code.clone(),
        _ => typed.to_owned(),
    }
}

/// How a value stands in a field that is typed into.
pub(super) fn typable(definition: &Definition, value: &str) -> String {
    match definition.choice(value) {
        // A label that is the code of another choice would be read as that.
        Some(choice) if definition.choice(&choice.label).is_none_or(|other| other == choice) => choice.label.clone(),
        _ => value.to_owned(),
    }
}

fn word(definition: &Definition, value: &str) -> String {
    match (definition.kind, value) {
        (Kind::Boolean, "true") => "Yes".to_owned(),
        (Kind::Boolean, "false") => "No".to_owned(),
        _ => definition.choice(value).map_or(value, |choice| choice.label.as_str()).to_owned(),
    }
}

fn entry(id: &str, definition: &Definition, texts: &[String]) -> Entry {
    let line = |kind| Entry::Line(kind, MAX_TEXT.to_string());
    match definition.kind {
        Kind::Choice => entry_of_choice(id, definition, texts),
        Kind::Boolean => Entry::One(with_none(
            [("true", "Yes"), ("false", "No")].map(|(code, label)| Choice::new(code, label, has(texts, code))).into(),
        )),
        Kind::LongText => Entry::Lines,
        _ if definition.is_multi => Entry::Lines,
        Kind::Text | Kind::Number => line("text"),
        Kind::Date => line("date"),
        Kind::Phone => line("tel"),
        Kind::Email => line("email"),
        Kind::Url => line("url"),
    }
}

fn entry_of_choice(id: &str, definition: &Definition, texts: &[String]) -> Entry {
    let choices = &definition.choices;
    let all = || choices.iter().map(|choice| Choice::new(&choice.code, &choice.label, has(texts, &choice.code)));
    match (definition.is_multi, choices.len()) {
        (true, 0..=MOST_BOXES) => {
            let box_id = |index| if index == 0 { id.to_owned() } else { format!("{id}-{index}") };
            Entry::Several(all().enumerate().map(|(index, choice)| (box_id(index), choice)).collect())
        }
        (true, _) => Entry::Lines,
        (false, 0..=MOST_IN_A_LIST) => Entry::One(with_none(all().collect())),
        (false, _) => Entry::Suggested(choices.iter().map(|choice| typable(definition, &choice.code)).collect()),
    }
}

fn with_none(mut choices: Vec<Choice>) -> Vec<Choice> {
    let is_chosen = choices.iter().all(|choice| !choice.is_chosen);
    choices.insert(0, Choice::new("", "–", is_chosen));
    choices
}

fn has(texts: &[String], code: &str) -> bool {
    texts.iter().any(|text| text == code)
}

/// Browsers send line breaks in another way than they are kept.
fn one_break(text: &str) -> String {
    text.replace("\r\n", "\n")
}
