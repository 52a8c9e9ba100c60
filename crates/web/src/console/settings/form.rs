//! The fields of a page of settings, made from its declarations.

use identity::access::{Permission, Target};
use identity::settings::{Change, Definition, Item, Kind, Page, Settings};
use serde_json::{Map, Value as Json};

use crate::caller::Member;
use crate::fields::Fields;
use crate::input::{Choice, FormProblem, Input, Problems};
use crate::site::Site;

/// A page of settings as the template shows it.
pub(super) struct SettingsForm {
    pub(super) sections: Vec<Section>,
    /// What was in force when the form was shown, so that nobody overwrites what they did not see.
    pub(super) seen: String,
    pub(super) problems: Vec<FormProblem>,
}

/// What stands under one heading.
pub(super) struct Section {
    pub(super) heading: &'static str,
    /// Fields that fit beside each other stand together.
    pub(super) rows: Vec<Vec<Field>>,
}

/// One setting as a field.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    /// What it looks like: `switch`, `number`, `text`, `lines`, `select` or `checks`.
    pub(super) look: &'static str,
    pub(super) input: Input,
    pub(super) is_on: bool,
    pub(super) choices: Vec<Choice>,
    pub(super) range: Option<(u64, u64)>,
    pub(super) hint: String,
    /// What is to be thought of with the value that is shown.
    pub(super) warning: Option<&'static str>,
    /// Whether this person may see it only.
    pub(super) is_closed: bool,
}

impl SettingsForm {
    /// The form of `page` with `values` in its fields, and `present` as what is in force.
    pub(super) fn new(
        page: Page,
        present: &Settings,
        values: &Map<String, Json>,
        problems: Problems,
        is_super: bool,
    ) -> Self {
        let section = |group: &&'static [Definition]| {
            let mut rows: Vec<Vec<Field>> = Vec::new();
            for definition in *group {
                let field = Field::new(definition, values, &problems, !is_super && is_closed(definition, present));
                match rows.last_mut() {
                    Some(row) if field.is_narrow() && row.iter().all(Field::is_narrow) => row.push(field),
                    _ => rows.push(vec![field]),
                }
            }
            Section { heading: group[0].group, rows }
        };
        let sections = page.groups().iter().map(section).collect();
        let all = present.all();
        let seen: Map<String, Json> =
            page.definitions().map(|known| (known.key.to_owned(), all[known.key].clone())).collect();
        SettingsForm { sections, seen: Json::Object(seen).to_string(), problems: problems.0 }
    }
}

impl Field {
    fn new(definition: &'static Definition, values: &Map<String, Json>, problems: &Problems, is_closed: bool) -> Self {
        let value = values.get(definition.key).cloned().unwrap_or(Json::Null);
        let text = definition.text_of(&value);
        let chosen = |code: &str| match &value {
            Json::Array(all) => all.iter().any(|one| one == code),
            one => one == code,
        };
        let (look, range, choices) = match definition.kind {
            Kind::Switch => ("switch", None, Vec::new()),
            Kind::Number { least, greatest, .. } => ("number", Some((least, greatest)), Vec::new()),
            Kind::List(Item::Days) => ("text", None, Vec::new()),
            Kind::List(_) => ("lines", None, Vec::new()),
            Kind::OneOf(all) => {
                ("select", None, all.iter().map(|(code, label)| Choice::new(*code, *label, chosen(code))).collect())
            }
            Kind::AnyOf(all) => {
                ("checks", None, all.iter().map(|(code, label)| Choice::new(*code, *label, chosen(code))).collect())
            }
            Kind::Word | Kind::Text { .. } | Kind::Characters | Kind::Address | Kind::Pattern => {
                ("text", None, Vec::new())
            }
        };
        let mut hint: Vec<String> = vec![definition.help.to_owned(), definition.range()];
        // A list of days says so in its help.
        if definition.help.contains("separated by commas") {
            hint.pop();
        }
        hint.extend(definition.awaits.map(|what| format!("For {what}, which this version does not have yet.")));
        hint.extend(definition.is_guarded.then(|| "Only a super administrator can change the default.".to_owned()));
        hint.retain(|sentence| !sentence.is_empty());
        Field {
            key: definition.key,
            label: definition.label,
            look,
            input: problems.input(definition.key, text),
            is_on: value == Json::Bool(true),
            choices,
            range,
            hint: joined(&hint),
            warning: definition.warning_of(&value),
            is_closed,
        }
    }

    /// Whether another field fits beside it.
    fn is_narrow(&self) -> bool {
        self.look == "number" && self.warning.is_none()
    }
}

/// Sentences behind each other; a single one stands like a label, without its full stop.
fn joined(sentences: &[String]) -> String {
    match sentences {
        [one] => one.trim_end_matches('.').to_owned(),
        several => {
            let ended = several.iter().map(|text| format!("{}.", text.trim_end_matches('.')));
            ended.collect::<Vec<_>>().join(" ")
        }
    }
}

/// Whether only a super administrator may change it as it stands: anybody who may change settings may go back to the
/// default.
fn is_closed(definition: &Definition, present: &Settings) -> bool {
    definition.is_guarded && present.value_of(definition.key) == definition.standard()
}

/// Whether this person may change guarded settings.
pub(super) fn is_super(site: &Site, member: &Member) -> bool {
    member.may(site, Permission::ManageGuardedSettings, Target::Organization)
}

/// The values that a posted form of `page` chose. Those that this person may see only are left out.
pub(super) fn read(page: Page, fields: &Fields, present: &Settings, is_super: bool) -> Map<String, Json> {
    let open = page.definitions().filter(|definition| is_super || !is_closed(definition, present));
    let chosen = open.map(|definition| {
        let key = definition.key;
        let value = match definition.kind {
            Kind::Switch => Json::Bool(fields.is_checked(key)),
            Kind::AnyOf(_) => fields.all(key).map(Json::from).collect(),
            // A blank is a character, and must not be cut off.
            Kind::Characters => Json::from(fields.all(key).last().unwrap_or_default()),
            _ => definition.of_text(fields.text(key)),
        };
        (key.to_owned(), value)
    });
    chosen.collect()
}

/// What was in force when the form was shown.
pub(super) fn seen(fields: &Fields) -> Map<String, Json> {
    match serde_json::from_str(fields.text("seen")) {
        Ok(Json::Object(seen)) => seen,
        _ => Map::new(),
    }
}

/// A change in words, for whoever is asked about it or hears of it.
pub(super) struct ChangeInWords {
    pub(super) label: &'static str,
    pub(super) page: &'static str,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) warning: Option<&'static str>,
    pub(super) awaits: Option<&'static str>,
}

impl ChangeInWords {
    pub(super) fn of(change: &Change) -> Self {
        let Change { definition, before, after } = change;
        ChangeInWords {
            label: definition.label,
            page: definition.page.title(),
            before: definition.in_words(before),
            after: definition.in_words(after),
            warning: definition.warning_of(after),
            awaits: definition.awaits,
        }
    }
}
