//! A three-valued change: leave a value alone, clear it, or set it.

/// What a partial update wants with one field; shared by SCIM PATCH, REST, forms and imports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The field was not mentioned.
    #[default]
    Keep,
    /// The field was mentioned and is to be empty.
    Clear,
    /// The field was mentioned with a value.
    Set(T),
}

impl<T> Change<T> {
    /// What `current` becomes under this change.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Change::Keep => current,
            Change::Clear => None,
            Change::Set(value) => Some(value),
        }
    }

    /// Whether the field is left alone.
    pub fn is_keep(&self) -> bool {
        matches!(self, Change::Keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_does_what_it_says() {
        assert_eq!(Change::Keep.apply(Some(1)), Some(1));
        assert_eq!(Change::Clear.apply(Some(1)), None);
        assert_eq!(Change::Set(2).apply(Some(1)), Some(2));
        assert!(Change::<u8>::default().is_keep());
    }
}
