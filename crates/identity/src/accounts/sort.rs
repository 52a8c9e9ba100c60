//! The orders a list can have: closed lists of columns, each total, each with an index.

use base::AccountId;
use store::{Row, Value};

use super::status::Status;

/// What a list is sorted by first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Column {
    /// Family name, then given name, then username.
    #[default]
    LastName,
    /// Given name, then family name, then username.
    FirstName,
    /// Username.
    Username,
    /// E-mail address, then identifier: several accounts may have none.
    Email,
    /// Status, then family name, given name, username.
    Status,
    /// Last sign-in, then family name, given name, username.
    LastSignIn,
    /// Creation, then family name, given name, username.
    Created,
}

/// A column and its direction. Descending turns the first column only; the others stay ascending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The first column.
    pub column: Column,
    /// Whether the first column descends.
    pub descending: bool,
}

impl Column {
    /// Every column, in the order of the table.
    pub const ALL: [Column; 7] = [
        Column::LastName,
        Column::FirstName,
        Column::Username,
        Column::Email,
        Column::Status,
        Column::LastSignIn,
        Column::Created,
    ];

    /// Its name in URLs, as `last`.
    pub fn code(self) -> &'static str {
        match self {
            Column::LastName => "last",
            Column::FirstName => "first",
            Column::Username => "username",
            Column::Email => "email",
            Column::Status => "status",
            Column::LastSignIn => "sign-in",
            Column::Created => "created",
        }
    }

    /// The column with this [`Column::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Column::ALL.into_iter().find(|column| column.code() == code)
    }

    /// The columns that decide when this one is equal.
    pub fn secondary(self) -> &'static [Column] {
        use Column::{FirstName, LastName, Username};
        match self {
            LastName => &[FirstName, Username],
            FirstName => &[LastName, Username],
            Username | Column::Email => &[],
            Column::Status | Column::LastSignIn | Column::Created => &[LastName, FirstName, Username],
        }
    }

    pub(super) fn sql(self) -> &'static str {
        match self {
            Column::LastName => "last_k",
            Column::FirstName => "first_k",
            Column::Username => "username_k",
            Column::Email => "email_k",
            Column::Status => "status",
            Column::LastSignIn => "last_sign_in_at",
            Column::Created => "created_at",
        }
    }

    /// Reads its sorting value from a row.
    pub(super) fn read(self, row: &Row<'_>, index: usize) -> store::Result<Value> {
        Ok(match self {
            Column::Status | Column::LastSignIn | Column::Created => Value::Int(row.get(index)?),
            _ => Value::Bytes(row.get(index)?),
        })
    }

    /// Values that very many accounts may share. Going down the column, each is walked by itself: the database
    /// would otherwise sort all that share it to put the other columns upwards.
    pub(super) fn shared(self) -> Vec<Value> {
        match self {
            Column::Status => Status::ALL.map(|status| Value::Int(status.rank())).to_vec(),
            Column::LastSignIn => vec![Value::Int(0)],
            Column::LastName | Column::FirstName | Column::Email => vec![Value::Bytes(base::text::sort_key(""))],
            Column::Username | Column::Created => Vec::new(),
        }
    }
}

impl Sort {
    /// The columns of the order after the first, the identifier last, so that the order is total.
    pub(super) fn rest(self) -> Vec<&'static str> {
        let mut columns: Vec<_> = self.column.secondary().iter().map(|column| column.sql()).collect();
        columns.push("id");
        columns
    }

    /// Every column of the order, separated by commas.
    pub(super) fn columns(self) -> String {
        let mut columns = vec![self.column.sql()];
        columns.extend(self.rest());
        columns.join(", ")
    }

    pub(super) fn order_of(self, first_descends: bool, rest_descends: bool) -> String {
        let way = |descends| if descends { " desc" } else { "" };
        let rest: Vec<_> = self.rest().iter().map(|column| format!("{column}{}", way(rest_descends))).collect();
        format!("{}{}, {}", self.column.sql(), way(first_descends), rest.join(", "))
    }
}

/// A place in a list: the values of its sorting columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) first: Value,
    pub(super) rest: Vec<Value>,
}

impl Place {
    /// Reads a place from a row that selected [`Sort::columns`], beginning at column `from`.
    pub(super) fn read(sort: Sort, row: &Row<'_>, from: usize) -> store::Result<Self> {
        let first = sort.column.read(row, from)?;
        let keys = sort.column.secondary().len();
        let mut rest = Vec::with_capacity(keys + 1);
        for index in 0..keys {
            rest.push(Value::Bytes(row.get(from + 1 + index)?));
        }
        rest.push(row.id::<AccountId>(from + 1 + keys)?.into());
        Ok(Place { first, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_code_and_nothing_else_is() {
        for column in Column::ALL {
            assert_eq!(Column::from_code(column.code()), Some(column));
        }
        assert_eq!(Column::from_code("password_hash"), None);
    }
}
