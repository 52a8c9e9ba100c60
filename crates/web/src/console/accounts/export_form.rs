//! The question what to export, and its answer.

use identity::access::{Permission, Target};
use identity::accounts::{self, Filter, Start, Total};
use identity::attributes::{self, field_of};
use identity::exports::{Column, Format, Request, Whom};
use identity::settings::Words;
use wire::csv::{Delimiter, Guard, Style};

use super::address::ListAddress;
use super::custom;
use super::selection::Ticked;
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::input::{FormProblem, Input, Problems};
use crate::render::words::{grouped, users};
use crate::site::Site;

/// A format that is offered.
pub(super) struct FileFormat {
    code: &'static str,
    label: &'static str,
    hint: &'static str,
    format: Format,
    /// How the name of the file ends.
    pub(super) ending: &'static str,
    pub(super) content_type: &'static str,
}

const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The formats that are offered; the first is chosen unless somebody chooses.
const FORMATS: &[FileFormat] = &[
    FileFormat {
        code: "csv",
        label: "CSV for spreadsheets",
        hint: "Cells that a spreadsheet would take for a formula get a ' in front. An import takes it away again.",
        format: Format::Csv(Style {
            delimiter: Delimiter::Comma,
            has_byte_order_mark: true,
            guard: Guard::Spreadsheet,
        }),
        ending: "csv",
        content_type: CSV,
    },
    FileFormat {
        code: "csv_exact",
        label: "CSV, exact",
        hint: "For programs: every cell as it is. Not for spreadsheets, where a cell might run as a formula.",
        format: Format::Csv(Style { delimiter: Delimiter::Comma, has_byte_order_mark: false, guard: Guard::Exact }),
        ending: "csv",
        content_type: CSV,
    },
    FileFormat {
        code: "ndjson",
        label: "NDJSON",
        hint: "For programs: a JSON object on each line.",
        format: Format::NdJson,
        ending: "ndjson",
        content_type: "application/x-ndjson",
    },
];

/// Whom the question offers to export.
pub(super) struct Offer {
    /// Those that were ticked; then nobody else is offered.
    ids: Vec<String>,
    /// How many match the filter of the list, in words, when there is one.
    matching: Option<String>,
    everybody: u64,
    /// The attributes that can be columns: key and label.
    attributes: Vec<(String, String)>,
    return_to: String,
}

impl Offer {
    /// Those that match the filter of `list`, and everybody.
    pub(super) async fn of_list(site: &Site, member: &Member, list: &ListAddress) -> Result<Self, Failure> {
        let identity = site.identity();
        let read = identity.read(&member.caller, async |op| {
            let _ = op.allow(Permission::ExportAccounts, Target::Organization)?;
            let everybody = accounts::summary(op).await?.total;
            let attributes = attributes::list(op).await?;
            let attributes = custom::seen(&attributes).map(|one| (one.key.clone(), one.definition.label.clone()));
            let attributes: Vec<_> = attributes.collect();
            if !list.is_filtered() {
                return Ok((None, everybody, attributes));
            }
            let query = list.on_page(1, Start::Number).query(1);
            let total = accounts::list(op, identity.anchors(), &query).await?.total;
            Ok((Some(total), everybody, attributes))
        });
        let (matching, everybody, attributes) = read.await.or_failure(&member.caller)?;
        let matching = matching.map(|total| match total {
            Total::Exact(number) => users(number),
            Total::MoreThan(number) => format!("more than {} users", grouped(number)),
        });
        Ok(Offer { ids: Vec::new(), matching, everybody, attributes, return_to: list.href() })
    }

    /// Those that were ticked, or their list when all of it was chosen.
    pub(super) async fn of_ticked(site: &Site, member: &Member, ticked: &Ticked) -> Result<Self, Failure> {
        let offer = Offer::of_list(site, member, &ticked.list()).await?;
        let ids = if ticked.all_seen.is_some() { &[] } else { ticked.ids.as_slice() };
        let return_to = ticked.return_to.clone();
        Ok(Offer { ids: ids.iter().map(ToString::to_string).collect(), return_to, ..offer })
    }
}

/// What the question shows, on a page or in a dialog.
pub(crate) struct Question {
    pub(crate) ids: Vec<String>,
    pub(crate) chosen: String,
    pub(crate) matching: Option<String>,
    pub(crate) everybody: String,
    /// `chosen`, `matching` or `everybody`.
    pub(crate) whom: String,
    pub(crate) formats: Vec<Choice>,
    pub(crate) columns: Vec<Choice>,
    pub(crate) format: Input,
    pub(crate) column: Input,
    pub(crate) problems: Vec<FormProblem>,
    pub(crate) return_to: String,
}

