//! Where SQL may stand, and what it may say.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

use super::project::{File, Problem, Project};
use super::rust::{self, Literal};

const MIGRATIONS: &str = "crates/store/migrations/";

/// Writes outside `rows.rs`, and tables that two capabilities write.
pub(super) fn written(project: &Project) -> Vec<Problem> {
    let Some(tables) = Tables::of(project) else {
        return Vec::new();
    };
    let write = tables.pattern(r"\b(?:insert\s+(?:or\s+[a-z]+\s+)?into|update(?:\s+or\s+[a-z]+)?|delete\s+from)\s+");
    let mut problems = Vec::new();
    let mut writers: BTreeMap<String, BTreeMap<String, Problem>> = BTreeMap::new();
    for file in project.product() {
        for (literal, table) in found(file, &write) {
            let at_home = file.capability().filter(|_| is_rows(file));
            match at_home {
                None => problems.push(file.problem(literal.line, format!("{table} is written outside a rows.rs"))),
                Some(capability) => {
                    let problem = file.problem(literal.line, format!("{table} is written by another capability too"));
                    writers.entry(table).or_default().entry(capability.to_owned()).or_insert(problem);
                }
            }
        }
    }
    problems.extend(writers.into_values().filter(|by| by.len() > 1).flat_map(BTreeMap::into_values));
    problems
}

/// Reads outside `rows.rs` and `search.rs`.
pub(super) fn read(project: &Project) -> Vec<Problem> {
    let Some(tables) = Tables::of(project) else {
        return Vec::new();
    };
    let read = tables.pattern(r"\b(?:from|join)\s+");
    let mut problems = Vec::new();
    for file in project.product().filter(|file| file.capability().is_none() || !(is_rows(file) || is_search(file))) {
        let queries = found(file, &read).into_iter().filter(|(literal, _)| literal.text.contains("select "));
        problems.extend(queries.map(|(literal, table)| {
            file.problem(literal.line, format!("{table} is read outside a rows.rs or search.rs"))
        }));
    }
    problems
}

/// `lower()` and `upper()`: SQLite folds ASCII only, PostgreSQL by its locale. Compare normal forms instead.
pub(super) fn folding(project: &Project) -> Vec<Problem> {
    let fold = Regex::new(r"(?i)\b(lower|upper)\s*\(").expect("it is well formed");
    let what = |function: &str| format!("{function}() folds differently in each database; use a normalised column");
    let mut problems = Vec::new();
    for file in project.product() {
        for literal in rust::shipped(&file.text).strings {
            if let Some(found) = fold.captures(&literal.text) {
                problems.push(file.problem(literal.line, what(&found[1])));
            }
        }
    }
    for file in project.under(MIGRATIONS, ".sql") {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(found) = fold.captures(line.split("--").next().unwrap_or_default()) {
                problems.push(file.problem(index + 1, what(&found[1])));
            }
        }
    }
    problems
}

/// The tables that the migrations create.
struct Tables(BTreeSet<String>);

impl Tables {
    fn of(project: &Project) -> Option<Self> {
        let create = Regex::new(r"(?i)\bcreate\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?([a-z0-9_]+)")
            .expect("it is well formed");
        let migrations = project.under(MIGRATIONS, ".sql");
        let tables: BTreeSet<String> = migrations
            .flat_map(|file| create.captures_iter(&file.text).map(|found| found[1].to_owned()).collect::<Vec<_>>())
            .collect();
        (!tables.is_empty()).then_some(Self(tables))
    }

    /// What is looked for, followed by one of the tables.
    fn pattern(&self, before: &str) -> Regex {
        let tables: Vec<&str> = self.0.iter().map(String::as_str).collect();
        Regex::new(&format!("(?i){before}({})\\b", tables.join("|"))).expect("names of tables are words")
    }
}

/// Each table that a string of the file names after what the pattern looks for.
fn found(file: &File, pattern: &Regex) -> Vec<(Literal, String)> {
    let mut found = Vec::new();
    for literal in rust::shipped(&file.text).strings {
        for matched in pattern.captures_iter(&literal.text) {
            found.push((literal.clone(), matched[1].to_lowercase()));
        }
    }
    found
}

fn is_rows(file: &File) -> bool {
    file.name() == "rows.rs" || file.path.contains("/rows/")
}

fn is_search(file: &File) -> bool {
    file.name() == "search.rs"
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: (&str, &str) = (
        "crates/store/migrations/0001_accounts.sql",
        "-- lower() would be wrong here\ncreate table accounts (id uuid);\ncreate table if not exists sessions (id uuid);\n",
    );

    fn count(check: fn(&Project) -> Vec<Problem>, files: &[(&str, &str)]) -> usize {
        check(&Project::of(&[&[TABLES], files].concat())).len()
    }

    #[test]
    fn a_write_outside_rows_is_found() {
        for sql in [
            "insert into accounts (id) values ($1)",
            "update accounts set a = $1",
            "delete from accounts\n where id = $1",
        ] {
            let text = format!("fn a() {{ tx.execute(\"{sql}\"); }}");
            assert_eq!(count(written, &[("crates/identity/src/accounts/disable.rs", &text)]), 1, "{sql}");
            assert_eq!(count(written, &[("crates/web/src/console/rows.rs", &text)]), 1, "{sql}");
            assert_eq!(count(written, &[("crates/identity/src/accounts/rows.rs", &text)]), 0, "{sql}");
        }
    }

    #[test]
    fn two_writers_of_a_table_are_found() {
        let sql = "const A: &str = \"update sessions set ended = $1\";";
        let accounts = ("crates/identity/src/accounts/rows.rs", sql);
        assert_eq!(count(written, &[accounts, ("crates/identity/src/sessions/rows.rs", sql)]), 2);
        assert_eq!(count(written, &[accounts]), 0);
    }

    #[test]
    fn words_that_are_not_statements_are_no_writes() {
        let text =
            "/// update accounts\nconst A: &str = \"for update skip locked\"; const B: &str = \"Update the accounts\";";
        assert_eq!(count(written, &[("crates/identity/src/accounts/disable.rs", text)]), 0);
    }

    #[test]
    fn a_read_outside_rows_and_search_is_found() {
        let text = "const A: &str = \"select id\\n from accounts\\n where id = $1\";";
        assert_eq!(count(read, &[("crates/identity/src/accounts/disable.rs", text)]), 1);
        assert_eq!(count(read, &[("crates/identity/src/accounts/search.rs", text)]), 0);
        assert_eq!(count(read, &[("crates/identity/src/accounts/rows.rs", text)]), 0);
    }

    #[test]
    fn each_table_of_a_statement_counts() {
        let text = "const A: &str = \"select 1 from accounts join sessions on true\";";
        assert_eq!(count(read, &[("crates/identity/src/accounts/disable.rs", text)]), 2);
    }

    #[test]
    fn a_sentence_is_no_read() {
        let text = "const A: &str = \"removed from accounts\";";
        assert_eq!(count(read, &[("crates/identity/src/accounts/disable.rs", text)]), 0);
    }

    #[test]
    fn folding_case_in_sql_is_found() {
        assert_eq!(
            count(folding, &[("crates/identity/src/accounts/rows.rs", "const A: &str = \"where lower(name) = $1\";")]),
            1
        );
        assert_eq!(count(folding, &[("crates/store/migrations/0002_b.sql", "create index a on b (upper(c));")]), 1);
        assert_eq!(count(folding, &[("crates/identity/src/accounts/rows.rs", "fn a() { lower(b) }")]), 0);
    }
}
