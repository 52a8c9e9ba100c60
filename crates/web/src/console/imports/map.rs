//! Step 3: what the columns mean.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::Error;
use identity::attributes::{self, Attribute, Attributes, Entrant, field_of};
use identity::drafts::{self, Draft, Step};
use identity::imports::{self, Choices, Field, Import, MatchBy, Mode, UsernameFrom};
use identity::settings::Words;

use super::choices::{USERNAMES, code_of, field_inside, field_words, fields, named, only_updates};
use super::wizard::Wizard;
use super::{InPath, Turned, draft_at, mappings, step_href, translations};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::{OrFailure, failure};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::frame::Frame;
use crate::input::{Choice, FormProblem, Input, Problems};
use crate::render::{filters, page_with};
use crate::site::Site;

/// So many rows are looked at for samples…
const SAMPLE_ROWS: usize = 100;
/// …of which so many different values are shown.
const SAMPLES: usize = 3;
const LONGEST_SAMPLE: usize = 40;

/// Fields that a new user must have.
const REQUIRED: [Field; 3] = [Field::FirstName, Field::LastName, Field::Email];
/// Fields that all rows may have the same value of, in the order of the form.
const CONSTANTS: [(Field, &str, &str); 3] = [
    (Field::FirstName, "constant_first_name", "First name"),
    (Field::LastName, "constant_last_name", "Last name"),
    (Field::Mobile, "constant_mobile", "Mobile"),
];

#[derive(Template)]
#[template(path = "console/imports/map.html")]
pub(super) struct MapPage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    columns: Vec<ColumnRow>,
    constants: Vec<Constant>,
    usernames: Vec<Choice>,
    username_pattern: Input,
    translations: Vec<Constant>,
    has_translations: bool,
    /// Whether a column holds usernames, so that they need not be made.
    has_usernames: bool,
    only_updates: bool,
    notices: Vec<String>,
    /// That nothing is missing; empty when something is.
    good: &'static str,
    /// What of a mapping that was kept does not fit.
    pub(super) told: Vec<String>,
    /// The mappings that are kept.
    saved: Vec<Choice>,
    save_as: Input,
    problems: Vec<FormProblem>,
}

impl MapPage {
    /// The import, for addresses.
    fn id(&self) -> &str {
        self.wizard.action.rsplit('/').nth(1).unwrap_or_default()
    }
}

/// One column of the file.
struct ColumnRow {
    id: String,
    name: String,
    samples: String,
    choices: Vec<Choice>,
    check: &'static str,
    /// How many of its values mean others.
    translated: usize,
    is_ignored: bool,
    is_wrong: bool,
}

/// A value that all rows have.
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) input: Input,
}

/// `GET /console/imports/{id}/3`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Map).await?;
    let (import, _) = propose(&site, &member, &draft, draft.choices.clone())?;
    let saved = mappings::choices_of(&site, &member, "").await?;
    let attributes = attributes_for(&site, &member).await?;
    let page = view(frame, &member, &draft, &import, &attributes, saved, Problems::default())?;
    Ok(page_with(StatusCode::OK, &page))
}

/// `POST /console/imports/{id}/3`: on to what happens to existing users.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Turned> {
    let mut draft = draft_at(&site, &member, id, Step::Map).await?;
    let (known, _) = propose(&site, &member, &draft, draft.choices.clone())?;
    let mut problems = Problems::default();
    let attributes = attributes_for(&site, &member).await?;
    let choices = read(&draft, &known, &attributes, &form.fields, &mut problems);
    let (import, found) = propose(&site, &member, &draft, choices.clone())?;
    for problem in found {
        let message = message(&problem, &member.words);
        problems.add(&place_of(&import, &problem.field), message);
    }
    require(&import, &choices, &member.words, &mut problems);
    let save_as = form.fields.text("save_as");
    if problems.is_empty() {
        match mappings::save(&site, &member, save_as, &choices).await {
            Err(Error::Invalid(found)) => found.into_iter().for_each(|one| problems.add("save_as", one.message)),
            Err(Error::Conflict { message, .. }) => problems.add("save_as", message),
            other => other.or_failure(&member.caller)?,
        }
    }
    if problems.is_empty() {
        let kept = drafts::keep(site.identity(), &member.caller, id, Step::Map, choices, draft.rows).await;
        kept.or_failure(&member.caller)?;
        return Ok(Redirect::to(&step_href(id, Step::Merge)).into_response());
    }
    draft.choices = choices;
    let saved = mappings::choices_of(&site, &member, "").await?;
    let mut page = view(frame.with_error(), &member, &draft, &import, &attributes, saved, problems)?;
    save_as.clone_into(&mut page.save_as.value);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The attributes that columns can be.
