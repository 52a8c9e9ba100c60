//! Who asks.

use std::sync::Arc;

use base::{AccountId, SessionId, Timestamp};

use super::{Role, Roles};

/// Who asks for an operation.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody we know.
    Anonymous,
    /// A signed-in account.
    Person(Arc<Person>),
    /// Whoever commands the machine: the command line of the server.
    Operator,
    /// The server itself, keeping house.
    System,
}

/// A signed-in account, as far as deciding needs to know it.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// Its username when the request began.
    pub username: String,
    /// First and last name, or the username when it has none.
    pub name: String,
    /// The administrator roles it holds now.
    pub roles: Roles,
    /// The session it came by.
    pub session: SessionId,
    /// When the password was last entered.
    pub authenticated_at: Timestamp,
}

impl Actor {
    /// The account, when a person asks.
    pub fn account(&self) -> Option<AccountId> {
        self.person().map(|person| person.account)
    }

    /// The person, when one asks.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Actor::Person(person) => Some(person),
            _ => None,
        }
    }

    /// Whether this is `account` itself.
    pub fn is(&self, account: AccountId) -> bool {
        self.account() == Some(account)
    }

    /// Whether `role` is held; nobody but a person holds any.
    pub fn has(&self, role: Role) -> bool {
        self.person().is_some_and(|person| person.roles.has(role))
    }

    /// A stable name of the kind, for the audit log.
    pub fn kind(&self) -> &'static str {
        match self {
            Actor::Anonymous => "anonymous",
            Actor::Person(_) => "account",
            Actor::Operator => "operator",
            Actor::System => "system",
        }
    }

    /// The name to show in the audit log.
    pub fn name(&self) -> &str {
        match self {
            Actor::Anonymous => "Anonymous",
            Actor::Person(person) => &person.name,
            Actor::Operator => "Command line",
            Actor::System => "Reeve",
        }
    }
}
