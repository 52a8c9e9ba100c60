//! Step 2: how the file is read, and what new accounts are like.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::ImportId;
use identity::Error;
use identity::drafts::{self, Draft, Step};
use identity::imports::{self, Choices, Import, PreviewRow};
use identity::settings::Words;
use wire::csv::{Delimiter, Encoding, Quote};

use super::choices::{LIST_SEPARATORS, ON_ERROR, PASSWORDS, code_of, delimiter_words, named, quote_words};
use super::wizard::Wizard;
use super::{InPath, Turned, draft_at, step_href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::{OrFailure, failure};
use crate::failure::Failure;
use crate::fields::{Fields, Query};
use crate::frame::Frame;
use crate::input::{Choice, FormProblem, Input, Problems};
use crate::render::{filters, page_with, wants_fragment};
use crate::site::Site;

/// How many rows a preview may have.
const PREVIEWS: [usize; 4] = [10, 20, 100, 1_000];

/// So many groups can everybody join.
const MOST_GROUPS: usize = 20;

#[derive(Template)]
#[template(path = "console/imports/options.html")]
struct OptionsPage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    delimiters: Vec<Choice>,
    encodings: Vec<Choice>,
    quotes: Vec<Choice>,
    has_header: bool,
    trims: bool,
    skip_lines: u64,
    previews: Vec<Choice>,
    statuses: Vec<Choice>,
    passwords: Vec<Choice>,
    on_errors: Vec<Choice>,
    list_separators: Vec<Choice>,
    groups: String,
    preview: Preview,
    preview_href: String,
    problems: Vec<FormProblem>,
}

/// What htmx exchanges.
#[derive(Template)]
#[template(path = "console/imports/preview.html")]
struct PreviewFragment {
    preview: Preview,
    preview_href: String,
}

impl OptionsPage {
    /// A field of the form, as far as something is wrong with it.
    fn input(&self, name: &str) -> Input {
        Problems(self.problems.clone()).input(name, "")
    }

    fn groups_input(&self) -> Input {
        Input { value: self.groups.clone(), ..self.input("groups") }
    }

    fn skip_input(&self) -> Input {
        Input { value: self.skip_lines.to_string(), ..self.input("skip_lines") }
    }
}

/// The first rows, or why there are none.
struct Preview {
    file_name: String,
    columns: Vec<String>,
    rows: Vec<PreviewRow>,
    notices: Vec<String>,
    refusal: String,
}

/// `GET /console/imports/{id}/2`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(query): Query,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Options).await?;
    let rows = preview_rows(&query);
    let choices = draft.choices.clone();
    let page = view(&site, frame, &member, &draft, &choices, rows, Problems::default())?;
    Ok(page_with(StatusCode::OK, &page))
}

/// `POST /console/imports/{id}/preview`: the first rows as they would be read; keeps nothing.
pub(crate) async fn preview(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    headers: HeaderMap,
    form: PostedForm,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Options).await?;
    let (choices, problems) = read(&draft, &form.fields, &member.words);
    let rows = preview_rows(&form.fields);
    if wants_fragment(&headers) {
        let (_, preview) = preview_of(&site, &member, &draft, &choices, rows)?;
        return Ok(page_with(StatusCode::OK, &PreviewFragment { preview, preview_href: preview_href(id) }));
    }
    let page = view(&site, frame, &member, &draft, &choices, rows, problems)?;
    Ok(page_with(StatusCode::OK, &page))
}

/// `POST /console/imports/{id}/2`: on to the columns.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Options).await?;
    let (choices, mut problems) = read(&draft, &form.fields, &member.words);
    let counted = if problems.is_empty() { count(&site, &member, &draft, &choices).await? } else { Ok(0) };
    match counted {
        Ok(rows) if problems.is_empty() => {
            let kept = drafts::keep(site.identity(), &member.caller, id, Step::Options, choices, rows).await;
            kept.or_failure(&member.caller)?;
            return Ok(Redirect::to(&step_href(id, Step::Map)).into_response());
        }
        Ok(_) => {}
        Err(words) => problems.add("", words),
    }
    let rows = preview_rows(&form.fields);
    let page = view(&site, frame.with_error(), &member, &draft, &choices, rows, problems)?;
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// How many rows there are, read as chosen; or why the file can't be read so.
async fn count(site: &Site, member: &Member, draft: &Draft, choices: &Choices) -> Result<Result<u64, String>, Failure> {
    let proposed = drafts::proposed(site.identity(), draft, choices.clone());
    let counted = match proposed {
        Ok((import, _)) => drafts::count_rows(import).await,
        Err(error) => Err(error),
    };
    match counted {
        Ok(rows) => Ok(Ok(rows)),
        Err(Error::Invalid(problems)) => Ok(Err(in_words(&problems))),
        Err(error) => Err(failure(&error, Some(member.caller.request))),
    }
}

