//! The orders a list can have: closed lists of columns, each total, each with an index.

use base::AccountId;
use store::{Row, Sql, Value};

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

    fn sql(self) -> &'static str {
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

    /// Values that very many accounts may share. Going down the column, each is walked by itself: the database
    /// would otherwise sort all that share it to put the other columns upwards.
    fn shared(self) -> Vec<Value> {
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
    fn rest(self) -> Vec<&'static str> {
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

    fn order_of(self, first_descends: bool, rest_descends: bool) -> String {
        let way = |descends| if descends { " desc" } else { "" };
        let rest: Vec<_> = self.rest().iter().map(|column| format!("{column}{}", way(rest_descends))).collect();
        format!("{}{}, {}", self.column.sql(), way(first_descends), rest.join(", "))
    }
}

/// A place in a list: the values of its sorting columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    first: Value,
    rest: Vec<Value>,
}

impl Place {
    /// Reads a place from a row that selected [`Sort::columns`], beginning at column `from`.
    pub(super) fn read(sort: Sort, row: &Row<'_>, from: usize) -> store::Result<Self> {
        let first = match sort.column {
            Column::Status | Column::LastSignIn | Column::Created => Value::Int(row.get(from)?),
            _ => Value::Bytes(row.get(from)?),
        };
        let keys = sort.column.secondary().len();
        let mut rest = Vec::with_capacity(keys + 1);
        for index in 0..keys {
            rest.push(Value::Bytes(row.get(from + 1 + index)?));
        }
        rest.push(row.id::<AccountId>(from + 1 + keys)?.into());
        Ok(Place { first, rest })
    }
}

/// A stretch of a list that one index walks: a condition and an order.
pub(super) struct Stretch {
    condition: Sql,
    pub(super) order: String,
}

impl Stretch {
    /// Adds the condition to `sql`, numbering its values anew.
    pub(super) fn push_condition(&self, sql: &mut Sql) {
        let mut parts = self.condition.text().split('$');
        sql.push(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(self.condition.values()) {
            sql.bind(value.clone());
            sql.push(part.trim_start_matches(|sign: char| sign.is_ascii_digit()));
        }
    }
}

/// The stretches of a list, one after the other, that lie beyond `from` — or make up the whole list — walked forwards
/// or backwards.
pub(super) fn stretches(sort: Sort, from: Option<&Place>, backwards: bool) -> Vec<Stretch> {
    let first_descends = sort.descending != backwards;
    if !sort.descending {
        // One direction for all columns: one index, one row-value comparison.
        let order = sort.order_of(first_descends, backwards);
        let condition = from.map(|place| beyond(sort, place, backwards)).unwrap_or_default();
        return vec![Stretch { condition, order }];
    }
    let mut all = Vec::new();
    if let Some(place) = from {
        // The rest of those that share the first value with the place.
        let mut condition = Sql::new(" and ");
        condition.push(sort.column.sql()).push(" = ").bind(place.first.clone()).push(" and ");
        compare(&mut condition, &sort.rest(), if backwards { " < " } else { " > " }, &place.rest);
        all.push(Stretch { condition, order: sort.order_of(first_descends, backwards) });
    }
    let mut bounds = sort.column.shared();
    if first_descends {
        bounds.reverse();
    }
    let comparison = if first_descends { " < " } else { " > " };
    let passed = |value: &Value| {
        from.is_some_and(|place| if first_descends { !less(value, &place.first) } else { !less(&place.first, value) })
    };
    let mut low = from.map(|place| place.first.clone());
    for value in bounds.into_iter().filter(|value| !passed(value)).map(Some).chain([None]) {
        // Those between the last shared value and the next one…
        let mut between = Sql::default();
        if let Some(low) = &low {
            between.push(" and ").push(sort.column.sql()).push(comparison).bind(low.clone());
        }
        if let Some(value) = &value {
            let until = if first_descends { " > " } else { " < " };
            between.push(" and ").push(sort.column.sql()).push(until).bind(value.clone());
        }
        // No status lies between two statuses.
        if sort.column != Column::Status {
            all.push(Stretch { condition: between, order: sort.order_of(first_descends, backwards) });
        }
        // …then those that share it.
        if let Some(value) = value {
            let mut same = Sql::new(" and ");
            same.push(sort.column.sql()).push(" = ").bind(value.clone());
            all.push(Stretch { condition: same, order: sort.order_of(first_descends, backwards) });
            low = Some(value);
        }
    }
    all
}

fn beyond(sort: Sort, place: &Place, backwards: bool) -> Sql {
    let mut columns = vec![sort.column.sql()];
    columns.extend(sort.rest());
    let mut values = vec![place.first.clone()];
    values.extend(place.rest.iter().cloned());
    let mut condition = Sql::new(" and ");
    compare(&mut condition, &columns, if backwards { " < " } else { " > " }, &values);
    condition
}

/// `(a, b) > ($1, $2)`.
fn compare(sql: &mut Sql, columns: &[&str], comparison: &str, values: &[Value]) {
    sql.push("(").push(&columns.join(", ")).push(")").push(comparison).push("(");
    sql.bind_all(values.iter().cloned()).push(")");
}

fn less(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a < b,
        (Value::Bytes(a), Value::Bytes(b)) => a < b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(sort: Sort, from: Option<&Place>, backwards: bool) -> Vec<String> {
        stretches(sort, from, backwards)
            .iter()
            .map(|stretch| {
                let mut sql = Sql::default();
                stretch.push_condition(&mut sql);
                sql.text().to_owned()
            })
            .collect()
    }

    fn place(first: impl Into<Value>) -> Place {
        Place {
            first: first.into(),
            rest: vec![Value::Bytes(vec![1]), Value::Bytes(vec![2]), Value::Bytes(vec![3]), Value::Null],
        }
    }

    #[test]
    fn ascending_lists_are_one_stretch() {
        let sort = Sort { column: Column::LastName, descending: false };
        let place = Place {
            first: Value::Bytes(vec![9]),
            rest: vec![Value::Bytes(vec![1]), Value::Bytes(vec![2]), Value::Null],
        };
        assert_eq!(
            conditions(sort, Some(&place), false),
            [" and (last_k, first_k, username_k, id) > ($1, $2, $3, $4)"]
        );
        assert_eq!(stretches(sort, None, true)[0].order, "last_k desc, first_k desc, username_k desc, id desc");
    }

    #[test]
    fn descending_by_status_walks_one_status_after_the_other() {
        let sort = Sort { column: Column::Status, descending: true };
        assert_eq!(conditions(sort, None, false), [" and status = $1"; 4]);
        // From "enabled" downwards there is the rest of the enabled ones, then the disabled ones.
        assert_eq!(conditions(sort, Some(&place(1_i64)), false).len(), 2);
        assert_eq!(conditions(sort, Some(&place(1_i64)), true).len(), 3);
        assert_eq!(stretches(sort, None, false)[0].order, "status desc, last_k, first_k, username_k, id");
    }

    #[test]
    fn descending_by_last_sign_in_leaves_the_many_who_never_did_to_themselves() {
        let sort = Sort { column: Column::LastSignIn, descending: true };
        let expected = [" and last_sign_in_at > $1", " and last_sign_in_at = $1", " and last_sign_in_at < $1"];
        assert_eq!(conditions(sort, None, false), expected);
    }

    #[test]
    fn every_column_is_found_by_its_code_and_nothing_else_is() {
        for column in Column::ALL {
            assert_eq!(Column::from_code(column.code()), Some(column));
        }
        assert_eq!(Column::from_code("password_hash"), None);
    }
}