/// One choice of several.
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) hint: &'static str,
    pub(crate) is_chosen: bool,
}

impl Question {
    /// The question with what most people want.
    pub(super) fn first(offer: Offer, words: &Words) -> Self {
        let whom = match &offer {
            Offer { ids, .. } if !ids.is_empty() => "chosen",
            Offer { matching: Some(_), .. } => "matching",
            _ => "everybody",
        };
        let answer = Answer {
            whom: whom.to_owned(),
            format: FORMATS[0].code.to_owned(),
            columns: Column::ALL
                .iter()
                .map(|column| column.code().to_owned())
                .chain(offer.attributes.iter().map(|(key, _)| field_of(key)))
                .collect(),
        };
        Question::again(offer, &answer, words, Problems::default())
    }

    /// The question with what was answered, and what is wrong with it.
    pub(super) fn again(offer: Offer, answer: &Answer, words: &Words, problems: Problems) -> Self {
        let formats = FORMATS.iter().enumerate().map(|(index, format)| Choice {
            id: id("format", format.code, index),
            value: format.code.to_owned(),
            label: format.label.to_owned(),
            hint: format.hint,
            is_chosen: answer.format == format.code,
        });
        let columns = Column::ALL.iter().enumerate().map(|(index, column)| Choice {
            id: id("column", column.code(), index),
            value: column.code().to_owned(),
            label: column_words(*column, words),
            hint: "",
            is_chosen: answer.columns.iter().any(|code| code == column.code()),
        });
        let attributes = offer.attributes.iter().map(|(key, label)| Choice {
            id: field_of(key),
            value: field_of(key),
            label: label.clone(),
            hint: "",
            is_chosen: answer.columns.contains(&field_of(key)),
        });
        Question {
            chosen: users(offer.ids.len() as u64),
            ids: offer.ids,
            matching: offer.matching,
            everybody: users(offer.everybody),
            whom: answer.whom.clone(),
            formats: formats.collect(),
            columns: columns.chain(attributes).collect(),
            format: problems.input("format", ""),
            column: problems.input("column", ""),
            problems: problems.0,
            return_to: offer.return_to,
        }
    }
}

fn column_words(column: Column, words: &Words) -> String {
    if column == Column::Username { words.username.to_string() } else { column.words().to_owned() }
}

/// The first choice bears the name of its field, so that the summary of problems leads there.
fn id(field: &str, code: &str, index: usize) -> String {
    if index == 0 { field.to_owned() } else { format!("{field}-{code}") }
}

/// What was answered, as it came.
pub(super) struct Answer {
    whom: String,
    format: String,
    columns: Vec<String>,
}

impl Answer {
    pub(super) fn read(fields: &Fields) -> Self {
        Answer {
            whom: fields.text("whom").to_owned(),
            format: fields.text("format").to_owned(),
            columns: fields.all("column").map(str::to_owned).collect(),
        }
    }

    /// The request that it means.
    ///
    /// Errors: what is missing, but for the columns, which the core asks for.
    pub(super) fn request(&self, ticked: &Ticked) -> Result<(Request, &'static FileFormat), Problems> {
        let mut problems = Problems::default();
        let whom = match self.whom.as_str() {
            "chosen" if !ticked.ids.is_empty() => Some(Whom::Chosen(ticked.ids.clone())),
            "matching" => Some(Whom::Matching(ticked.list().filter())),
            "everybody" => Some(Whom::Matching(Filter::default())),
            _ => None,
        };
        if whom.is_none() {
            problems.add("", "Choose which users to export");
        }
        let prefix = field_of("");
        let is_known = |code: &&String| code.starts_with(&prefix) || Column::from_code(code).is_some();
        if let Some(unknown) = self.columns.iter().find(|code| !is_known(code)) {
            problems.add("column", format!("There is no column {unknown} to export. Reload the page."));
        }
        let format = FORMATS.iter().find(|format| format.code == self.format);
        if format.is_none() {
            problems.add("format", "Choose a format");
        }
        match (whom, format) {
            (Some(whom), Some(format)) if problems.0.is_empty() => {
                let columns = self.columns.iter().filter_map(|code| Column::from_code(code)).collect();
                let keys = self.columns.iter().filter_map(|code| code.strip_prefix(&prefix));
                let attributes = Some(keys.map(str::to_owned).collect());
                Ok((Request { whom, columns, attributes, format: format.format }, format))
            }
            _ => Err(problems),
        }
    }
}