fn in_words(problems: &[identity::Problem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
}

fn preview_href(id: ImportId) -> String {
    format!("{}/{id}/preview", super::PATH)
}

fn preview_rows(fields: &Fields) -> usize {
    let wanted = fields.text("rows").parse().ok();
    wanted.filter(|rows| PREVIEWS.contains(rows)).unwrap_or(PREVIEWS[0])
}

/// The choices of a draft with those of the form, and what is wrong with them.
fn read(draft: &Draft, fields: &Fields, words: &Words) -> (Choices, Problems) {
    let mut choices = draft.choices.clone();
    let mut problems = Problems::default();
    let format = &mut choices.format;
    format.delimiter = Delimiter::from_name(fields.text("delimiter"));
    if format.delimiter.is_none() {
        problems.add("delimiter", "Choose one of the field separators");
    }
    format.encoding = Encoding::CHOICES.into_iter().find(|encoding| encoding.name() == fields.text("encoding"));
    if format.encoding.is_none() {
        // The detected one may be none of those that are offered.
        format.encoding = draft.choices.format.encoding.or_else(|| Encoding::for_label(fields.text("encoding")));
    }
    if format.encoding.is_none() {
        problems.add("encoding", "Choose one of the text encodings");
    }
    format.quote = Quote::from_name(fields.text("quote"));
    if format.quote.is_none() {
        problems.add("quote", "Choose one of the text quotes");
    }
    format.has_header = Some(fields.is_checked("has_header"));
    match fields.text("skip_lines").parse() {
        Ok(lines) if lines <= 1_000 => format.skip_lines = Some(lines),
        _ => problems.add("skip_lines", "Enter a number from 0 to 1,000"),
    }
    choices.keep_blanks = !fields.is_checked("trim");
    match fields.text("status") {
        "enabled" => choices.create_disabled = false,
        "disabled" => choices.create_disabled = true,
        _ => problems.add("status", "Choose the status of new users"),
    }
    match named(&PASSWORDS, fields.text("passwords")) {
        Some(passwords) => choices.passwords = passwords,
        None => problems.add("passwords", format!("Choose where the {} comes from", words.password.inside())),
    }
    match named(&ON_ERROR, fields.text("on_error")) {
        Some(on_error) => choices.on_error = on_error,
        None => problems.add("on_error", "Choose what happens to faulty rows"),
    }
    match named(&LIST_SEPARATORS, fields.text("list_separator")) {
        Some(separator) => choices.list_separator = separator,
        None => problems.add("list_separator", "Choose what separates the values in a list"),
    }
    let groups = fields.text("groups").split(choices.list_separator.sign()).map(str::trim);
    choices.groups = groups.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if choices.groups.len() > MOST_GROUPS {
        problems.add("groups", format!("Name at most {MOST_GROUPS} groups"));
    }
    (choices, problems)
}

fn preview_of(
    site: &Site,
    member: &Member,
    draft: &Draft,
    choices: &Choices,
    rows: usize,
) -> Result<(Option<Import>, Preview), Failure> {
    let empty = Preview {
        file_name: draft.file_name.clone(),
        columns: Vec::new(),
        rows: Vec::new(),
        notices: Vec::new(),
        refusal: String::new(),
    };
    let proposed = drafts::proposed(site.identity(), draft, choices.clone());
    let found = proposed.and_then(|(import, _)| Ok((imports::preview(&import, rows)?, import)));
    match found {
        Ok((rows, import)) => {
            let columns = import.columns().iter().map(|column| column.name.clone()).collect();
            // What columns mean is for the next step.
            let told = import.notices().iter().filter(|notice| !notice.code.ends_with("_IGNORED"));
            let notices = told.map(|notice| notice.message.clone()).collect();
            Ok((Some(import), Preview { columns, rows, notices, ..empty }))
        }
        Err(Error::Invalid(problems)) => Ok((None, Preview { refusal: in_words(&problems), ..empty })),
        Err(error) => Err(failure(&error, Some(member.caller.request))),
    }
}

fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    draft: &Draft,
    choices: &Choices,
    preview_rows: usize,
    problems: Problems,
) -> Result<OptionsPage, Failure> {
    let (import, preview) = preview_of(site, member, draft, choices, preview_rows)?;
    let dialect = import.as_ref().map(|import| *import.dialect()).unwrap_or_default();
    let format = choices.format;
    let delimiter = format.delimiter.unwrap_or(dialect.delimiter);
    let encoding = format.encoding.unwrap_or(dialect.encoding);
    let quote = format.quote.unwrap_or(dialect.quote);
    let mut encodings: Vec<Encoding> = Encoding::CHOICES.into();
    if !encodings.contains(&encoding) {
        encodings.insert(0, encoding);
    }
    Ok(OptionsPage {
        wizard: Wizard::at(Step::Options, draft, import.as_ref(), member.caller.actor.is(draft.owner)),
        frame,
        title: "Import options",
        delimiters: Delimiter::ALL
            .into_iter()
            .map(|one| Choice::new(one.name(), delimiter_words(one), one == delimiter))
            .collect(),
        encodings: encodings.into_iter().map(|one| Choice::new(one.name(), one.name(), one == encoding)).collect(),
        quotes: Quote::ALL.into_iter().map(|one| Choice::new(one.name(), quote_words(one), one == quote)).collect(),
        has_header: format.has_header.unwrap_or(dialect.has_header),
        trims: !choices.keep_blanks,
        skip_lines: format.skip_lines.unwrap_or(dialect.skip_lines),
        previews: PREVIEWS
            .map(|rows| Choice::new(rows.to_string(), format!("{rows} rows"), rows == preview_rows))
            .into(),
        statuses: vec![
            Choice::new("enabled", "Enabled", !choices.create_disabled),
            Choice::new("disabled", "Disabled", choices.create_disabled),
        ],
        passwords: Choice::all(&PASSWORDS, code_of(&PASSWORDS, &choices.passwords)),
        list_separators: Choice::all(&LIST_SEPARATORS, code_of(&LIST_SEPARATORS, &choices.list_separator)),
        groups: choices.groups.join(&format!("{} ", choices.list_separator.sign())),
        on_errors: Choice::all(&ON_ERROR, code_of(&ON_ERROR, &choices.on_error)),
        preview,
        preview_href: preview_href(draft.id),
        problems: problems.0,
    })
}
