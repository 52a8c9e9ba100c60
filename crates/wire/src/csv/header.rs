//! The names of the columns.

use std::collections::HashMap;

use super::Warning;

/// A name for each column: from the header's cells if there is one; unique apart from case, and never blank.
pub(super) fn column_names<'a>(header: impl Iterator<Item = &'a str>, warnings: &mut Vec<Warning>) -> Vec<String> {
    let mut names = Vec::new();
    // Each name in lower case, with the last number that was given to it.
    let mut taken = HashMap::new();
    for (index, cell) in header.enumerate() {
        let column = index + 1;
        // Spreadsheets break long headers into lines.
        let mut name = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            name = column_name(column);
            warnings.push(Warning::BlankHeader { column });
        } else if taken.contains_key(&name.to_lowercase()) {
            warnings.push(Warning::DuplicateHeader { name: name.clone(), column });
        }
        names.push(unique(&name, &mut taken));
    }
    names
}

/// The name of a column that has none in the file, counted from 1.
pub(super) fn column_name(column: usize) -> String {
    format!("Column {column}")
}

/// Takes the name, with the next free number if it is taken. Thousands of equal names cost no more than others.
fn unique(name: &str, taken: &mut HashMap<String, u32>) -> String {
    let folded = name.to_lowercase();
    let mut number = taken.get(&folded).copied().unwrap_or(0);
    let mut candidate = name.to_owned();
    while taken.contains_key(&candidate.to_lowercase()) {
        number += 1;
        candidate = format!("{name} ({number})");
    }
    taken.insert(candidate.to_lowercase(), 1);
    taken.insert(folded, number.max(1));
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_gets_a_name_of_its_own() {
        let mut warnings = Vec::new();
        let header = ["email", " Email ", "email (2)", "", "First\r\n name", "Column 7", ""];
        let names = column_names(header.into_iter(), &mut warnings);
        assert_eq!(
            names,
            ["email", "Email (2)", "email (2) (2)", "Column 4", "First name", "Column 7", "Column 7 (2)"]
        );
        assert_eq!(
            warnings,
            [
                Warning::DuplicateHeader { name: "Email".into(), column: 2 },
                Warning::DuplicateHeader { name: "email (2)".into(), column: 3 },
                Warning::BlankHeader { column: 4 },
                Warning::BlankHeader { column: 7 },
            ]
        );
    }
}
