//! What the person who imports can choose.

use serde::{Deserialize, Serialize};
use wire::csv::{Delimiter, Encoding, Quote};

use super::Field;

/// Everything that can be chosen; what is `None` is found out from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// How the file is read.
    pub format: Format,
    /// What single columns mean; `None` to ignore one. Columns that aren't named here are guessed.
    pub columns: Vec<(String, Option<Field>)>,
    /// Values that every row has, in place of a column.
    pub constants: Vec<(Field, String)>,
    /// Columns that are attributes of the organization, each with the key.
    pub attributes: Vec<(String, String)>,
    /// Values of attributes that every row has, by key, in place of a column.
    pub attribute_constants: Vec<(String, String)>,
    /// Where usernames come from when no column holds them; the whole e-mail address when `None`.
    pub username_from: Option<UsernameFrom>,
    /// How usernames are made, when they come from a pattern: `{first_name}.{last_name}`.
    pub username_pattern: String,
    /// Values of columns that mean others, as `yes` means `enabled`; a blank one stands for a blank cell.
    pub translations: Vec<(String, Vec<(String, String)>)>,
    /// Whether blanks around the text of cells are kept.
    pub keep_blanks: bool,
    /// What happens to people who have an account, and to those who have none.
    pub mode: Mode,
    /// How the account of a row is found.
    pub match_by: MatchBy,
    /// What a faulty row means for the others.
    pub on_error: OnError,
    /// Where first passwords come from.
    pub passwords: Passwords,
    /// Whether accounts are disabled when they are made, unless a column says otherwise.
    pub create_disabled: bool,
    /// Which values of an account the file replaces.
    pub replace: Replace,
    /// What a blank cell means for an account that exists.
    pub blank: Blank,
    /// Groups that every account of the file joins, by name.
    pub groups: Vec<String>,
    /// What a group means that there isn't.
    pub unknown_groups: UnknownGroups,
    /// Who is told by mail.
    pub notify: Notify,
    /// What stands between several values in one cell.
    pub list_separator: ListSeparator,
    /// Whether the `'` that guards formulas in our exports is taken away; by the header when `None`.
    pub undo_guard: Option<bool>,
}

/// How a file is read; what is `None` is detected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FormatNames", into = "FormatNames")]
pub struct Format {
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// What stands between two cells.
    pub delimiter: Option<Delimiter>,
    /// What encloses a cell.
    pub quote: Option<Quote>,
    /// Whether the first row names the columns.
    pub has_header: Option<bool>,
    /// Lines to pass over at the start.
    pub skip_lines: Option<u64>,
}

/// A format as it is kept: by names.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct FormatNames {
    encoding: Option<String>,
    delimiter: Option<String>,
    quote: Option<String>,
    has_header: Option<bool>,
    skip_lines: Option<u64>,
}

impl From<Format> for FormatNames {
    fn from(format: Format) -> Self {
        FormatNames {
            encoding: format.encoding.map(|encoding| encoding.name().to_owned()),
            delimiter: format.delimiter.map(|delimiter| delimiter.name().to_owned()),
            quote: format.quote.map(|quote| quote.name().to_owned()),
            has_header: format.has_header,
            skip_lines: format.skip_lines,
        }
    }
}

impl From<FormatNames> for Format {
    fn from(names: FormatNames) -> Self {
        Format {
            encoding: names.encoding.as_deref().and_then(Encoding::for_label),
            delimiter: names.delimiter.as_deref().and_then(Delimiter::from_name),
            quote: names.quote.as_deref().and_then(Quote::from_name),
            has_header: names.has_header,
            skip_lines: names.skip_lines,
        }
    }
}

/// What happens to people who have an account, and to those who have none (ES-93).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// New accounts are made; rows of existing ones are skipped.
    #[default]
    Create,
    /// New accounts are made, existing ones changed.
    CreateAndUpdate,
    /// Existing accounts are changed; rows of unknown people fail with `NOT_FOUND`.
    Update,
}

