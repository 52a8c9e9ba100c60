//! Rows of the file, read and understood, some hundreds at a time.

use base::{Secret, text};
use wire::csv::{self, Reader, Record, Row, RowError};

use super::cells::Cells;
use super::duplicates::Duplicates;
use super::file::{Bytes, refused, sentence};
use super::mapping::Told;
use super::values::{self, Standing};
use super::{Field, Import, MatchBy, Passwords, UsernameFrom, groups};
use crate::attributes::Values;
use crate::credentials::ImportedHash;
use crate::{Problem, Result};

/// So many rows are dealt with at once in the beginning, so that somebody who watches soon sees something happen…
const ROWS_AT_FIRST: usize = 500;
/// …and however short they are, no more than this later on: the more rows, the less each costs; but others wait.
const ROWS_AT_ONCE: usize = 2_000;
/// As many where each row costs the hashing of a password.
const ROWS_WITH_PASSWORDS_AT_ONCE: usize = 100;
/// However few the rows are, no more bytes are held at once than this and one row.
const BYTES_AT_ONCE: usize = 8 * 1024 * 1024;

/// What a row wants. `None` stands for a field that the file doesn't tell, an empty text for a blank cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) line: u64,
    pub(super) cells: Cells,
    pub(super) username: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) custom: Values,
    pub(super) standing: Option<Standing>,
    pub(super) email_verified: Option<bool>,
    pub(super) password: Option<Secret>,
    pub(super) hash: Option<ImportedHash>,
    /// Whether the username was made from the address, so that it means nothing for an account that exists.
    pub(super) is_username_derived: bool,
    /// Names of groups to join.
    pub(super) groups: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

/// The rows of the file from its beginning.
pub(super) struct Rows<'a> {
    import: &'a Import,
    reader: Reader<Bytes>,
    duplicates: Duplicates,
    most: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn of(import: &'a Import) -> Result<Self> {
        Ok(Rows {
            import,
            reader: import.file.read(&import.dialect)?,
            duplicates: Duplicates::default(),
            most: ROWS_AT_FIRST,
        })
    }

    /// The next rows; none at the end. Rows up to line `split` don't come together with later ones.
    ///
    /// Errors: `Invalid` with field `file` when the rest of the file can't be read.
    pub(super) fn next_batch(&mut self, split: u64) -> Result<Vec<Wanted>> {
        let most = match self.import.choices.passwords {
            Passwords::PlainTemporary | Passwords::PlainPermanent => ROWS_WITH_PASSWORDS_AT_ONCE,
            _ => self.most,
        };
        self.most = (self.most * 2).min(ROWS_AT_ONCE);
        let mut batch: Vec<Wanted> = Vec::new();
        let mut size_bytes = 0;
        while batch.len() < most && size_bytes < BYTES_AT_ONCE {
            let Some(row) = self.reader.next_row().map_err(|error| refused(&error))? else { break };
            let mut wanted = match row {
                Row::Record(record) => Wanted::read(self.import, &record),
                Row::Refused(refusal) => Wanted::refused(self.import, &refusal),
            };
            wanted.problems.extend(self.duplicates.check(&wanted, self.import.file.attributes()));
            size_bytes += wanted.cells.size_bytes();
            let is_last = wanted.line == split;
            batch.push(wanted);
            if is_last {
                break;
            }
        }
        Ok(batch)
    }
}

impl Wanted {
    fn read(import: &Import, record: &Record<'_>) -> Self {
        let secrets = &import.mapping.secrets;
        let shown = record.iter().enumerate().map(|(column, cell)| if secrets.contains(&column) { "" } else { cell });
        let mut wanted = Wanted { line: record.line(), cells: Cells::of(shown), ..Wanted::default() };
        let row = Cellular { import, record };
        wanted.username = row.text(Field::Username, &mut wanted.problems);
        wanted.email = row.text(Field::Email, &mut wanted.problems);
        if wanted.email.as_deref() == Some("")
            && let Some(fallback) = row.text(Field::EmailFallback, &mut wanted.problems)
        {
            wanted.email = Some(fallback);
        }
        wanted.first_name = row.text(Field::FirstName, &mut wanted.problems);
        wanted.last_name = row.text(Field::LastName, &mut wanted.problems);
        if let Some(name) = row.text(Field::FullName, &mut wanted.problems) {
            let (first, last) = values::split_name(&name);
            wanted.first_name.get_or_insert(first);
            wanted.last_name.get_or_insert(last);
        }
        wanted.mobile = row.text(Field::Mobile, &mut wanted.problems);
        wanted.external_id = row.text(Field::ExternalId, &mut wanted.problems);
        wanted.read_attributes(&row);
        if let Some(cell) = row.text(Field::Groups, &mut wanted.problems) {
            wanted.groups = groups::split(&cell, import.choices.list_separator.sign());
        }
        wanted.derive_username(import);
        wanted.read_standing(&row);
        wanted.read_secret(&row);
        wanted
    }

    fn refused(import: &Import, refusal: &RowError) -> Self {
        // A cell may have slipped into another column, and a password with it.
        let shown = if import.mapping.secrets.is_empty() { refusal.cells.as_slice() } else { &[] };
        Wanted {
            line: refusal.line,
            cells: Cells::of_refused(shown.iter().map(String::as_str)),
            problems: vec![Problem::new("", refusal.problem.code(), sentence(&refusal.problem.to_string()))],
            ..Wanted::default()
        }
    }

