//! Attributes: what an organization wants to know of its users beside the built-in fields. Their values lie in the
//! accounts; [`crate::accounts`] changes them.

mod check;
mod choices;
mod create;
mod definition;
mod delete;
mod differences;
mod find;
mod key;
mod kind;
mod number;
mod preview;
mod rearrange;
mod rows;
mod rule;
mod set;
#[cfg(test)]
mod tests;
mod update;
mod value;
mod values;

pub use choices::Choice;
pub use create::{MAX_ATTRIBUTES, NewAttribute, create};
pub use definition::{Access, Definition, MAX_HELP, MAX_LABEL, MAX_PATTERN};
pub use delete::delete;
pub use find::{find, list};
pub(crate) use find::{hold_untended, is_any_untended, load};
pub use key::{MAX_KEY, is_reserved};
pub use kind::Kind;
pub use preview::{Preview, preview};
pub use rearrange::{Direction, rearrange};
pub(crate) use rows::{erase, put_state};
pub use set::Attributes;
pub use update::update;
pub use value::{MAX_LONG_TEXT, MAX_TEXT};

pub use values::{Entrant, MAX_VALUES, Values, field_of};

use base::{AttributeId, OrganizationId, Timestamp};

use crate::events::AttributeRef;

/// An attribute of the users of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its identifier.
    pub id: AttributeId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Grows by one with each change of its definition; whoever saves an older one is told so.
    pub version: i64,
    /// Its name in imports, exports and interfaces; it never changes.
    pub key: String,
    /// Where it stands among the others; smaller comes first.
    pub position: i64,
    /// What it is.
    pub definition: Definition,
    /// Whether the accounts are in step with it.
    pub state: State,
    /// When it came to be.
    pub created_at: Timestamp,
    /// When its definition last changed.
    pub modified_at: Timestamp,
}

/// Whether the accounts are in step with a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They are.
    Ready,
    /// The index of its values is being made or removed; it can't be searched meanwhile.
    Indexing,
    /// Its values are being removed; nobody sees it any more.
    Removing,
}

impl State {
    pub(crate) fn code(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Indexing => "indexing",
            State::Removing => "removing",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [State::Ready, State::Indexing, State::Removing].into_iter().find(|state| state.code() == code)
    }
}

impl Attribute {
    /// The attribute as events remember it.
    pub fn reference(&self) -> AttributeRef {
        AttributeRef { id: self.id, key: self.key.clone() }
    }

    /// Whether administrators can narrow a list of accounts by it now.
    pub fn can_be_searched(&self) -> bool {
        self.definition.is_searchable && self.definition.in_console != Access::Hidden && self.state == State::Ready
    }
}

/// An attribute as if it were there, for tests of what is done with attributes.
#[cfg(test)]
pub(crate) fn attribute_for_tests(key: &str, definition: Definition) -> Attribute {
    Attribute {
        id: uuid::Uuid::nil().into(),
        organization: uuid::Uuid::nil().into(),
        version: 1,
        key: key.to_owned(),
        position: 1,
        definition: definition.checked().expect("it is a definition"),
        state: State::Ready,
        created_at: Timestamp::from_millis(0),
        modified_at: Timestamp::from_millis(0),
    }
}
