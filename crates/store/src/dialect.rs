//! The complete list of places where the two databases differ, each with its reason.

/// Which database a statement is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, inside the process.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The name that stands in file names of migrations.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    /// Beginning a transaction that changes rows. SQLite must take its one write lock at once: a transaction that
    /// reads first and writes later may find that another one was faster, and can only give up.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Dialect::Sqlite => "begin immediate",
            Dialect::Postgres => "begin",
        }
    }

    /// Beginning a transaction that only reads, and sees one snapshot throughout. SQLite does so by nature.
    pub(crate) fn begin_read(self) -> &'static str {
        match self {
            Dialect::Sqlite => "begin",
            Dialect::Postgres => "begin isolation level repeatable read read only",
        }
    }

    /// How many rows a hot counter is spread over. PostgreSQL's writers would queue for a single row.
    pub fn counter_shards(self) -> u64 {
        match self {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 16,
        }
    }

    /// What ends an `exists (…)` that is to be asked of each row that is met. PostgreSQL would rather join all that it
    /// holds for first, half a million perhaps for a page of 25; an offset keeps it from that.
    pub fn for_each_row(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " offset 0",
        }
    }

    /// Whether `needle` stands anywhere in `column`; both sides are folded text, so that case doesn't count.
    /// PostgreSQL finds it through a trigram index, which serves `like` only; SQLite has `instr`. What makes up no
    /// trigram is not asked of that index: PostgreSQL would read all of it, which takes longer than the table.
    pub fn contains(self, sql: &mut crate::Sql, column: &str, needle: &str) {
        match self {
            Dialect::Sqlite => sql.push("instr(").push(column).push(", ").bind(needle).push(") > 0"),
            Dialect::Postgres if needle.chars().filter(|char| char.is_alphanumeric()).count() < 3 => {
                sql.push("strpos(").push(column).push(", ").bind(needle).push(") > 0")
            }
            Dialect::Postgres => {
                let escaped = needle.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                sql.push(column).push(" like ").bind(format!("%{escaped}%"))
            }
        };
    }

    /// How many tables have the name `$1`: one or none. Each database keeps its list of tables in a place of its own.
    pub(crate) fn count_tables(self) -> &'static str {
        match self {
            Dialect::Sqlite => "select count(*) from sqlite_schema where type = 'table' and name = $1",
            Dialect::Postgres => "select count(*) from pg_class where oid = to_regclass($1::text)",
        }
    }

    /// The placeholder style and the types of a migration. SQLite calls a key that counts upwards
    /// `integer primary key` and would read `$1` as a name numbered by first appearance.
    pub(crate) fn spell(self, sql: &str) -> String {
        match self {
            Dialect::Sqlite => sql.replace("{sequence}", "integer primary key"),
            Dialect::Postgres => sql.replace("{sequence}", "bigint generated always as identity primary key"),
        }
    }
}

/// `$1` as SQLite numbers it: `?1`.
pub(crate) fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_ordinary_characters() {
        let mut sql = crate::Sql::default();
        Dialect::Postgres.contains(&mut sql, "username_n", "a_bc%\\");
        assert_eq!(sql.values(), [crate::Value::from("%a\\_bc\\%\\\\%")]);
    }

    #[test]
    fn too_little_for_a_trigram_is_not_asked_of_the_index() {
        let mut sql = crate::Sql::default();
        Dialect::Postgres.contains(&mut sql, "username_n", "a_b%");
        assert_eq!(sql.text(), "strpos(username_n, $1) > 0");
        assert_eq!(sql.values(), [crate::Value::from("a_b%")]);
    }
}
