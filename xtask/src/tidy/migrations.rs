//! The names of migrations.

use std::collections::BTreeMap;

use regex_lite::Regex;

use super::project::{File, Problem, Project};

/// `NNNN_name.sql` for both databases, or the pair `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql`; numbers count
/// from 0001 without a gap.
pub(super) fn find(project: &Project) -> Vec<Problem> {
    let name = Regex::new(r"^(\d{4})_([a-z0-9_]+?)(?:\.(sqlite|postgres))?\.sql$").expect("it is well formed");
    let mut problems = Vec::new();
    let mut by_number: BTreeMap<u32, Vec<(&File, String, String)>> = BTreeMap::new();
    for file in project.under("crates/store/migrations/", "") {
        let Some(parts) = name.captures(file.name()) else {
            problems.push(file.problem(1, "a migration is called NNNN_name.sql, or .sqlite.sql and .postgres.sql"));
            continue;
        };
        let number = parts[1].parse().expect("four digits are a number");
        let engine = parts.get(3).map_or("both", |engine| engine.as_str());
        by_number.entry(number).or_default().push((file, parts[2].to_owned(), engine.to_owned()));
    }
    for (expected, (number, files)) in (1..).zip(&by_number) {
        let (first, ..) = files[0];
        if *number != expected {
            problems.push(first.problem(1, format!("number {expected:04} is missing before this one")));
        }
        let mut engines: Vec<&str> = files.iter().map(|(_, _, engine)| engine.as_str()).collect();
        engines.sort_unstable();
        if engines != ["both"] && engines != ["postgres", "sqlite"] {
            problems.push(first.problem(1, format!("{number:04} is written for {}", engines.join(", "))));
        }
        if files.iter().any(|(_, name, _)| *name != files[0].1) {
            problems.push(first.problem(1, format!("{number:04} has two names")));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(names: &[&str]) -> usize {
        let paths: Vec<String> = names.iter().map(|name| format!("crates/store/migrations/{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        find(&Project::of(&files)).len()
    }

    #[test]
    fn one_for_both_or_one_for_each_is_well() {
        assert_eq!(count(&["0001_accounts.sql", "0002_search.postgres.sql", "0002_search.sqlite.sql"]), 0);
        assert_eq!(count(&[]), 0);
    }

    #[test]
    fn one_for_a_single_database_is_found() {
        assert_eq!(count(&["0001_accounts.sqlite.sql"]), 1);
        assert_eq!(count(&["0001_accounts.sql", "0001_accounts.postgres.sql"]), 1);
    }

    #[test]
    fn doubled_and_missing_numbers_are_found() {
        assert_eq!(count(&["0001_accounts.sql", "0003_groups.sql"]), 1);
        assert_eq!(count(&["0001_accounts.postgres.sql", "0001_groups.sqlite.sql"]), 1);
        assert!(count(&["0001_accounts.sql", "0001_groups.sql"]) > 0);
    }

    #[test]
    fn other_names_are_found() {
        assert_eq!(count(&["accounts.sql"]), 1);
    }
}
