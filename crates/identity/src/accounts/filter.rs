//! What a list can be narrowed to.

use base::{AttributeId, GroupId, Timestamp, text};
use serde_json::{Map, Value as Json, json};

use super::status::StatusFilter;
use crate::access::Role;

/// What a list is narrowed to; every part that is set must hold. Text stands anywhere, whatever its case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Words, each of which stands somewhere in a name, the username or the address.
    pub quick: String,
    /// Part of the family name.
    pub last_name: String,
    /// Part of the given name.
    pub first_name: String,
    /// Part of the username.
    pub username: String,
    /// Part of the address.
    pub email: String,
    /// Any of these; all accounts when there are none.
    pub statuses: Vec<StatusFilter>,
    /// Administrators.
    pub role: Option<RoleFilter>,
    /// Members of this group.
    pub group: Option<GroupId>,
    /// What attributes hold.
    pub custom: Vec<ValueFilter>,
    /// Created at this time or later.
    pub created_from: Option<Timestamp>,
    /// Created before this time.
    pub created_before: Option<Timestamp>,
    /// Not signed in to since this time, or never.
    pub unused_since: Option<Timestamp>,
}

/// What an attribute holds: of a kind that is searched in parts, a text somewhere in a value; of another, the value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ValueFilter {
    /// Which attribute.
    pub attribute: AttributeId,
    /// The text, or the value: the code of a choice, `true` or `false`, a day as `2026-01-31`, a number.
    pub wanted: String,
}

/// What an attribute must hold, as its index is asked.
pub(super) struct Condition {
    pub(super) attribute: AttributeId,
    /// Folded.
    pub(super) wanted: String,
    pub(super) is_in_parts: bool,
    /// Whether several values of one account may match.
    pub(super) is_multi: bool,
}

/// Which administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleFilter {
    /// Those with any role.
    Any,
    /// Those without a role.
    None,
    /// Those with this role.
    Role(Role),
}

impl RoleFilter {
    /// A stable name, as `any` or `user_administrator`.
    pub fn code(self) -> &'static str {
        match self {
            RoleFilter::Any => "any",
            RoleFilter::None => "none",
            RoleFilter::Role(role) => role.code(),
        }
    }
}

/// The columns that text is looked for in.
const TEXT_COLUMNS: [&str; 4] = ["last_n", "first_n", "username_n", "email_n"];

/// Text to look for in one column, or in any of them.
pub(super) struct Needle {
    pub(super) columns: &'static [&'static str],
    pub(super) text: String,
}

impl Needle {
    /// Whether the text index knows: it holds every three characters, and no fewer.
    pub(super) fn is_in_text_index(&self) -> bool {
        text::length(&self.text) >= 3
    }
}

impl Filter {
    /// Whether nothing is narrowed.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default() || self.needles().is_empty() && self.narrowed_otherwise() == 0
    }

    /// What narrows, as the audit log remembers it; an empty object when nothing does.
    pub(crate) fn details(&self) -> Json {
        let mut parts = Map::new();
        let texts = [
            ("text", &self.quick),
            ("last_name", &self.last_name),
            ("first_name", &self.first_name),
            ("username", &self.username),
            ("email", &self.email),
        ];
        let set = texts.into_iter().filter(|(_, text)| !text.trim().is_empty());
        parts.extend(set.map(|(name, text)| (name.to_owned(), json!(text))));
        if !self.statuses.is_empty() {
            let codes: Vec<_> = self.statuses.iter().map(|status| status.code()).collect();
            parts.insert("statuses".to_owned(), json!(codes));
        }
        if let Some(role) = self.role {
            parts.insert("role".to_owned(), json!(role.code()));
        }
        if let Some(group) = self.group {
            parts.insert("group".to_owned(), json!(group));
        }
        if !self.custom.is_empty() {
            let told = |one: &ValueFilter| (one.attribute.to_string(), json!(one.wanted));
            parts.insert("attributes".to_owned(), self.custom.iter().map(told).collect::<Map<_, _>>().into());
        }
        let times = [
            ("created_from", self.created_from),
            ("created_before", self.created_before),
            ("unused_since", self.unused_since),
        ];
        let set = times.into_iter().filter_map(|(name, time)| Some((name, time?)));
        parts.extend(set.map(|(name, time)| (name.to_owned(), json!(time.to_string()))));
        parts.into()
    }

    /// Whether the text index alone knows what matches.
    pub(super) fn is_all_in_text_index(&self) -> bool {
        self.narrowed_otherwise() == 0 && self.needles().iter().all(Needle::is_in_text_index)
    }

    /// How many parts besides text are set.
    fn narrowed_otherwise(&self) -> usize {
        usize::from(!self.statuses.is_empty())
            + usize::from(self.role.is_some())
            + usize::from(self.group.is_some())
            + self.custom.len()
            + usize::from(self.created_from.is_some())
            + usize::from(self.created_before.is_some())
            + usize::from(self.unused_since.is_some())
    }

    /// The one status that the list is narrowed to, when it is narrowed to nothing else.
    pub(super) fn only_status(&self) -> Option<StatusFilter> {
        match self.statuses.as_slice() {
            [status] if self.needles().is_empty() && self.narrowed_otherwise() == 1 => Some(*status),
            _ => None,
        }
    }

    /// The one group that the list is narrowed to, when it is narrowed to nothing else.
    pub(super) fn only_group(&self) -> Option<GroupId> {
        self.group.filter(|_| self.needles().is_empty() && self.narrowed_otherwise() == 1)
    }

    /// Whether the list is narrowed to what one attribute holds, and to nothing else.
    pub(super) fn is_only_one_value(&self) -> bool {
        self.custom.len() == 1 && self.needles().is_empty() && self.narrowed_otherwise() == 1
    }

    /// The texts to look for, folded; blank ones are left out.
    pub(super) fn needles(&self) -> Vec<Needle> {
        let mut needles: Vec<Needle> = self
            .quick
            .split_whitespace()
            .map(|word| Needle { columns: &TEXT_COLUMNS, text: text::fold(word) })
            .collect();
        let fields: [(&'static [&'static str], &str); 4] = [
            (&TEXT_COLUMNS[0..1], &self.last_name),
            (&TEXT_COLUMNS[1..2], &self.first_name),
            (&TEXT_COLUMNS[2..3], &self.username),
            (&TEXT_COLUMNS[3..4], &self.email),
        ];
        for (columns, wanted) in fields {
            let text = text::fold(wanted.trim());
            if !text.is_empty() {
                needles.push(Needle { columns, text });
            }
        }
        needles
    }

    /// Whether few accounts can match, for a reason that an index knows; text is weighed elsewhere.
    pub(super) fn is_rare_by_nature(&self) -> bool {
        let rare = |status: &StatusFilter| {
            matches!(
                status,
                StatusFilter::Locked | StatusFilter::PendingPasswordReset | StatusFilter::PendingFirstPassword
            )
        };
        (!self.statuses.is_empty() && self.statuses.iter().all(rare))
            || matches!(self.role, Some(RoleFilter::Any | RoleFilter::Role(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_28_and_es_33_blank_fields_are_no_criteria() {
        let filter = Filter { last_name: "  ".into(), quick: " \t".into(), ..Filter::default() };
        assert!(filter.is_empty());
        assert!(!Filter { last_name: " ng ".into(), ..Filter::default() }.is_empty());
        assert_eq!(Filter { last_name: " Ng ".into(), ..Filter::default() }.needles()[0].text, "ng");
    }
}
