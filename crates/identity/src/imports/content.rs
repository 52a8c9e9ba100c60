//! What columns without names hold, guessed from the first rows.

use std::collections::{BTreeMap, HashSet};

use super::Field;
use crate::accounts::rules::EmailAddress;

/// One column's share of rows for which something holds, in percent of those that aren't blank.
type Percent = usize;

/// The columns of `rows` that look like addresses, usernames and names.
pub(super) fn guess(rows: &[Vec<String>]) -> BTreeMap<Field, usize> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let column = |index: usize| rows.iter().map(move |row| row.get(index).map_or("", |cell| cell.trim()));
    let mut found = BTreeMap::new();
    let mut free: Vec<usize> = (0..width).collect();
    let email = free.iter().copied().find(|index| share(column(*index), is_email) >= 80);
    if let Some(email) = email {
        found.insert(Field::Email, email);
        free.retain(|index| *index != email);
    }
    let locals: Vec<String> = email.map_or_else(Vec::new, |email| column(email).map(local_part).collect());
    // Given names can look like usernames; usernames mostly are what stands before the @.
    let like_address = |index: usize| match email {
        Some(email) => {
            column(index).zip(column(email)).filter(|(name, email)| email.starts_with(&format!("{name}@"))).count()
        }
        None => 0,
    };
    let username = free
        .iter()
        .copied()
        .filter(|index| share(column(*index), is_username) == 100 && differs(column(*index)))
        .max_by_key(|index| (like_address(*index), usize::MAX - index));
    if let Some(username) = username {
        found.insert(Field::Username, username);
        free.retain(|index| *index != username);
    }
    free.retain(|index| share(column(*index), is_name) >= 90);
    // Names mostly stand in the address too, the given name first.
    let in_address = |index: usize| {
        let places = column(index).zip(&locals).filter_map(|(name, local)| local.find(&letters(name)?));
        let places: Vec<usize> = places.collect();
        (!places.is_empty()).then(|| places.iter().sum::<usize>() * 100 / places.len())
    };
    let mut names: Vec<(usize, usize)> = free.iter().filter_map(|index| Some((in_address(*index)?, *index))).collect();
    names.sort_unstable();
    let mut names: Vec<usize> = names.into_iter().map(|(_, index)| index).take(2).collect();
    if names.len() < 2 {
        names = free.into_iter().take(2).collect();
    }
    if let [first, last] = names[..] {
        found.insert(Field::FirstName, first);
        found.insert(Field::LastName, last);
    }
    found
}

fn share<'a>(cells: impl Iterator<Item = &'a str>, holds: fn(&str) -> bool) -> Percent {
    let (mut all, mut good) = (0, 0);
    for cell in cells.filter(|cell| !cell.is_empty()) {
        all += 1;
        good += usize::from(holds(cell));
    }
    (good * 100).checked_div(all).unwrap_or(0)
}

/// Whether no two cells are the same, as names of accounts are.
fn differs<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = HashSet::new();
    cells.filter(|cell| !cell.is_empty()).all(|cell| seen.insert(base::text::fold(cell)))
}

fn is_email(cell: &str) -> bool {
    EmailAddress::parse(cell).is_ok()
}

/// A name with a letter in it, and without blanks and commas.
fn is_username(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
        && cell.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-@".contains(sign))
        && cell.starts_with(|sign: char| sign.is_ascii_alphanumeric())
}

fn is_name(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && cell.chars().all(|sign| sign.is_alphabetic() || " .,'’-".contains(sign))
}

fn local_part(address: &str) -> String {
    let local = address.split('@').next().unwrap_or_default();
    local.chars().filter(char::is_ascii_alphabetic).flat_map(char::to_lowercase).collect()
}

/// The letters of a name as an address holds them; `None` when it couldn't hold them.
fn letters(name: &str) -> Option<String> {
    let letters: String = name.chars().filter(|sign| sign.is_alphabetic()).flat_map(char::to_lowercase).collect();
    (letters.is_ascii() && letters.len() > 1).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(rows: &[&str]) -> Vec<(Field, usize)> {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.split('|').map(str::to_owned).collect()).collect();
        guess(&rows).into_iter().collect()
    }

    #[test]
    fn names_are_found_by_the_address() {
        let rows = [
            "Finance, EMEA|kwame.nguyen0@example.com|Nguyễn|Kwame|kwame.nguyen0",
            "R&D|mary.smithjr1@example.com|Smith, Jr.|Mary|mary.smithjr1",
            "Legal|jean.smith@example.com|Smith|Jean|jean.smith2",
        ];
        let expected = [(Field::Username, 4), (Field::FirstName, 3), (Field::LastName, 2), (Field::Email, 1)];
        assert_eq!(guessed(&rows), expected);
    }

    #[test]
    fn names_are_taken_in_order_when_nothing_tells() {
        let rows = ["amy|x17@example.com|Ämy|Öz", "bob|x18@example.com|Bób|Ñg"];
        let expected = [(Field::Username, 0), (Field::FirstName, 2), (Field::LastName, 3), (Field::Email, 1)];
        assert_eq!(guessed(&rows), expected);
    }
}
