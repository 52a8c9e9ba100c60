//! Building a statement from parts, its values always bound.

use std::fmt::Write;

use crate::Value;

/// A statement that grows: text on one side, values on the other, so that no value ever becomes text.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// A statement that begins with `text`.
    pub fn new(text: &str) -> Self {
        Sql { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text as it stands; for constants of the program only.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder and the value bound to it.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // Writing to a String can't fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds placeholders for `values`, separated by commas; `null` when there are none, so that `in (…)` stays valid.
    pub fn bind_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let before = self.values.len();
        for value in values {
            if self.values.len() > before {
                self.push(", ");
            }
            self.bind(value);
        }
        if self.values.len() == before {
            self.push("null");
        }
        self
    }

    /// The text, with `$1`, `$2`, … .
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values, in the order of their placeholders.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bound_and_never_become_text() {
        let mut sql = Sql::new("select 1 from t where a = ");
        sql.bind("'; drop table t")
            .push(" and b in (")
            .bind_all([1_i64, 2])
            .push(") and c in (")
            .bind_all([0_i64; 0])
            .push(")");
        assert_eq!(sql.text(), "select 1 from t where a = $1 and b in ($2, $3) and c in (null)");
        assert_eq!(sql.values().len(), 3);
    }
}
