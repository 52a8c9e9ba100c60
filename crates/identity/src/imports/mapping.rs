//! Which column of a file means what.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::file::sentence;
use super::translate::{self, Translation};
use super::usernames::{self, Pattern};
use super::{Choices, Field, MatchBy, Mode, UsernameFrom, content, headers};
use crate::Problem;
use crate::attributes::{Attributes, field_of};

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name; `Column 3` where the file has none.
    pub name: String,
    /// What it means; `None` when it is ignored.
    pub field: Option<Field>,
    /// The key of the attribute that it is, when it is one.
    pub attribute: Option<String>,
    /// Whether somebody chose that, rather than we guessed it.
    pub chosen: bool,
}

impl Column {
    /// What it means, by a stable name: `first_name`, or `custom.department` for an attribute; `None` when it is ignored.
    pub fn meaning(&self) -> Option<String> {
        let attribute = || self.attribute.as_deref().map(field_of);
        self.field.map(|field| field.code().to_owned()).or_else(attribute)
    }
}

/// Something to know before importing; nothing is refused for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A stable name, as `ENCODING_GUESSED`.
    pub code: &'static str,
    /// What to know, for people.
    pub message: String,
}

/// Where each field of a row comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    pub(super) columns: Vec<Column>,
    pub(super) places: BTreeMap<Field, usize>,
    pub(super) constants: BTreeMap<Field, String>,
    /// Where each attribute comes from, by key.
    pub(super) attributes: BTreeMap<String, Told>,
    pub(super) username_from: Option<UsernameFrom>,
    /// How usernames are made, when they come from a pattern.
    pub(super) pattern: Option<Pattern>,
    /// What the cells of columns become.
    pub(super) translations: BTreeMap<usize, Translation>,
    /// The columns that hold passwords, mapped or not.
    pub(super) secrets: Vec<usize>,
    pub(super) notices: Vec<Notice>,
    pub(super) problems: Vec<Problem>,
}

/// Where the values of an attribute come from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    /// The cells of a column, counted from 0.
    Column(usize),
    /// The same text for everybody.
    Constant(String),
}

/// Fields that one value for everybody makes sense for.
const CONSTANTS: &[Field] =
    &[Field::FirstName, Field::LastName, Field::Mobile, Field::Status, Field::Blocked, Field::EmailVerified];

impl Mapping {
    /// Maps the columns called `names`; `rows` are the first ones, from which to guess when the file names no columns.
    pub(super) fn of(
        names: &[String],
        rows: Option<&[Vec<String>]>,
        choices: &Choices,
        attributes: &Attributes,
    ) -> Self {
        let mut mapping = Mapping {
            columns: names
                .iter()
                .map(|name| Column { name: name.clone(), field: None, attribute: None, chosen: false })
                .collect(),
            ..Mapping::default()
        };
        mapping.choose_constants(choices);
        mapping.choose_columns(choices);
        mapping.choose_attributes(choices, attributes);
        let guesses = match rows {
            None => named(names),
            Some(rows) => content::guess(rows).into_iter().map(|(field, column)| (field, vec![column])).collect(),
        };
        mapping.find_secrets(&guesses);
        if rows.is_none() {
            mapping.guess_attributes(attributes);
        }
        mapping.guess(guesses, choices);
        translate::settle(&mut mapping, choices);
        mapping.derive_username(choices);
        mapping.require(choices);
        mapping.require_attributes(choices, attributes);
        mapping
    }

    /// Whether rows tell `field`, in whatever way.
    pub(super) fn has(&self, field: Field) -> bool {
        self.places.contains_key(&field) || self.constants.contains_key(&field)
    }

    fn has_slot(&self, slot: Field) -> bool {
        self.places.keys().chain(self.constants.keys()).any(|field| field.slot() == slot)
    }

    fn choose_constants(&mut self, choices: &Choices) {
        for (field, value) in &choices.constants {
            if !CONSTANTS.contains(field) {
                let message = format!("{} can't be the same for everybody. Map a column to it.", field.code());
                self.problem(field.code(), "BAD_CONSTANT", message);
            } else if self.has_slot(field.slot()) {
                self.problem(field.code(), "MAPPED_TWICE", "This field is given twice. Give it once.");
            } else {
                self.constants.insert(*field, value.clone());
            }
        }
    }

    fn choose_columns(&mut self, choices: &Choices) {
        for (name, field) in &choices.columns {
            let Some(column) = self.choose_column(name) else { continue };
            if let Some(field) = field {
                if self.has_slot(field.slot()) {
                    let message = format!("Another column, or a fixed value, is mapped to {} too.", field.code());
                    self.problem(name, "MAPPED_TWICE", message);
                } else {
                    self.place(*field, column);
                }
            }
        }
    }