/// How the account of a row is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// By the username, case ignored.
    #[default]
    Username,
    /// By the e-mail address, case ignored.
    Email,
    /// By the name in the other system, exactly.
    ExternalId,
}

/// What a faulty row means for the others (ES-84).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Nothing: it is reported, the others go on.
    #[default]
    Skip,
    /// The rows before it stay, it ends the import.
    Stop,
    /// Nothing is imported; for at most [`MOST_ROWS_AT_ONCE`] rows.
    AllOrNothing,
}

/// How many rows an import can have that happens as a whole or not at all.
pub const MOST_ROWS_AT_ONCE: u64 = 5_000;

/// Where the first passwords of new accounts come from (ES-81). Passwords of existing accounts are left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passwords {
    /// Nowhere: an administrator, or an invitation, sets them later.
    #[default]
    None,
    /// One made by chance is mailed to each, and must be changed at the first sign-in.
    Random,
    /// A link to set one is mailed to each.
    Invite,
    /// The column `password`; each must be changed at the first sign-in.
    PlainTemporary,
    /// The column `password`; each stays when it follows the password rules, and must be changed at the first sign-in
    /// otherwise (ES-82).
    PlainUnlessWeak,
    /// The column `password`; each must follow the password rules, and stays.
    PlainPermanent,
    /// The column `password_hash`.
    Hashed,
}

/// Who is told by mail how the account stands (ES-96). Who gets a first password or an invitation is told in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Nobody.
    #[default]
    Nobody,
    /// Those whose account was made.
    Created,
    /// Those whose account was made or changed.
    CreatedAndUpdated,
}

impl Choices {
    /// How many mails are sent when so many accounts are made and so many changed. Whoever has no address gets none.
    pub fn mails(&self, created: u64, updated: u64) -> u64 {
        match self.notify {
            Notify::Nobody if self.passwords.are_mailed() => created,
            Notify::Nobody => 0,
            Notify::Created => created,
            Notify::CreatedAndUpdated => created + updated,
        }
    }
}

/// Where usernames come from when no column holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsernameFrom {
    /// The whole e-mail address.
    Email,
    /// What stands before the `@`.
    EmailLocalPart,
    /// A pattern of other values.
    Pattern,
}

/// Which values of an existing account the file replaces (ES-94).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replace {
    /// All of them.
    #[default]
    All,
    /// Those that are empty.
    Empty,
}

/// What a group means that there isn't (ES-83).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownGroups {
    /// Its row is faulty.
    #[default]
    Fail,
    /// It is created.
    Create,
}

/// What stands between several values in one cell (ES-90).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSeparator {
    /// `;`
    #[default]
    Semicolon,
    /// `|`
    Pipe,
    /// `,`
    Comma,
}

impl ListSeparator {
    /// The sign itself.
    pub fn sign(self) -> char {
        match self {
            ListSeparator::Semicolon => ';',
            ListSeparator::Pipe => '|',
            ListSeparator::Comma => ',',
        }
    }
}

/// What a blank cell means for an existing account (ES-94).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blank {
    /// The value stays.
    #[default]
    Keep,
    /// The value is emptied.
    Clear,
}

impl MatchBy {
    /// The field that holds the key.
    pub fn field(self) -> Field {
        match self {
            MatchBy::Username => Field::Username,
            MatchBy::Email => Field::Email,
            MatchBy::ExternalId => Field::ExternalId,
        }
    }
}

impl Passwords {
    /// Whether every new account is mailed something to sign in with, and so needs an address.
    pub fn are_mailed(self) -> bool {
        matches!(self, Passwords::Random | Passwords::Invite)
    }

    /// The column that is needed.
    pub fn field(self) -> Option<Field> {
        match self {
            Passwords::None | Passwords::Random | Passwords::Invite => None,
            Passwords::PlainTemporary | Passwords::PlainUnlessWeak | Passwords::PlainPermanent => Some(Field::Password),
            Passwords::Hashed => Some(Field::PasswordHash),
        }
    }
}
