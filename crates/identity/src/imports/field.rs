//! What a column of a file can mean.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident => $code:literal),+ $(,)?) => {
        /// What a column of a file can mean. The list is closed: roles, identifiers and times of accounts are not on
        /// it, whoever imports (ES-89).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($(#[$doc])* $name),+ }

        impl Field {
            /// Every field, in the order to offer them.
            pub const ALL: &[Field] = &[$(Field::$name),+];

            /// A stable name, as `first_name`.
            pub fn code(self) -> &'static str {
                match self { $(Field::$name => $code),+ }
            }
        }
    };
}

fields! {
    /// What the person signs in with.
    Username => "username",
    /// Given name.
    FirstName => "first_name",
    /// Family name.
    LastName => "last_name",
    /// Both names in one cell; split where neither has a column.
    FullName => "full_name",
    /// E-mail address.
    Email => "email",
    /// The address to take where that one is blank.
    EmailFallback => "email_fallback",
    /// Mobile number.
    Mobile => "mobile",
    /// The name of the person in the other system.
    ExternalId => "external_id",
    /// Whether the account is enabled, in one of many words.
    Status => "status",
    /// Whether the account is disabled: the opposite of a status.
    Blocked => "blocked",
    /// The flags of Active Directory's `userAccountControl`; bit 2 means disabled.
    AccountControl => "account_control",
    /// Whether the address is known to be the person's.
    EmailVerified => "email_verified",
    /// The password as the person types it.
    Password => "password",
    /// The password, hashed by the other system.
    PasswordHash => "password_hash",
    /// Groups to join, by name.
    Groups => "groups",
}

impl Field {
    /// The field with this [`Field::code`].
    pub fn from_code(code: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.code() == code)
    }

    /// Whether its cells must never be shown.
    pub fn is_secret(self) -> bool {
        matches!(self, Field::Password | Field::PasswordHash)
    }

    /// What it tells of an account: the three ways to say whether it is enabled are one.
    pub(super) fn slot(self) -> Field {
        match self {
            Field::Blocked | Field::AccountControl => Field::Status,
            other => other,
        }
    }
}