    /// The column that is called `name`, chosen from now on; `None` when there is none or it was chosen already.
    pub(super) fn choose_column(&mut self, name: &str) -> Option<usize> {
        let wanted = base::text::fold(name.trim());
        let Some(column) = self.columns.iter().position(|column| base::text::fold(&column.name) == wanted) else {
            let names: Vec<&str> = self.columns.iter().take(50).map(|column| column.name.as_str()).collect();
            let message = format!("The file has no column {name:?}. Its columns are: {}.", names.join(", "));
            self.problem(name, "UNKNOWN_COLUMN", message);
            return None;
        };
        if self.columns[column].chosen {
            self.problem(name, "MAPPED_TWICE", "This column is mapped twice. Map it once.");
            return None;
        }
        self.columns[column].chosen = true;
        Some(column)
    }

    /// Remembers which columns hold passwords, whether or not they are used.
    fn find_secrets(&mut self, guesses: &BTreeMap<Field, Vec<usize>>) {
        let guessed = guesses.iter().filter(|(field, _)| field.is_secret()).flat_map(|(_, columns)| columns);
        let named = self.columns.iter().enumerate().filter(|(_, column)| {
            column.field.is_some_and(Field::is_secret)
                || headers::meaning(&column.name).is_some_and(|(field, _)| field.is_secret())
        });
        self.secrets = guessed.copied().chain(named.map(|(index, _)| index)).collect();
        self.secrets.sort_unstable();
        self.secrets.dedup();
    }

    fn guess(&mut self, mut guesses: BTreeMap<Field, Vec<usize>>, choices: &Choices) {
        for columns in guesses.values_mut() {
            columns.retain(|column| !self.columns[*column].chosen && self.columns[*column].attribute.is_none());
        }
        guesses.retain(|_, columns| !columns.is_empty());
        // Both names beat the name in one piece, wherever they come from.
        let names = [Field::FirstName, Field::LastName];
        if names.iter().any(|field| self.has(*field) || guesses.contains_key(field)) {
            guesses.remove(&Field::FullName);
        }
        if !self.has(Field::Email)
            && !guesses.contains_key(&Field::Email)
            && let Some(columns) = guesses.remove(&Field::EmailFallback)
        {
            guesses.insert(Field::Email, columns);
        }
        for secret in [Field::Password, Field::PasswordHash] {
            if choices.passwords.field() != Some(secret)
                && let Some(columns) = guesses.remove(&secret)
            {
                let message = format!(
                    "Column {} is ignored: nothing secret is imported unless it is asked for.",
                    self.quoted(&columns)
                );
                self.notices.push(Notice { code: "PASSWORDS_IGNORED", message });
            }
        }
        // Being in a group may open doors: a name that looks like it is no reason to put people there.
        if let Some(columns) = guesses.remove(&Field::Groups) {
            let message =
                format!("Column {} is ignored: map it to groups to put users into them.", self.quoted(&columns));
            self.notices.push(Notice { code: "GROUPS_IGNORED", message });
        }
        for (field, columns) in guesses {
            if self.has_slot(field.slot()) {
                continue;
            }
            if let [column] = columns.as_slice() {
                self.place(field, *column);
            } else {
                let message = format!(
                    "Columns {} may all be {}. Say which one it is, and ignore the others.",
                    self.quoted(&columns),
                    field.code()
                );
                self.problem(field.code(), "AMBIGUOUS_COLUMN", message);
            }
        }
    }

    /// Decides where usernames come from when no column holds them.
    fn derive_username(&mut self, choices: &Choices) {
        if choices.username_from == Some(UsernameFrom::Pattern) {
            return usernames::settle(self, choices);
        }
        if self.has(Field::Username) {
            return;
        }
        if self.has(Field::Email) {
            self.username_from = Some(choices.username_from.unwrap_or(UsernameFrom::Email));
            return;
        }
        // "User ID" is a username where nothing else is.
        let id = self.places.get(&Field::ExternalId).copied();
        if let Some(column) = id
            && !self.columns[column].chosen
            && choices.match_by != MatchBy::ExternalId
            && headers::plain(&self.columns[column].name) == "userid"
        {
            self.places.remove(&Field::ExternalId);
            self.place(Field::Username, column);
        }
    }

