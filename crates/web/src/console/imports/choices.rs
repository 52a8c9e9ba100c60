//! The words of what can be chosen.

use identity::drafts::Draft;
use identity::imports::{
    Blank, Choices, Field, ListSeparator, MatchBy, Mode, Notify, OnError, Passwords, Replace, UnknownGroups,
    UsernameFrom,
};
use identity::settings::Words;
use wire::csv::{Delimiter, Quote};

use crate::render::words::emails;

/// What a column can be mapped to here, in the order to offer it.
pub(super) fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied()
}

/// A field in words.
pub(super) fn field_words(field: Field, words: &Words) -> String {
    let fixed = match field {
        Field::Username => return words.username.to_string(),
        Field::FirstName => "First name",
        Field::LastName => "Last name",
        Field::FullName => "Full name",
        Field::Email => "Email",
        Field::EmailFallback => "Email, where the other is empty",
        Field::Mobile => "Mobile",
        Field::ExternalId => "External ID",
        Field::Status => "Status",
        Field::Blocked => "Status, reversed (blocked)",
        Field::AccountControl => "Status (userAccountControl)",
        Field::EmailVerified => "Email is verified",
        Field::Password => return words.password.to_string(),
        Field::PasswordHash => return format!("{} hash", words.password),
        Field::Groups => "Groups",
    };
    fixed.to_owned()
}

/// A field in words, within a sentence.
pub(super) fn field_inside(field: Field, words: &Words) -> String {
    match field {
        Field::Username => words.username.inside(),
        other => field_words(other, words).to_lowercase(),
    }
}

/// A delimiter in words.
pub(super) fn delimiter_words(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => "Comma",
        Delimiter::Semicolon => "Semicolon",
        Delimiter::Tab => "Tab",
        Delimiter::Pipe => "Pipe",
        Delimiter::Colon => "Colon",
    }
}

/// A quote in words.
pub(super) fn quote_words(quote: Quote) -> &'static str {
    match quote {
        Quote::Double => "Double quote \"",
        Quote::Single => "Single quote '",
    }
}

/// Where first passwords come from: the value in the form, and the words.
pub(super) const PASSWORDS: [(Passwords, &str, &str); 7] = [
    (Passwords::None, "none", "None for now"),
    (Passwords::Random, "random", "Made by chance and mailed, to be changed at the first sign-in"),
    (Passwords::Invite, "invite", "Invite each user by an email link"),
    (Passwords::PlainTemporary, "temporary", "Read from a column, to be changed at the first sign-in"),
    (Passwords::PlainUnlessWeak, "unless-weak", "Read from a column; weak ones to be changed at the first sign-in"),
    (Passwords::PlainPermanent, "permanent", "Read from a column, to be kept"),
    (Passwords::Hashed, "hashed", "Read a hash from a column"),
];

/// What a faulty row means.
pub(super) const ON_ERROR: [(OnError, &str, &str); 3] = [
    (OnError::Skip, "skip", "Leave it out and go on"),
    (OnError::Stop, "stop", "Stop there; the rows before it stay"),
    (OnError::AllOrNothing, "nothing", "Import nothing at all (up to 5,000 rows)"),
];

/// What stands between several values in one cell.
pub(super) const LIST_SEPARATORS: [(ListSeparator, &str, &str); 3] = [
    (ListSeparator::Semicolon, "semicolon", "Semicolon"),
    (ListSeparator::Pipe, "pipe", "Pipe"),
    (ListSeparator::Comma, "comma", "Comma"),
];

/// Who is told by mail.
pub(super) const NOTIFY: [(Notify, &str, &str); 3] = [
    (Notify::Nobody, "nobody", "Nobody"),
    (Notify::Created, "created", "New users"),
    (Notify::CreatedAndUpdated, "updated", "New users, and existing users that are changed"),
];

/// What happens to people who have an account.
pub(super) const MODES: [(Mode, &str, &str); 3] = [
    (Mode::Create, "create", "Leave the account as it is; only create new users"),
    (Mode::CreateAndUpdate, "create-update", "Update the account, and create new users"),
    (Mode::Update, "update", "Update the account, and create nobody"),
];

