//! What events remember of the things that they are about, readable after those are gone.

use std::borrow::Cow;

use base::{AccountId, AttributeId, GroupId};

/// An account as an event remembers it, readable after the account is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRef {
    /// Its identifier.
    pub id: AccountId,
    /// Its username at the time.
    pub username: String,
}

/// A group as an event remembers it, readable after the group is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRef {
    /// Its identifier.
    pub id: GroupId,
    /// Its name at the time.
    pub name: String,
}

/// An attribute as an event remembers it, readable after the attribute is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeRef {
    /// Its identifier.
    pub id: AttributeId,
    /// Its key.
    pub key: String,
}

/// One field, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, as `last_name`.
    pub field: Cow<'static, str>,
    /// The value it had.
    pub before: Option<String>,
    /// The value it has.
    pub after: Option<String>,
}

impl FieldChange {
    /// Whether people sign in with the field.
    pub fn is_identifier(&self) -> bool {
        matches!(&*self.field, "username" | "email")
    }

    /// Whether the field is an attribute that the organization defined.
    pub fn is_custom(&self) -> bool {
        self.field.starts_with("custom.")
    }
}