pub(super) async fn attributes_for(site: &Site, member: &Member) -> Result<Arc<Attributes>, Failure> {
    let read = site.identity().read(&member.caller, async |op| attributes::list(op).await);
    read.await.or_failure(&member.caller)
}

/// Those of them that an administrator may give values.
fn open(attributes: &Attributes) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.is_open_to(Entrant::Administrator))
}

fn constant_name(attribute: &Attribute) -> String {
    format!("constant_{}", field_of(&attribute.key))
}

/// A problem of the core as this page says it: fields by their words, not by their codes.
fn message(problem: &identity::Problem, words: &Words) -> String {
    let field = fields().find(|field| field.code() == problem.field);
    match (problem.code.as_str(), field) {
        ("NOT_MAPPED", Some(Field::Username)) => {
            let username = words.username.inside();
            format!("No column holds the {username} or the email. Map a column to one of them.")
        }
        ("NOT_MAPPED", Some(field)) => format!("No column is mapped to the {}.", field_inside(field, words)),
        ("AMBIGUOUS_COLUMN", Some(field)) => {
            let field = field_inside(field, words);
            format!("Several columns may hold the {field}. Say which one it is, and ignore the others.")
        }
        ("MAPPED_TWICE", None) if !problem.field.starts_with("custom.") => {
            "Another column, or a fixed value, is mapped to the same field.".to_owned()
        }
        _ => problem.message.clone(),
    }
}

/// What the draft stands for with these choices, and what stands in its way.
pub(super) fn propose(
    site: &Site,
    member: &Member,
    draft: &Draft,
    choices: Choices,
) -> Result<(Import, Vec<identity::Problem>), Turned> {
    match drafts::proposed(site.identity(), draft, choices) {
        Ok(proposed) => Ok(proposed),
        // It can't be read as it was chosen; that is for the step before.
        Err(Error::Invalid(_)) => Err(Turned::To(step_href(draft.id, Step::Options))),
        Err(error) => Err(Turned::Away(failure(&error, Some(member.caller.request)))),
    }
}

/// The choices of a draft with those of the form. A field that isn't offered is refused, whoever asks (ES-89).
fn read(
    draft: &Draft,
    import: &Import,
    attributes: &Attributes,
    fields_of_form: &Fields,
    problems: &mut Problems,
) -> Choices {
    let mut choices = draft.choices.clone();
    choices.columns.clear();
    choices.attributes.clear();
    for (index, column) in import.columns().iter().enumerate() {
        let place = column_id(index);
        let chosen = fields_of_form.text(&place);
        if let Some(attribute) = open(attributes).find(|attribute| field_of(&attribute.key) == chosen) {
            choices.attributes.push((column.name.clone(), attribute.key.clone()));
            continue;
        }
        let field = fields().find(|field| field.code() == chosen);
        if field.is_none() && !chosen.is_empty() {
            problems.add(&place, format!("Choose one of the fields for column “{}”", column.name));
        }
        choices.columns.push((column.name.clone(), field));
    }
    choices.constants.clear();
    for (field, name, _) in CONSTANTS {
        let value = fields_of_form.text(name);
        if !value.is_empty() {
            choices.constants.push((field, value.to_owned()));
        }
    }
    let constants = open(attributes).map(|one| (one.key.clone(), fields_of_form.text(&constant_name(one)).to_owned()));
    choices.attribute_constants = constants.filter(|(_, value)| !value.is_empty()).collect();
    choices.username_from = named(&USERNAMES, fields_of_form.text("username_from"));
    fields_of_form.text("username_pattern").clone_into(&mut choices.username_pattern);
    choices.translations = translations::read(import, fields_of_form, problems);
    // What is chosen here and at the next step must not contradict each other.
    match (fields_of_form.is_checked("only_updates"), choices.mode) {
        (true, _) => choices.mode = Mode::Update,
        (false, Mode::Update) => choices.mode = Mode::Create,
        (false, _) => {}
    }
    // By what accounts are found is chosen at the next step, among what is mapped here.
    let has_email = choices.columns.iter().any(|(_, field)| *field == Some(Field::Email));
    if choices.username_from == Some(UsernameFrom::Pattern) && choices.match_by == MatchBy::Username && has_email {
        // Names that are made tell nobody apart.
        choices.match_by = MatchBy::Email;
    }
    if choices.match_by != MatchBy::Username {
        let key = choices.match_by.field();
        if !choices.columns.iter().any(|(_, field)| *field == Some(key)) {
            choices.match_by = MatchBy::Username;
        }
    }
    choices
}

/// Says which fields of new users nothing is mapped to (ES-88).
fn require(import: &Import, choices: &Choices, words: &Words, problems: &mut Problems) {
    if choices.mode == Mode::Update {
        return;
    }
    for field in REQUIRED {
        let is_told = import.tells(field) || (field != Field::Email && import.tells(Field::FullName));
        let is_known = problems.0.iter().any(|problem| problem.field == field.code());
        if !is_told && !is_known {
            problems.add("", format!("Choose the column that holds the {}", field_inside(field, words)));
        }
    }
}

