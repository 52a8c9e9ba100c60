//! What of a definition changed, as the audit log remembers it.

use serde_json::{Map, Value as Json};

use super::{Definition, rows};
use crate::{Error, Result};

/// What `before` says otherwise than `after`, and the other way round, each as an object. Of choices only those that
/// came, went or were renamed are named: there may be thousands.
///
/// Errors: `Internal`.
pub(super) fn differences(before: &Definition, after: &Definition) -> Result<(Json, Json)> {
    Ok((only(before, after)?.into(), only(after, before)?.into()))
}

/// What `definition` says otherwise than `other`.
fn only(definition: &Definition, other: &Definition) -> Result<Map<String, Json>> {
    let (Json::Object(mut all), Json::Object(others)) = (rows::json(definition)?, rows::json(other)?) else {
        return Err(Error::Internal("a definition is no object".into()));
    };
    all.retain(|name, value| others.get(name) != Some(value));
    if let Some(Json::Array(choices)) = all.get_mut("choices") {
        let kept: std::collections::HashSet<(&str, &str)> =
            other.choices.iter().map(|choice| (choice.code.as_str(), choice.label.as_str())).collect();
        let text = |choice: &Json, name: &str| choice[name].as_str().unwrap_or_default().to_owned();
        choices.retain(|choice| !kept.contains(&(text(choice, "code").as_str(), text(choice, "label").as_str())));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Choice;
    use super::*;

    #[test]
    fn es_201_only_what_changed_is_remembered() {
        let with = |label: &str, choices: &str| Definition {
            label: label.into(),
            choices: Choice::from_lines(choices),
            ..Definition::default()
        };
        let (before, after) = differences(&with("Unit", "A\nB\nC | 3"), &with("Unit", "B\nA\nD\nC | 4")).unwrap();
        assert_eq!(before, json!({ "choices": [{ "code": "3", "label": "C" }] }));
        assert_eq!(after, json!({ "choices": [{ "code": "D", "label": "D" }, { "code": "4", "label": "C" }] }));
        let (before, after) = differences(&with("Unit", ""), &with("Team", "")).unwrap();
        assert_eq!((before, after), (json!({ "label": "Unit" }), json!({ "label": "Team" })));
    }
}
