//! The stretches of an ordered list, each walked along one index.

use store::{Sql, Value};

use super::sort::{Column, Place, Sort};

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
/// or backwards. `edge` is the value of the first column that a walk through the whole list meets first, if it is
/// known.
pub(super) fn stretches(sort: Sort, from: Option<&Place>, backwards: bool, edge: Option<Value>) -> Vec<Stretch> {
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
    if let Some(edge) = edge.filter(|edge| !bounds.contains(edge)) {
        let at = bounds.iter().position(|bound| less(&edge, bound)).unwrap_or(bounds.len());
        bounds.insert(at, edge);
    }
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
        stretches(sort, from, backwards, None)
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
        assert_eq!(stretches(sort, None, true, None)[0].order, "last_k desc, first_k desc, username_k desc, id desc");
    }

    #[test]
    fn descending_by_status_walks_one_status_after_the_other() {
        let sort = Sort { column: Column::Status, descending: true };
        assert_eq!(conditions(sort, None, false), [" and status = $1"; 4]);
        // From "enabled" downwards there is the rest of the enabled ones, then the disabled ones.
        assert_eq!(conditions(sort, Some(&place(1_i64)), false).len(), 2);
        assert_eq!(conditions(sort, Some(&place(1_i64)), true).len(), 3);
        assert_eq!(stretches(sort, None, false, None)[0].order, "status desc, last_k, first_k, username_k, id");
    }

    #[test]
    fn descending_by_last_sign_in_leaves_the_many_who_never_did_to_themselves() {
        let sort = Sort { column: Column::LastSignIn, descending: true };
        let expected = [" and last_sign_in_at > $1", " and last_sign_in_at = $1", " and last_sign_in_at < $1"];
        assert_eq!(conditions(sort, None, false), expected);
    }

    #[test]
    fn those_at_the_edge_are_walked_by_themselves() {
        let sort = Sort { column: Column::FirstName, descending: true };
        let stretches = stretches(sort, None, false, Some(Value::Bytes(vec![200])));
        let conditions: Vec<_> = stretches.iter().map(|stretch| stretch.condition.text()).collect();
        let expected = [
            " and first_k > $1",
            " and first_k = $1",
            " and first_k < $1 and first_k > $2",
            " and first_k = $1",
            " and first_k < $1",
        ];
        assert_eq!(conditions, expected);
    }
}