    /// Says what is missing.
    fn require(&mut self, choices: &Choices) {
        let ambiguous = |mapping: &Mapping, field: Field| {
            mapping.problems.iter().any(|problem| problem.code == "AMBIGUOUS_COLUMN" && problem.field == field.code())
        };
        let makes_accounts = choices.mode != Mode::Update;
        let has_username = self.has(Field::Username) || self.username_from.is_some();
        if (makes_accounts || choices.match_by == MatchBy::Username)
            && !has_username
            && !ambiguous(self, Field::Username)
            && !ambiguous(self, Field::Email)
        {
            let message = "No column holds usernames or email addresses. Map a column to username or to email.";
            self.problem("username", "NOT_MAPPED", message);
        }
        let key = choices.match_by.field();
        if key != Field::Username && !self.has(key) && !ambiguous(self, key) {
            let message = format!("Accounts are to be found by {0}, but no column is mapped to {0}.", key.code());
            self.problem(key.code(), "NOT_MAPPED", message);
        }
        if let Some(secret) = choices.passwords.field()
            && !self.has(secret)
            && !ambiguous(self, secret)
        {
            let message = format!("No column is mapped to {}.", secret.code());
            self.problem(secret.code(), "NOT_MAPPED", message);
        }
        if choices.passwords.are_mailed() && !self.has(Field::Email) && !ambiguous(self, Field::Email) {
            let message = "First passwords and invitations are sent by email, but no column is mapped to email.";
            self.problem("email", "NOT_MAPPED", message);
        }
    }

    fn place(&mut self, field: Field, column: usize) {
        self.places.insert(field, column);
        self.columns[column].field = Some(field);
    }

    pub(super) fn problem(&mut self, field: &str, code: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(field, code, message));
    }

    pub(super) fn quoted(&self, columns: &[usize]) -> String {
        let names: Vec<String> = columns.iter().map(|column| format!("{:?}", self.columns[*column].name)).collect();
        names.join(", ")
    }
}

impl From<&wire::csv::Warning> for Notice {
    fn from(warning: &wire::csv::Warning) -> Self {
        Notice { code: warning.code(), message: sentence(&warning.to_string()) }
    }
}

/// The columns that each field may be, by their names: all those of the likeliest name.
fn named(names: &[String]) -> BTreeMap<Field, Vec<usize>> {
    let mut found: HashMap<Field, (usize, Vec<usize>)> = HashMap::new();
    for (column, name) in names.iter().enumerate() {
        let Some((field, rank)) = headers::meaning(name) else { continue };
        let best = found.entry(field).or_insert((rank, Vec::new()));
        if rank < best.0 {
            *best = (rank, Vec::new());
        }
        if rank == best.0 {
            best.1.push(column);
        }
    }
    found.into_iter().map(|(field, (_, columns))| (field, columns)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(header: &str, choices: &Choices) -> Mapping {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        Mapping::of(&names, None, choices, &Attributes::default())
    }

    fn codes(mapping: &Mapping) -> Vec<&str> {
        mapping.problems.iter().map(|problem| problem.code.as_str()).collect()
    }

    #[test]
    fn es_87_the_columns_of_a_directory_map_themselves() {
        let found = mapping(
            "DN,sn,givenName,displayName,sAMAccountName,userPrincipalName,mail,userAccountControl",
            &Choices::default(),
        );
        let fields: Vec<_> = found.columns.iter().map(|column| column.field).collect();
        let expected = [
            None,
            Some(Field::LastName),
            Some(Field::FirstName),
            None,
            Some(Field::Username),
            None,
            Some(Field::Email),
            Some(Field::AccountControl),
        ];
        assert_eq!(fields, expected);
        assert!(found.problems.is_empty());
    }

    #[test]
    fn two_columns_of_one_name_are_never_decided_silently() {
        let found = mapping("username,email,givenname,email (2)", &Choices::default());
        assert_eq!(codes(&found), ["AMBIGUOUS_COLUMN"]);
        assert!(!found.has(Field::Email));
        let choices = Choices { columns: vec![("email".into(), Some(Field::Email))], ..Choices::default() };
        let found = mapping("username,email,givenname,email (2)", &choices);
        assert!(found.problems.is_empty());
        assert_eq!(found.places[&Field::Email], 1);
    }

    #[test]
    fn es_88_a_field_mapped_twice_is_refused() {
        let twice = vec![("a".into(), Some(Field::Email)), ("b".into(), Some(Field::Email))];
        assert_eq!(
            codes(&mapping("a,b,username", &Choices { columns: twice, ..Choices::default() })),
            ["MAPPED_TWICE"]
        );
        let constants = vec![(Field::Status, "active".into()), (Field::Blocked, "no".into())];
        assert_eq!(codes(&mapping("username", &Choices { constants, ..Choices::default() })), ["MAPPED_TWICE"]);
    }

    #[test]
    fn es_88_usernames_may_come_from_addresses() {
        let found = mapping("Vorname,E-Mail", &Choices::default());
        assert_eq!(found.username_from, Some(UsernameFrom::Email));
        assert_eq!(codes(&mapping("Vorname,Nachname", &Choices::default())), ["NOT_MAPPED"]);
    }

    #[test]
    fn a_password_column_is_secret_even_when_ignored() {
        let found = mapping("username,Password [Required]", &Choices::default());
        assert_eq!(found.secrets, [1]);
        assert!(!found.has(Field::Password));
        assert_eq!(found.notices[0].code, "PASSWORDS_IGNORED");
    }
}
