//! Everything that is settled before the first row is read.

use base::{ImportId, hex};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use wire::csv::{Dialect, Reader, Row};

use super::file::{Bytes, refused};
use super::mapping::{Column, Mapping, Notice};
use super::{Choices, Field, ImportFile, MatchBy, UsernameFrom};
use crate::{Error, Problem, Result};

/// How many rows are looked at to guess the columns of a file that doesn't name them.
const SAMPLE_ROWS: usize = 200;

/// The column of our exports which says that formulas are guarded.
pub(crate) const GUARD_COLUMN: &str = "spreadsheet_guard";

/// A file with everything settled: how it is read, what its columns mean, what is to happen.
#[derive(Clone, Debug)]
pub struct Import {
    pub(super) file: ImportFile,
    pub(super) choices: Choices,
    pub(super) dialect: Dialect,
    pub(super) mapping: Mapping,
    pub(super) undo_guard: bool,
    /// The identifier that it bears from before it begins; without one it is known by its fingerprint.
    pub(super) id: Option<ImportId>,
    notices: Vec<Notice>,
}

/// Settles an import.
///
/// Errors: `Invalid` with everything that stands in its way, in the file or in the choices.
pub fn prepare(file: ImportFile, choices: Choices) -> Result<Import> {
    let (import, problems) = propose(file, choices)?;
    if problems.is_empty() { Ok(import) } else { Err(Error::Invalid(problems)) }
}

/// Settles an import as far as it can be, with what stands in its way: what a person is shown to decide.
///
/// Errors: `Invalid` with field `file` when the file can't be read at all.
pub fn propose(file: ImportFile, choices: Choices) -> Result<(Import, Vec<Problem>)> {
    let detection = file.detect()?;
    let mut notices: Vec<Notice> = Vec::new();
    let format = choices.format;
    for warning in &detection.warnings {
        let was_chosen = match warning.code() {
            "ENCODING_GUESSED" | "ENCODING_MIXED" => format.encoding.is_some(),
            "ONE_COLUMN" => format.delimiter.is_some(),
            "NO_HEADER" => format.has_header.is_some(),
            _ => false,
        };
        if !was_chosen {
            notices.push(warning.into());
        }
    }
    let dialect = Dialect {
        encoding: format.encoding.unwrap_or(detection.dialect.encoding),
        delimiter: format.delimiter.unwrap_or(detection.dialect.delimiter),
        quote: format.quote.unwrap_or(detection.dialect.quote),
        has_header: format.has_header.unwrap_or(detection.dialect.has_header),
        skip_lines: format.skip_lines.unwrap_or(detection.dialect.skip_lines),
    };
    let mut reader = file.read(&dialect)?;
    notices.extend(reader.warnings().iter().map(Notice::from));
    let names = reader.columns().to_vec();
    let rows = first_rows(&mut reader)?;
    let sample = (!dialect.has_header).then_some(rows.as_slice());
    let mut mapping = Mapping::of(&names, sample, &choices, file.attributes());
    notices.append(&mut mapping.notices);
    let problems = std::mem::take(&mut mapping.problems);
    let undo_guard = choices.undo_guard.unwrap_or_else(|| names.iter().any(|name| name == GUARD_COLUMN));
    Ok((Import { file, choices, dialect, mapping, undo_guard, id: None, notices }, problems))
}

/// The first rows that can be read.
fn first_rows(reader: &mut Reader<Bytes>) -> Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    while rows.len() < SAMPLE_ROWS {
        match reader.next_row().map_err(|error| refused(&error))? {
            None => break,
            Some(Row::Record(record)) => rows.push(record.iter().map(str::to_owned).collect()),
            Some(Row::Refused(_)) => {}
        }
    }
    Ok(rows)
}

impl Import {
    /// The same, known by `id` instead of by what is in it: begun once, and gone on with under the same name.
    pub(crate) fn known_as(mut self, id: ImportId) -> Self {
        self.id = Some(id);
        self
    }

    /// What tells this import from one of another file, or with other choices.
    pub fn mark(&self) -> String {
        hex::encode(&self.fingerprint())
    }

    /// Whether rows tell `field`, by a column or by a value that all have.
    pub fn tells(&self, field: Field) -> bool {
        self.mapping.has(field)
    }

    /// Whether the cells of a column, counted from 0, must never be shown.
    pub fn is_secret(&self, column: usize) -> bool {
        self.mapping.secrets.contains(&column)
    }

    /// The file.
    pub fn file(&self) -> &ImportFile {
        &self.file
    }

    /// What was chosen.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// How the file is read.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The columns, each with what it means.
    pub fn columns(&self) -> &[Column] {
        &self.mapping.columns
    }

    /// Where usernames come from, when no column holds them.
    pub fn username_from(&self) -> Option<UsernameFrom> {
        self.mapping.username_from
    }

    /// What to know before importing.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What was settled, for the audit log and to recognise the same import again; holds nothing of the rows.
    pub(super) fn settled(&self) -> Json {
        let mapped = self.mapping.columns.iter().filter_map(|column| {
            let field = column.field?;
            Some((column.name.clone(), json!(field)))
        });
        let Choices { mode, match_by, on_error, passwords, create_disabled, replace, blank, .. } = &self.choices;
        let Choices { groups, unknown_groups, list_separator, .. } = &self.choices;
        let Choices { username_pattern, translations, keep_blanks, .. } = &self.choices;
        let mut settled = json!({
            "encoding": self.dialect.encoding.name(),
            "delimiter": self.dialect.delimiter.name(),
            "quote": self.dialect.quote.name(),
            "has_header": self.dialect.has_header,
            "skip_lines": self.dialect.skip_lines,
            "columns": mapped.collect::<serde_json::Map<_, _>>(),
            "constants": self.mapping.constants,
            "username_from": self.mapping.username_from,
            "mode": mode,
            "match_by": match_by,
            "on_error": on_error,
            "passwords": passwords,
            "create_disabled": create_disabled,
            "replace": replace,
            "blank": blank,
            "undo_guard": self.undo_guard,
            "groups": groups,
            "unknown_groups": unknown_groups,
            "list_separator": list_separator,
            "username_pattern": username_pattern,
            "translations": translations,
            "keep_blanks": keep_blanks,
        });
        if !self.mapping.attributes.is_empty() {
            settled["attributes"] = json!(self.mapping.attributes);
        }
        settled
    }

    /// SHA-256 of the file and of what was settled: the same import has the same.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.file.sha256());
        hash.update(self.settled().to_string());
        hash.finalize().into()
    }

    /// What the accounts of rows are found by.
    pub(super) fn match_by(&self) -> MatchBy {
        self.choices.match_by
    }
}
