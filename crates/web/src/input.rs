//! A field of a form as it is shown: what was typed, and what is wrong with it.

/// One field of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    /// What was typed, or is known; never a password.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
}

/// One of several values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, is_chosen: bool) -> Self {
        Choice { value: value.into(), label: label.into(), is_chosen }
    }

    /// All of a table of values, codes and labels, that with the code `chosen` marked.
    pub(crate) fn all<T>(table: &[(T, &str, &str)], chosen: &str) -> Vec<Choice> {
        table.iter().map(|(_, code, label)| Choice::new(*code, *label, *code == chosen)).collect()
    }
}

/// Something wrong, for the summary above a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormProblem {
    /// The field to go to; empty when it is no single one.
    pub(crate) field: String,
    /// What to do.
    pub(crate) message: String,
}

/// What is wrong with a form, field by field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<FormProblem>);

impl Problems {
    /// Adds a problem with `field`. A single sentence stands beside a field like a label, without its full stop.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        let mut message = message.into();
        if message.ends_with('.') && !message.contains(". ") {
            message.pop();
        }
        self.0.push(FormProblem { field: field.to_owned(), message });
    }

    /// The field `name` with what was typed and the first thing wrong with it.
    pub(crate) fn input(&self, name: &str, value: impl Into<String>) -> Input {
        let error = self.0.iter().find(|problem| problem.field == name).map(|problem| problem.message.clone());
        Input { value: value.into(), error }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_has_no_full_stop_and_two_keep_theirs() {
        let mut problems = Problems::default();
        for message in ["Enter a last name.", "Enter the same password twice", "It is taken. Choose another one."] {
            problems.add("field", message);
        }
        let messages: Vec<_> = problems.0.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            ["Enter a last name", "Enter the same password twice", "It is taken. Choose another one."]
        );
    }
}