    fn derive_username(&mut self, import: &Import) {
        let blank = |text: Option<&String>| text.is_none_or(String::is_empty);
        let chosen = import.choices.username_from;
        // A blank cell is filled only when somebody said from where.
        let Some(from) = import.mapping.username_from.or(chosen) else { return };
        if !blank(self.username.as_ref()) || blank(self.email.as_ref()) {
            return;
        }
        let email = self.email.clone().unwrap_or_default();
        self.is_username_derived = true;
        self.username = Some(match from {
            UsernameFrom::Email => email,
            UsernameFrom::EmailLocalPart => email.rsplit_once('@').map_or(email.clone(), |(local, _)| local.to_owned()),
        });
    }

    /// Reads the texts of attributes; a blank cell is none. Whether they are valid is found out with the account.
    fn read_attributes(&mut self, row: &Cellular<'_>) {
        let Import { choices, file, .. } = row.import;
        for (key, told) in &row.import.mapping.attributes {
            let text = match told {
                Told::Constant(text) => text.as_str(),
                Told::Column(column) => row.at(*column).unwrap_or_default(),
            };
            let is_multi = file.attributes().get(key).is_some_and(|attribute| attribute.definition.is_multi);
            let parts: Vec<&str> =
                if is_multi { text.split(choices.list_separator.sign()).collect() } else { vec![text] };
            let texts = parts.into_iter().map(str::trim).filter(|text| !text.is_empty());
            self.custom.set(key, texts.map(str::to_owned).collect());
        }
    }

    fn read_standing(&mut self, row: &Cellular<'_>) {
        type Reads = fn(&str) -> Option<Standing>;
        let ways: [(Field, Reads, &str); 3] = [
            (Field::Status, values::standing, "active or inactive"),
            (Field::Blocked, values::blocked, "true or false"),
            (Field::AccountControl, values::account_control, "a number of flags, as 512"),
        ];
        for (field, read, expected) in ways {
            let Some(word) = row.text(field, &mut self.problems).filter(|word| !word.is_empty()) else { continue };
            self.standing = read(&word);
            if self.standing.is_none() {
                let message = format!("{word:?} is not known as a status. Use {expected}.");
                self.problems.push(Problem::new("status", "BAD_VALUE", message));
            }
        }
        if let Some(word) = row.text(Field::EmailVerified, &mut self.problems).filter(|word| !word.is_empty()) {
            self.email_verified = values::yes_or_no(&word);
            if self.email_verified.is_none() {
                let message = format!("{word:?} is neither yes nor no. Use true or false.");
                self.problems.push(Problem::new("email_verified", "BAD_VALUE", message));
            }
        }
    }

    /// Reads the password or the hash, byte by byte as it stands there; stars mean that it isn't told (ES-94).
    fn read_secret(&mut self, row: &Cellular<'_>) {
        let Some(field) = row.import.choices.passwords.field() else { return };
        let Some(cell) = row.cell(field).filter(|cell| !cell.chars().all(|sign| sign == '*')) else { return };
        if field == Field::Password {
            self.password = Some(Secret::new(cell));
            return;
        }
        match ImportedHash::parse(cell.trim()) {
            Ok(hash) => self.hash = Some(hash),
            Err(refusal) => {
                self.problems.push(Problem::new(field.code(), refusal.code(), refusal.to_string()));
            }
        }
    }

    /// The value that its account is found by.
    pub(super) fn key(&self, match_by: MatchBy) -> &str {
        let key = match match_by {
            MatchBy::Username => &self.username,
            MatchBy::Email => &self.email,
            MatchBy::ExternalId => &self.external_id,
        };
        key.as_deref().unwrap_or_default()
    }
}

/// A row seen through the mapping.
struct Cellular<'a> {
    import: &'a Import,
    record: &'a Record<'a>,
}

impl<'a> Cellular<'a> {
    /// The cell of a field, without the guard of our exports.
    fn cell(&self, field: Field) -> Option<&'a str> {
        self.at(*self.import.mapping.places.get(&field)?)
    }

    /// The cell of a column, counted from 0, without the guard of our exports.
    fn at(&self, column: usize) -> Option<&'a str> {
        let cell = self.record.get(column)?;
        Some(if self.import.undo_guard { csv::unguard(cell) } else { cell })
    }

    /// The text of a field: its cell without blanks around it, or what every row has.
    fn text(&self, field: Field, problems: &mut Vec<Problem>) -> Option<String> {
        let Some(cell) = self.cell(field) else {
            return self.import.mapping.constants.get(&field).cloned();
        };
        let cell = cell.trim();
        if is_binary(cell) {
            let message = "This is a binary value. Export the column as text.";
            problems.push(Problem::new(field.code(), "BAD_VALUE", message));
            return Some(String::new());
        }
        Some(text::nfc(cell).into_owned())
    }
}

/// How directories write bytes that aren't text: `X'09af'`.
fn is_binary(cell: &str) -> bool {
    let digits = cell.strip_prefix("X'").and_then(|rest| rest.strip_suffix('\''));
    digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|sign| sign.is_ascii_hexdigit()))
}
