//! Values of columns that mean others, as lines of a form.

use identity::drafts::Draft;
use identity::imports::Import;

use super::map::Constant;
use crate::fields::Fields;
use crate::input::Problems;

/// More lines than these are no translation but a table of its own.
const MOST_LINES: usize = 500;

/// Values with what they mean.
type Values = Vec<(String, String)>;

/// Reads what was entered, column by column.
pub(super) fn read(import: &Import, form: &Fields, problems: &mut Problems) -> Vec<(String, Values)> {
    let mut found = Vec::new();
    for (index, column) in import.columns().iter().enumerate() {
        let place = place(index);
        let mut values = Values::new();
        for line in form.text(&place).lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_once('=') {
                Some((from, to)) => values.push((from.trim().to_owned(), to.trim().to_owned())),
                None => problems.add(&place, format!("Write “{line}” with an equals sign, as yes = enabled")),
            }
        }
        if values.len() > MOST_LINES {
            problems.add(&place, format!("Enter at most {MOST_LINES} lines"));
        }
        if !values.is_empty() {
            found.push((column.name.clone(), values));
        }
    }
    found
}

/// The fields of the form, one for each column that holds no passwords.
pub(super) fn fields(draft: &Draft, import: &Import, problems: &Problems) -> Vec<Constant> {
    let columns = import.columns().iter().enumerate().filter(|(index, _)| !import.is_secret(*index));
    let field = columns.map(|(index, column)| {
        let lines: Vec<String> = of(draft, &column.name).iter().map(|(from, to)| format!("{from} = {to}")).collect();
        let name = place(index);
        Constant { input: problems.input(&name, lines.join("\n")), name, label: column.name.clone() }
    });
    field.collect()
}

/// What the values of a column mean.
pub(super) fn of<'a>(draft: &'a Draft, column: &str) -> &'a [(String, String)] {
    let found = draft.choices.translations.iter().find(|(name, _)| name == column);
    found.map(|(_, values)| values.as_slice()).unwrap_or_default()
}

fn place(index: usize) -> String {
    format!("values{index}")
}