fn column_id(index: usize) -> String {
    format!("map{index}")
}

/// The input that a problem of the core is about: a column is known by its name.
fn place_of(import: &Import, field: &str) -> String {
    if field == "username_pattern" {
        return field.to_owned();
    }
    let folded = base::text::fold(field);
    let is_it = |column: &imports::Column| {
        let attribute = column.attribute.as_deref().map(field_of);
        base::text::fold(&column.name) == folded || attribute.as_deref() == Some(field)
    };
    match import.columns().iter().position(is_it) {
        Some(column) => column_id(column),
        None if field.starts_with("custom.") => format!("constant_{field}"),
        None => String::new(),
    }
}

pub(super) fn view(
    frame: Frame,
    member: &Member,
    draft: &Draft,
    import: &Import,
    attributes: &Attributes,
    saved: Vec<Choice>,
    problems: Problems,
) -> Result<MapPage, Failure> {
    let rows = imports::preview(import, SAMPLE_ROWS);
    let rows = rows.map_err(|error| failure(&error, Some(member.caller.request)))?;
    let columns = import.columns().iter().enumerate().map(|(index, column)| {
        let id = column_id(index);
        let field = column.field;
        let is_ignored = field.is_none() && column.attribute.is_none();
        let mut choices = vec![Choice::new("", "Do not import", is_ignored)];
        choices
            .extend(fields().map(|one| Choice::new(one.code(), field_words(one, &member.words), field == Some(one))));
        choices.extend(open(attributes).map(|one| {
            let is_chosen = column.attribute.as_ref() == Some(&one.key);
            Choice::new(field_of(&one.key), &one.definition.label, is_chosen)
        }));
        ColumnRow {
            is_wrong: problems.0.iter().any(|problem| problem.field == id),
            id,
            name: column.name.clone(),
            samples: samples(rows.iter().filter_map(|row| row.cells.get(index))),
            choices,
            check: match column.chosen {
                _ if is_ignored => "Ignored",
                true => "Chosen",
                false if import.dialect().has_header => "Matched by name",
                false => "Guessed from its values",
            },
            translated: translations::of(draft, &column.name).len(),
            is_ignored,
        }
    });
    let columns = columns.collect();
    let constants = CONSTANTS.map(|(field, name, label)| {
        let value = draft.choices.constants.iter().find(|(known, _)| *known == field);
        Constant::new(name, label, value.map_or("", |(_, value)| value), &problems)
    });
    let custom = open(attributes).map(|one| {
        let value = draft.choices.attribute_constants.iter().find(|(key, _)| *key == one.key);
        let value = value.map_or("", |(_, value)| value);
        Constant::new(&constant_name(one), &one.definition.label, value, &problems)
    });
    let constants = constants.into_iter().chain(custom).collect();
    let mut missing = Problems::default();
    require(import, &draft.choices, &member.words, &mut missing);
    let is_complete = problems.is_empty() && missing.is_empty() && !only_updates(draft);
    let chosen = import.username_from().or(draft.choices.username_from);
    Ok(MapPage {
        wizard: Wizard::at(Step::Map, draft, Some(import), member.caller.actor.is(draft.owner)),
        frame,
        title: "Map columns",
        columns,
        constants,
        usernames: Choice::all(&USERNAMES, chosen.map_or("email", |from| code_of(&USERNAMES, &from))),
        username_pattern: problems.input("username_pattern", &draft.choices.username_pattern),
        translations: translations::fields(draft, import, &problems),
        has_translations: !draft.choices.translations.is_empty(),
        has_usernames: import.tells(Field::Username) && draft.choices.username_from != Some(UsernameFrom::Pattern),
        only_updates: only_updates(draft),
        good: if is_complete { "All required fields have a column." } else { "" },
        told: Vec::new(),
        saved,
        save_as: problems.input("save_as", ""),
        notices: import.notices().iter().map(|notice| notice.message.clone()).collect(),
        problems: problems.0,
    })
}

impl Constant {
    fn new(name: &str, label: &str, value: &str, problems: &Problems) -> Self {
        Constant { name: name.to_owned(), label: label.to_owned(), input: problems.input(name, value) }
    }
}

/// The first different values, cut to a fit length.
fn samples<'a>(cells: impl Iterator<Item = &'a String>) -> String {
    let mut found: Vec<String> = Vec::new();
    for cell in cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty()) {
        let mut shown: String = cell.chars().take(LONGEST_SAMPLE).collect();
        if shown.len() < cell.len() {
            shown.push('…');
        }
        if !found.contains(&shown) {
            found.push(shown);
        }
        if found.len() == SAMPLES {
            break;
        }
    }
    found.join(", ")
}
