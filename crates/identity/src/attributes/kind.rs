//! What kinds of values there are.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $code:literal, $words:literal;)+) => {
        /// What kind of values an attribute has.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $name),+ }

        impl Kind {
            /// Every kind, in the order to offer them.
            pub const ALL: &[Kind] = &[$(Kind::$name),+];

            /// A stable name, as `long_text`.
            pub fn code(self) -> &'static str {
                match self { $(Kind::$name => $code),+ }
            }

            /// What people call it.
            pub fn words(self) -> &'static str {
                match self { $(Kind::$name => $words),+ }
            }
        }
    };
}

kinds! {
    /// One line.
    #[default]
    Text => "text", "Text";
    /// Several lines.
    LongText => "long_text", "Long text";
    /// A decimal number of any size, kept as it is.
    Number => "number", "Number";
    /// `true` or `false`.
    Boolean => "boolean", "Yes or no";
    /// A day, as `2026-01-31`.
    Date => "date", "Date";
    /// A number with its country, as `+442079460000`.
    Phone => "phone", "Phone";
    /// A mailbox.
    Email => "email", "Email";
    /// An address that begins with `http` or `https`.
    Url => "url", "Web address";
    /// One of a list.
    Choice => "choice", "Choice";
}

impl Kind {
    /// The kind with this [`Kind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Kind::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether a part of a value is looked for; of other kinds the whole value is.
    pub fn is_searched_in_parts(self) -> bool {
        matches!(self, Kind::Text | Kind::Phone | Kind::Email | Kind::Url)
    }

    /// Whether an account can have several values of this kind.
    pub fn can_be_multi(self) -> bool {
        !matches!(self, Kind::LongText | Kind::Boolean)
    }

    /// Whether values of this kind can be told apart, so that nobody has another's.
    pub fn can_be_unique(self) -> bool {
        !matches!(self, Kind::LongText | Kind::Boolean | Kind::Choice)
    }

    /// Whether accounts can be found by values of this kind.
    pub fn can_be_searchable(self) -> bool {
        self != Kind::LongText
    }

    /// Whether a pattern and a length can be asked of it.
    pub fn has_length(self) -> bool {
        matches!(self, Kind::Text | Kind::LongText)
    }

    /// Whether a least and a greatest value can be asked of it.
    pub fn has_range(self) -> bool {
        matches!(self, Kind::Number | Kind::Date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_code_that_leads_back_to_it_and_is_kept_under_it() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        assert_eq!(Kind::from_code("blob"), None);
    }
}