/// How the account of a row is found.
pub(super) const MATCHES: [MatchBy; 3] = [MatchBy::Username, MatchBy::Email, MatchBy::ExternalId];

/// The one of `all` that a form names.
pub(super) fn named<T: Copy, const N: usize>(all: &[(T, &str, &str); N], value: &str) -> Option<T> {
    all.iter().find(|(_, code, _)| *code == value).map(|(one, _, _)| *one)
}

/// The words of `one`.
pub(super) fn words_of<T: PartialEq, const N: usize>(all: &[(T, &str, &'static str); N], one: &T) -> &'static str {
    all.iter().find(|(known, _, _)| known == one).map(|(_, _, words)| *words).unwrap_or_default()
}

/// The code of `one` in a form.
pub(super) fn code_of<T: PartialEq, const N: usize>(all: &[(T, &'static str, &str); N], one: &T) -> &'static str {
    all.iter().find(|(known, _, _)| known == one).map(|(_, code, _)| *code).unwrap_or_default()
}

/// What new accounts are like, as a sentence.
pub(super) fn new_accounts(choices: &Choices, words: &Words) -> String {
    let status = if choices.create_disabled { "Disabled" } else { "Enabled" };
    match choices.passwords {
        Passwords::None => format!("{status}. No {} for now.", words.password.inside()),
        passwords => format!("{status}. {}: {}.", words.password, words_of(&PASSWORDS, &passwords)),
    }
}

/// Who is told, and by how many mails when so many accounts are made and so many changed.
pub(super) fn told(choices: &Choices, created: u64, updated: u64) -> String {
    let whom = match (choices.notify, choices.passwords) {
        (Notify::Nobody, Passwords::Random) => "New users get their first password",
        (Notify::Nobody, Passwords::Invite) => "New users get an invitation",
        (notify, _) => words_of(&NOTIFY, &notify),
    };
    match choices.mails(created, updated) {
        0 => format!("{whom}. 0 emails."),
        number if choices.passwords.are_mailed() && choices.notify == Notify::Nobody => {
            format!("{whom}. {}.", emails(number))
        }
        number => format!("{whom}. {}, fewer if some have no address.", emails(number)),
    }
}

/// What happens to existing accounts, as a sentence.
pub(super) fn existing_accounts(choices: &Choices, called: &Words) -> String {
    let by = field_inside(choices.match_by.field(), called);
    let mut words = format!("Found by {by}. {}.", words_of(&MODES, &choices.mode));
    if choices.mode != Mode::Create {
        words.push_str(match (choices.replace, choices.blank) {
            (Replace::Empty, _) => " Only empty fields are filled.",
            (Replace::All, Blank::Keep) => " An empty cell leaves the field as it is.",
            (Replace::All, Blank::Clear) => " An empty cell clears the field.",
        });
    }
    words
}

/// Which groups accounts join, as a sentence; `None` when they join none.
pub(super) fn groups_joined(choices: &Choices, has_column: bool) -> Option<String> {
    let everybody = match choices.groups.as_slice() {
        [] if !has_column => return None,
        [] => "Those of the column.".to_owned(),
        names if has_column => format!("{}, and those of the column.", names.join(", ")),
        names => format!("{}.", names.join(", ")),
    };
    Some(match choices.unknown_groups {
        UnknownGroups::Fail => everybody,
        UnknownGroups::Create => format!("{everybody} Groups that do not exist are created."),
    })
}

/// Where usernames come from, for the form.
pub(super) const USERNAMES: [(UsernameFrom, &str, &str); 3] = [
    (UsernameFrom::Email, "email", "The whole email address"),
    (UsernameFrom::EmailLocalPart, "local", "What stands before the @ of the email address"),
    (UsernameFrom::Pattern, "pattern", "A pattern of other values"),
];

/// Whether a draft only changes people who are there.
pub(super) fn only_updates(draft: &Draft) -> bool {
    draft.choices.mode == Mode::Update
}
