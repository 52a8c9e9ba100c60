//! Whether the first record of a sample names the columns.

use super::{FoundHeader, SampleRecord};

/// Words of column names that hardly ever are values themselves, folded to lower case.
const WORDS: [&str; 78] = [
    "name",
    "names",
    "username",
    "login",
    "userid",
    "uid",
    "id",
    "guid",
    "objectguid",
    "cn",
    "sn",
    "dn",
    "upn",
    "firstname",
    "givenname",
    "first",
    "lastname",
    "familyname",
    "surname",
    "last",
    "displayname",
    "fullname",
    "nickname",
    "email",
    "mail",
    "emailaddress",
    "address",
    "phone",
    "mobile",
    "telephone",
    "telephonenumber",
    "number",
    "department",
    "title",
    "position",
    "groups",
    "roles",
    "status",
    "enabled",
    "active",
    "created",
    "updated",
    "date",
    "password",
    "employee",
    "employeeid",
    "city",
    "country",
    "street",
    "zip",
    "postal",
    "locale",
    "language",
    "timezone", // English, LDAP
    "vorname",
    "nachname",
    "benutzername",
    "abteilung",
    "telefon",
    "kennwort",
    "passwort",
    "personalnummer",
    "eintrittsdatum", // German
    "nom",
    "prenom",
    "prénom",
    "courriel",
    "téléphone",
    "identifiant", // French
    "nombre",
    "apellido",
    "apellidos",
    "correo",
    "usuario",
    "teléfono", // Spanish
    "cognome",
    "utente",
    "sobrenome", // Italian, Portuguese
];

/// Judges the first of the records, of which there is one at least.
pub(super) fn find(records: &[SampleRecord]) -> FoundHeader {
    let Some((first, others)) = records.split_first() else {
        return FoundHeader::Default;
    };
    // No header is an address, whatever else it says.
    if first.cells.iter().any(|cell| is_email(cell.trim())) {
        return FoundHeader::Values;
    }
    let words = first.cells.iter().filter(|cell| is_named(cell)).count();
    let values = first
        .cells
        .iter()
        .enumerate()
        .filter(|(column, cell)| is_value(cell.trim()) || is_repeated(*column, cell, first, others))
        .count();
    if values > words {
        FoundHeader::Values
    } else if words > 0 {
        FoundHeader::Words
    } else {
        FoundHeader::Default
    }
}

/// Whether one of the words of the cell is one of column names: `E-Mail (work)`, `givenName`, `First_Name`.
fn is_named(cell: &str) -> bool {
    let mut word = String::new();
    let mut was_lower = false;
    for character in cell.chars().chain([' ']) {
        if !character.is_alphanumeric() || (was_lower && character.is_uppercase()) {
            if WORDS.contains(&word.as_str()) {
                return true;
            }
            word.clear();
        }
        was_lower = character.is_lowercase();
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
    }
    false
}

fn is_email(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !cell.contains(char::is_whitespace)
            && !domain.contains('@')
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| !label.is_empty())
    })
}

/// Whether it is a number, a telephone number, a date or time, a yes or no, or a password hash.
fn is_value(cell: &str) -> bool {
    let folded = cell.to_lowercase();
    if ["true", "false", "yes", "no"].contains(&folded.as_str()) || cell.starts_with("{SSHA") || cell.starts_with('$') {
        return true;
    }
    let is_number_like = |character: char| character.is_ascii_digit() || "+-.,/:()tz ".contains(character);
    folded.starts_with(|character: char| character.is_ascii_digit() || "+-(".contains(character))
        && folded.contains(|character: char| character.is_ascii_digit())
        && folded.chars().all(is_number_like)
}

/// Whether another record has the same cell in this column. Files put together from several repeat the whole header.
fn is_repeated(column: usize, cell: &str, first: &SampleRecord, others: &[SampleRecord]) -> bool {
    !cell.trim().is_empty()
        && others
            .iter()
            .any(|other| other.cells != first.cells && other.cells.get(column).is_some_and(|below| below == cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(rows: &[&str]) -> FoundHeader {
        let records: Vec<_> = rows
            .iter()
            .map(|row| SampleRecord { cells: row.split(',').map(str::to_owned).collect(), is_well_quoted: true })
            .collect();
        find(&records)
    }

    #[test]
    fn words_for_columns_are_a_header() {
        for row in ["Username,Email", "userPrincipalName,x", "E-Mail (work)", "First_Name", "Vorname,1", "Prénom"] {
            assert_eq!(judged(&[row, "amy,1"]), FoundHeader::Words, "{row}");
        }
    }

    #[test]
    fn addresses_numbers_and_repetitions_are_values() {
        for row in [
            "kwame.nguyen0,Kwame,Nguyễn,kwame.nguyen0@example.com",
            "10000,Kwame",
            "amy,+49 (123) 45",
            "amy,2020-03-25T11:12:00.000Z",
            "amy,TRUE",
            "amy,$argon2id$v=19$m=1",
            "amy,Sales",
        ] {
            assert_eq!(judged(&[row, "bob,Sales"]), FoundHeader::Values, "{row}");
        }
    }

    #[test]
    fn a_header_is_assumed_when_nothing_tells() {
        assert_eq!(judged(&["Anrede,Kürzel", "Frau,ab"]), FoundHeader::Default);
        assert_eq!(judged(&["@handle,a@b", "x,y"]), FoundHeader::Default);
    }

    #[test]
    fn a_repeated_header_is_still_a_header() {
        assert_eq!(judged(&["Name,Sales", "amy,1", "Name,Sales", "bob,2"]), FoundHeader::Words);
    }
}
