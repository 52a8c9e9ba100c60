//! The flags of an import, and what they mean.

use clap::{Args, ValueEnum};
use identity::imports::{
    Blank, Choices, Field, Format, MatchBy, Mode, Notify, OnError, Passwords, Replace, UsernameFrom,
};
use wire::csv::{Delimiter, Encoding};

use super::values::ValueWishes;
use crate::config::{Misuse, keys};

#[derive(Args)]
pub(super) struct Wishes {
    /// What to do with people who have an account, and with those who have none
    #[arg(long, value_enum, default_value = "create")]
    mode: ModeFlag,
    /// How the account of a row is found
    #[arg(long = "match", value_enum, value_name = "FIELD", default_value = "username")]
    match_by: MatchFlag,
    /// What a column means: a field, or an attribute as custom.department; with nothing after the = it is ignored. May be
    /// given several times
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    columns: Vec<String>,
    /// A value that every row has. May be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    constants: Vec<String>,
    /// What a faulty row means for the others
    #[arg(long, value_enum, default_value = "skip")]
    on_error: OnErrorFlag,
    /// Where first passwords come from
    #[arg(long, value_enum, default_value = "none")]
    passwords: PasswordsFlag,
    /// Who is told by mail how the account stands
    #[arg(long, value_enum, default_value = "nobody")]
    notify: NotifyFlag,
    /// Where usernames come from when no column holds them
    #[arg(long, value_enum, value_name = "SOURCE")]
    username_from: Option<UsernameFlag>,
    /// Make new accounts disabled, unless a column says otherwise
    #[arg(long)]
    create_disabled: bool,
    /// Fill empty values of existing accounts only
    #[arg(long)]
    only_empty: bool,
    /// Let a blank cell empty the value of an existing account
    #[arg(long, conflicts_with = "only_empty")]
    clear_blank: bool,
    #[command(flatten)]
    values: ValueWishes,
    /// Encoding, as utf-8 or windows-1252 [default: found out]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// What stands between cells: comma, semicolon, tab, pipe, colon, or the character itself [default: found out]
    #[arg(long, value_name = "NAME")]
    delimiter: Option<String>,
    /// Whether the first row names the columns [default: found out]
    #[arg(long, value_name = "YES", action = clap::ArgAction::Set)]
    header: Option<bool>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ModeFlag {
    /// Make new accounts, leave existing ones alone
    Create,
    /// Make new accounts, change existing ones
    CreateUpdate,
    /// Change existing accounts; others are faulty
    Update,
}

#[derive(Clone, Copy, ValueEnum)]
enum MatchFlag {
    Username,
    Email,
    ExternalId,
}

#[derive(Clone, Copy, ValueEnum)]
enum OnErrorFlag {
    /// Nothing: it is reported, the others go on
    Skip,
    /// It ends the import; the rows before it stay
    Stop,
    /// Nothing is imported; for at most 5,000 rows
    AllOrNothing,
}

#[derive(Clone, Copy, ValueEnum)]
enum PasswordsFlag {
    /// Nowhere: they are set later
    None,
    /// Each person is mailed one made by chance, to be changed at the first sign-in
    Random,
    /// Each person is mailed a link to choose one
    Invite,
    /// A column of passwords, to be changed at the first sign-in
    Plain,
    /// A column of passwords; weak ones are to be changed at the first sign-in, others stay
    PlainUnlessWeak,
    /// A column of passwords that stay, and follow the password rules
    PlainPermanent,
    /// A column of hashes from another system
    Hashed,
}

#[derive(Clone, Copy, ValueEnum)]
enum NotifyFlag {
    /// Nobody but those who are mailed a first password or an invitation
    Nobody,
    /// Those whose account is made
    Created,
    /// Those whose account is made or changed
    All,
}

#[derive(Clone, Copy, ValueEnum)]
enum UsernameFlag {
    /// The whole e-mail address
    Email,
    /// What stands before the @
    EmailLocalPart,
}

impl Wishes {
    /// What the flags mean.
    ///
    /// Errors: a field, encoding or delimiter that there isn't.
    pub(super) fn choices(&self) -> Result<Choices, Misuse> {
        let choices = Choices {
            format: Format {
                encoding: self.encoding.as_deref().map(encoding).transpose()?,
                delimiter: self.delimiter.as_deref().map(delimiter).transpose()?,
                has_header: self.header,
                ..Format::default()
            },
            columns: built_in(&self.columns, column_of_attribute).map(column).collect::<Result<_, _>>()?,
            constants: built_in(&self.constants, constant_of_attribute).map(constant).collect::<Result<_, _>>()?,
            attributes: self.columns.iter().filter_map(|text| column_of_attribute(text)).collect(),
            attribute_constants: self.constants.iter().filter_map(|text| constant_of_attribute(text)).collect(),
            username_from: self.username_from.map(|from| match from {
                UsernameFlag::Email => UsernameFrom::Email,
                UsernameFlag::EmailLocalPart => UsernameFrom::EmailLocalPart,
            }),
            mode: match self.mode {
                ModeFlag::Create => Mode::Create,
                ModeFlag::CreateUpdate => Mode::CreateAndUpdate,
                ModeFlag::Update => Mode::Update,
            },
            match_by: match self.match_by {
                MatchFlag::Username => MatchBy::Username,
                MatchFlag::Email => MatchBy::Email,
                MatchFlag::ExternalId => MatchBy::ExternalId,
            },
            on_error: match self.on_error {
                OnErrorFlag::Skip => OnError::Skip,
                OnErrorFlag::Stop => OnError::Stop,
                OnErrorFlag::AllOrNothing => OnError::AllOrNothing,
            },
            passwords: match self.passwords {
                PasswordsFlag::None => Passwords::None,
                PasswordsFlag::Random => Passwords::Random,
                PasswordsFlag::Invite => Passwords::Invite,
                PasswordsFlag::Plain => Passwords::PlainTemporary,
                PasswordsFlag::PlainUnlessWeak => Passwords::PlainUnlessWeak,
                PasswordsFlag::PlainPermanent => Passwords::PlainPermanent,
                PasswordsFlag::Hashed => Passwords::Hashed,
            },
            notify: match self.notify {
                NotifyFlag::Nobody => Notify::Nobody,
                NotifyFlag::Created => Notify::Created,
                NotifyFlag::All => Notify::CreatedAndUpdated,
            },
            create_disabled: self.create_disabled,
            replace: if self.only_empty { Replace::Empty } else { Replace::All },
            blank: if self.clear_blank { Blank::Clear } else { Blank::Keep },
            undo_guard: None,
            ..Choices::default()
        };
        self.values.applied_to(choices)
    }
}

/// What begins the name of an attribute of the organization.
const ATTRIBUTE: &str = "custom.";

/// The pairs that are about no attribute.
fn built_in(pairs: &[String], of_attribute: fn(&str) -> Option<(String, String)>) -> impl Iterator<Item = &str> {
    pairs.iter().map(String::as_str).filter(move |text| of_attribute(text).is_none())
}

/// A column that is an attribute, and its key.
fn column_of_attribute(text: &str) -> Option<(String, String)> {
    let (name, field) = text.rsplit_once('=')?;
    Some((name.trim().to_owned(), field.trim().strip_prefix(ATTRIBUTE)?.to_owned()))
}

/// An attribute that is the same for everybody, and its value.
fn constant_of_attribute(text: &str) -> Option<(String, String)> {
    let (field, value) = text.split_once('=')?;
    Some((field.trim().strip_prefix(ATTRIBUTE)?.to_owned(), value.to_owned()))
}

/// Column names may hold a `=`; fields never do.
fn column(text: &str) -> Result<(String, Option<Field>), Misuse> {
    let (name, field) = text.rsplit_once('=').ok_or_else(|| not_a_pair("--map", text, "'Mail address=email'"))?;
    let field = Some(field.trim()).filter(|field| !field.is_empty());
    Ok((name.trim().to_owned(), field.map(known_field).transpose()?))
}

fn constant(text: &str) -> Result<(Field, String), Misuse> {
    let (field, value) = text.split_once('=').ok_or_else(|| not_a_pair("--set", text, "status=disabled"))?;
    Ok((known_field(field.trim())?, value.to_owned()))
}

fn not_a_pair(flag: &str, text: &str, example: &str) -> Misuse {
    Misuse(format!("{flag} {text:?} lacks a =; write it like {flag} {example}"))
}

/// A hyphen does for the underscore.
fn known_field(name: &str) -> Result<Field, Misuse> {
    Field::from_code(&name.replace('-', "_")).ok_or_else(|| {
        let all = Field::ALL.iter().map(|field| field.code().to_owned());
        Misuse(format!("there is no field {name:?}{}", keys::hint(name, all)))
    })
}

fn encoding(label: &str) -> Result<Encoding, Misuse> {
    Encoding::for_label(label).ok_or_else(|| {
        let all = Encoding::CHOICES.iter().map(|encoding| encoding.name().to_owned());
        Misuse(format!("there is no encoding {label:?}{}", keys::hint(label, all)))
    })
}

/// A delimiter by its name or itself.
pub(in crate::cli) fn delimiter(text: &str) -> Result<Delimiter, Misuse> {
    let by_itself = match text.as_bytes() {
        [byte] => Delimiter::from_byte(*byte),
        _ => None,
    };
    by_itself.or_else(|| Delimiter::from_name(text)).ok_or_else(|| {
        let all = Delimiter::ALL.iter().map(|delimiter| delimiter.name().to_owned());
        Misuse(format!("{text:?} is no delimiter{}", keys::hint(text, all)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_mapped_ignored_or_refused_with_the_nearest_field() {
        assert_eq!(column("Mail = of work=email").expect("a pair"), ("Mail = of work".into(), Some(Field::Email)));
        assert_eq!(column("Cost center=").expect("a pair"), ("Cost center".into(), None));
        assert_eq!(column("Given=first-name").expect("a pair").1, Some(Field::FirstName));
        let refusal = column("Mail=emial").expect_err("no such field").to_string();
        assert!(refusal.ends_with("did you mean email?"), "{refusal}");
        assert!(column("Mail").expect_err("no pair").to_string().starts_with("--map \"Mail\" lacks a ="));
    }

    #[test]
    fn a_delimiter_is_named_or_itself() {
        assert_eq!(delimiter(";").expect("itself"), Delimiter::Semicolon);
        assert_eq!(delimiter("tab").expect("a name"), Delimiter::Tab);
        assert!(delimiter("x").is_err());
    }
}
