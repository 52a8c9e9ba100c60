//! Identifiers: `UUIDv7`, one type for each kind of thing (RFC 9562 §5.7).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier")
    }
}

impl std::error::Error for ParseIdError {}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                $name(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Uuid::try_parse(text).map($name).map_err(|_| ParseIdError)
            }
        }
    )+};
}

identifiers! {
    /// An account: the record that a person, or a program, signs in to.
    AccountId,
    /// A custom attribute of accounts.
    AttributeId,
    /// A change of very many accounts.
    BulkChangeId,
    /// An entry of the audit log.
    EventId,
    /// A group of accounts.
    GroupId,
    /// An import of accounts from a file.
    ImportId,
    /// Work that goes on while nobody waits for it.
    JobId,
    /// A message that people get by mail or SMS.
    MessageId,
    /// An organization: the tenant that every row belongs to.
    OrganizationId,
    /// One request to the server, or one run of a command.
    RequestId,
    /// A session: one sign-in of one account.
    SessionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_its_text() {
        let text = "01939a5c-7b7e-7cc0-8000-000000000001";
        let id: AccountId = text.parse().expect("a valid identifier");
        assert_eq!(id.to_string(), text);
        assert_eq!("1; drop table".parse::<AccountId>(), Err(ParseIdError));
    }
}
