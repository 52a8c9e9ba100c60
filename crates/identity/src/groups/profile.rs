//! What an administrator enters about a group, and the rules for it.

use base::text::{fold, has_hidden_signs, length, nfc};

use super::Group;
use crate::Problem;
use crate::events::FieldChange;

/// Most characters of a name.
pub const MAX_NAME: usize = 128;
/// Most characters of a description.
pub const MAX_DESCRIPTION: usize = 500;

/// What an administrator enters about a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupProfile {
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Whether only a super administrator may change it and the accounts in it.
    pub is_protected: bool,
}

impl GroupProfile {
    /// What `group` holds.
    pub fn of(group: &Group) -> Self {
        GroupProfile {
            name: group.name.clone(),
            description: group.description.clone(),
            is_protected: group.is_protected,
        }
    }

    /// The profile in the form that is kept.
    ///
    /// Errors: every rule that it breaks.
    pub(super) fn checked(self) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = line("name", &self.name, MAX_NAME, &mut problems);
        if name.is_empty() {
            problems.push(Problem::new("name", "REQUIRED_MISSING", "Enter a name."));
        }
        let description = line("description", &self.description, MAX_DESCRIPTION, &mut problems);
        let checked = GroupProfile { name, description, is_protected: self.is_protected };
        if problems.is_empty() { Ok(checked) } else { Err(problems) }
    }

    /// Whether it follows the rules.
    ///
    /// Errors: every rule that it breaks.
    pub(crate) fn check(self) -> Result<(), Vec<Problem>> {
        self.checked().map(drop)
    }

    /// The name as it is compared.
    pub(super) fn folded_name(&self) -> String {
        fold(&self.name)
    }

    /// What is otherwise in `group`.
    pub(super) fn differences(&self, group: &Group) -> Vec<FieldChange> {
        let before = GroupProfile::of(group);
        let yes_or_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let fields = [
            ("name", before.name, self.name.clone()),
            ("description", before.description, self.description.clone()),
            ("protected", yes_or_no(before.is_protected), yes_or_no(self.is_protected)),
        ];
        let value = |text: String| Some(text).filter(|text| !text.is_empty());
        fields
            .into_iter()
            .filter(|(_, before, after)| before != after)
            .map(|(field, before, after)| FieldChange {
                field: field.into(),
                before: value(before),
                after: value(after),
            })
            .collect()
    }
}

/// What is said when a name is another group's.
pub(super) fn taken() -> Problem {
    Problem::new("name", "GROUP_TAKEN", "There is a group of this name already. Choose another name.")
}

/// A single line of text as it is kept, with what is wrong with it.
fn line(field: &str, text: &str, most: usize, problems: &mut Vec<Problem>) -> String {
    let text = nfc(text.trim()).into_owned();
    if length(&text) > most {
        problems.push(Problem::new(field, "TOO_LONG", format!("Enter at most {most} characters.")));
    }
    if has_hidden_signs(&text) {
        problems.push(Problem::new(field, "BAD_VALUE", "Remove line breaks and invisible control characters."));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, description: &str) -> Vec<(String, String)> {
        let profile = GroupProfile { name: name.into(), description: description.into(), is_protected: false };
        let problems = profile.checked().err().unwrap_or_default();
        problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn es_200_a_name_has_1_to_128_visible_characters() {
        assert_eq!(problems(" Law faculty ", ""), []);
        assert_eq!(problems(&"é".repeat(128), &"d".repeat(500)), []);
        assert_eq!(problems("  ", ""), [("name".into(), "REQUIRED_MISSING".into())]);
        assert_eq!(problems(&"n".repeat(129), ""), [("name".into(), "TOO_LONG".into())]);
        assert_eq!(problems("a\u{202e}b", ""), [("name".into(), "BAD_VALUE".into())]);
        assert_eq!(problems("a", &"d".repeat(501)), [("description".into(), "TOO_LONG".into())]);
        assert_eq!(problems("a", "one\ntwo"), [("description".into(), "BAD_VALUE".into())]);
    }
}
