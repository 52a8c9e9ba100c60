//! What can be chosen.

use std::collections::HashMap;

use base::text::{fold, has_hidden_signs, length, nfc};
use serde::{Deserialize, Serialize};

use super::MAX_LABEL;
use crate::Problem;

/// Most choices of an attribute.
const MAX_CHOICES: usize = 10_000;

/// One of the things that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is kept.
    pub code: String,
    /// What people call it.
    pub label: String,
}

impl Choice {
    /// Reads choices as an administrator types them: one a line, `label | code`, or a label that is its own code.
    pub fn from_lines(text: &str) -> Vec<Choice> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .map(|line| {
                let (label, code) = line.rsplit_once('|').unwrap_or((line, line));
                let (label, code) = (nfc(label.trim()).into_owned(), nfc(code.trim()).into_owned());
                if code.is_empty() { Choice { code: label.clone(), label } } else { Choice { code, label } }
            })
            .collect()
    }

    /// Choices as an administrator types them.
    pub fn to_lines(choices: &[Choice]) -> String {
        let lines = choices.iter().map(|choice| match choice {
            Choice { code, label } if code == label => label.clone(),
            Choice { code, label } => format!("{label} | {code}"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What is wrong with a list of choices.
pub(super) fn problems_of(choices: &[Choice]) -> Vec<Problem> {
    let problem = |code: &str, message: String| vec![Problem::new("choices", code, message)];
    if choices.is_empty() {
        return problem("REQUIRED_MISSING", "Enter at least one choice, each on a line of its own.".into());
    }
    if choices.len() > MAX_CHOICES {
        return problem("TOO_MANY", format!("Enter at most 10,000 choices; these are {}.", choices.len()));
    }
    let mut codes: HashMap<&str, usize> = HashMap::with_capacity(choices.len());
    let mut labels: HashMap<String, usize> = HashMap::with_capacity(choices.len());
    for (index, choice) in choices.iter().enumerate() {
        let line = index + 1;
        for text in [&choice.label, &choice.code] {
            if text.is_empty() {
                return problem("REQUIRED_MISSING", format!("Choice {line} has no label."));
            }
            if length(text) > MAX_LABEL {
                return problem("TOO_LONG", format!("Choice {line} is longer than {MAX_LABEL} characters."));
            }
            // A code is written without a bar, so that it can be typed as it is shown.
            if has_hidden_signs(text) || text.contains('|') {
                return problem("BAD_VALUE", format!("Choice {line} has a sign that can't be used: {text:?}."));
            }
        }
        if let Some(first) = codes.insert(&choice.code, line) {
            let message = format!("The code {:?} is used twice, by choices {first} and {line}.", choice.code);
            return problem("TWICE", message);
        }
        if let Some(first) = labels.insert(fold(&choice.label), line) {
            let message = format!("The label {:?} is used twice, by choices {first} and {line}.", choice.label);
            return problem("TWICE", message);
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_201_choices_are_lines_of_labels_and_codes() {
        let choices = Choice::from_lines("Computing | CMP\n\n  Law|LAW \nHistory\nArt |\n");
        let codes: Vec<_> = choices.iter().map(|choice| (choice.label.as_str(), choice.code.as_str())).collect();
        assert_eq!(codes, [("Computing", "CMP"), ("Law", "LAW"), ("History", "History"), ("Art", "Art")]);
        assert_eq!(Choice::to_lines(&choices), "Computing | CMP\nLaw | LAW\nHistory\nArt");
        assert_eq!(Choice::from_lines(&Choice::to_lines(&choices)), choices);
        assert_eq!(problems_of(&choices), []);
    }

    #[test]
    fn es_201_choices_that_can_not_be_told_apart_are_refused() {
        let code = |text: &str| problems_of(&Choice::from_lines(text)).pop().map(|problem| problem.code);
        assert_eq!(code("").as_deref(), Some("REQUIRED_MISSING"));
        assert_eq!(code("| A").as_deref(), Some("REQUIRED_MISSING"));
        assert_eq!(code("One | A\nTwo | A").as_deref(), Some("TWICE"));
        assert_eq!(code("One | A\nONE | B").as_deref(), Some("TWICE"));
        assert_eq!(code("a | b | c").as_deref(), Some("BAD_VALUE"));
        assert_eq!(code(&"x".repeat(129)).as_deref(), Some("TOO_LONG"));
        let many = |count: usize| (0..count).map(|n| format!("Choice {n}")).collect::<Vec<_>>().join("\n");
        assert_eq!(code(&many(10_000)), None);
        assert_eq!(code(&many(10_001)).as_deref(), Some("TOO_MANY"));
    }
}
