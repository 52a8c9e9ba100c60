//! Every sample file: what programs export, and what people do to it.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use wire::csv::{Delimiter, Dialect, Encoding, Error, Limits, Problem, Reader, Row, Warning, detect};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

struct Import {
    dialect: Dialect,
    columns: Vec<String>,
    records: Vec<(u64, Vec<String>)>,
    refused: Vec<(u64, Problem)>,
    warnings: Vec<Warning>,
}

fn import(name: &str) -> Result<Import, Error> {
    let bytes = sample(name);
    let detection = detect(&bytes, true)?;
    let mut reader = Reader::new(&bytes[..], &detection.dialect, Limits::default())?;
    let mut import = Import {
        dialect: detection.dialect,
        columns: reader.columns().to_vec(),
        records: Vec::new(),
        refused: Vec::new(),
        warnings: [&detection.warnings[..], reader.warnings()].concat(),
    };
    while let Some(row) = reader.next_row()? {
        match row {
            Row::Record(record) => import.records.push((record.line(), record.iter().map(str::to_owned).collect())),
            Row::Refused(refusal) => import.refused.push((refusal.line, refusal.problem)),
        }
    }
    Ok(import)
}

/// File, encoding, delimiter, whether it has a header, columns, records, refused rows.
const EXPECTED: [(&str, Encoding, Delimiter, bool, usize, usize, usize); 22] = {
    use Delimiter::{Comma, Semicolon, Tab};
    const UTF_8: Encoding = Encoding::UTF_8;
    [
        ("ad-csvde.csv", UTF_8, Comma, true, 20, 12, 0),
        ("adp-hr.csv", UTF_8, Comma, true, 15, 12, 0),
        ("auth0-export.csv", UTF_8, Comma, true, 13, 12, 0),
        ("entra-exportusers.csv", UTF_8, Comma, true, 29, 12, 0),
        ("google-workspace-users.csv", UTF_8, Comma, true, 35, 12, 0),
        ("nasty-bad-utf8.csv", UTF_8, Comma, true, 5, 8, 5),
        ("nasty-blank-lines.csv", UTF_8, Comma, true, 5, 12, 0),
        ("nasty-bom-utf8.csv", UTF_8, Comma, true, 5, 12, 0),
        ("nasty-cp1252.csv", Encoding::WINDOWS_1252, Comma, true, 5, 8, 0),
        ("nasty-duplicate-headers.csv", UTF_8, Comma, true, 5, 12, 0),
        ("nasty-duplicate-users.csv", UTF_8, Comma, true, 5, 14, 0),
        ("nasty-formula.csv", UTF_8, Comma, true, 5, 2, 0),
        ("nasty-many-columns.csv", UTF_8, Comma, true, 5002, 1, 0),
        ("nasty-no-header.csv", UTF_8, Comma, false, 5, 12, 0),
        ("nasty-quoted-newlines.csv", UTF_8, Comma, true, 5, 12, 0),
        ("nasty-ragged.csv", UTF_8, Comma, true, 5, 4, 8),
        ("nasty-semicolon.csv", UTF_8, Semicolon, true, 5, 12, 0),
        ("nasty-tab.tsv", UTF_8, Tab, true, 5, 12, 0),
        ("nasty-utf16le-bom.csv", Encoding::UTF_16LE, Comma, true, 5, 12, 0),
        ("okta-people.csv", UTF_8, Comma, true, 28, 12, 0),
        ("personio-de.csv", UTF_8, Semicolon, true, 8, 12, 0),
        ("wso2-bulk-users.csv", UTF_8, Comma, true, 4, 12, 0),
    ]
};

#[test]
fn every_sample_is_read_as_it_was_meant() {
    for (name, encoding, delimiter, has_header, columns, records, refused) in EXPECTED {
        let import = import(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = (import.dialect.encoding, import.dialect.delimiter, import.dialect.has_header);
        assert_eq!(found, (encoding, delimiter, has_header), "{name}");
        assert_eq!(
            (import.columns.len(), import.records.len(), import.refused.len()),
            (columns, records, refused),
            "{name}"
        );
    }
}

#[test]
fn no_sample_is_left_out() {
    let manifest: Value = serde_json::from_slice(&sample("manifest.json")).expect("the manifest is JSON");
    let manifest = manifest.as_object().expect("the manifest is an object");
    assert_eq!(manifest.len(), EXPECTED.len() + 2, "all but the empty one and the one with a header only");
    for (name, entry) in manifest {
        let read = import(name);
        let users = entry["users"].as_u64();
        match &read {
            Ok(import) if entry.get("must").is_none() => {
                assert_eq!(Some(import.records.len() as u64), users, "{name}");
                assert_eq!(import.refused, [], "{name}");
            }
            Ok(_) => {}
            Err(error) => assert_eq!(users, Some(0), "{name}: {error}"),
        }
        if matches!(entry["must"].as_str(), Some("error" | "warn" | "row errors" | "error or row errors")) {
            let is_told =
                read.as_ref().map_or(true, |import| !import.refused.is_empty() || !import.warnings.is_empty());
            assert!(is_told, "{name}: {entry}");
        }
    }
}

#[test]
fn five_encodings_give_the_same_names() {
    let plain = import("nasty-bom-utf8.csv").expect("readable");
    for name in [
        "nasty-semicolon.csv",
        "nasty-tab.tsv",
        "nasty-utf16le-bom.csv",
        "nasty-blank-lines.csv",
        "nasty-no-header.csv",
    ] {
        let other = import(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let cells = |import: &Import| import.records.iter().map(|(_, cells)| cells.clone()).collect::<Vec<_>>();
        assert_eq!(cells(&other), cells(&plain), "{name}");
    }
}

#[test]
fn windows_1252_names_are_right_and_marked_as_a_guess() {
    let import = import("nasty-cp1252.csv").expect("readable");
    assert_eq!(import.warnings, [Warning::EncodingGuessed(Encoding::WINDOWS_1252)]);
    assert_eq!(import.records[2].1[1..3], ["Renée", "Þórsson"]);
    assert_eq!(import.records[4].1[1..3], ["José", "Ødegård"]);
}

#[test]
fn damaged_utf8_is_refused_row_by_row_and_spoils_no_other_name() {
    let import = import("nasty-bad-utf8.csv").expect("readable");
    assert_eq!(import.warnings, [Warning::EncodingMixed { line: 5 }]);
    let given = Problem::Undecodable { column: 2, encoding: Encoding::UTF_8 };
    let user = Problem::Undecodable { column: 1, encoding: Encoding::UTF_8 };
    assert_eq!(import.refused, [(5, given), (7, given), (9, given), (13, given), (14, user)]);
    assert_eq!(import.records[0].1[2], "Nguyễn");
    assert!(import.records.iter().any(|(line, cells)| *line == 8 && cells[1] == "Søren" && cells[2] == "Şahin"));
}

#[test]
fn ragged_rows_are_refused_with_their_line_and_counts() {
    let import = import("nasty-ragged.csv").expect("readable");
    let count = |found| Problem::ColumnCount { expected: 5, found };
    let refused = [(2, 3), (3, 4), (6, 7), (7, 3), (8, 4), (11, 7), (12, 3), (13, 4)];
    assert_eq!(import.refused, refused.map(|(line, found)| (line, count(found))));
}

#[test]
fn line_breaks_in_cells_are_kept_and_lines_counted_as_an_editor_does() {
    let import = import("nasty-quoted-newlines.csv").expect("readable");
    assert_eq!(import.records[0].1[4], "line one\r\nline \"two\", three\n");
    assert_eq!(import.records[1].0, 5);
    assert_eq!(import.records[1].1[2], "Smith, Jr.");
}

#[test]
fn duplicate_headers_are_numbered_with_a_warning() {
    let import = import("nasty-duplicate-headers.csv").expect("readable");
    assert_eq!(import.columns, ["username", "email", "givenname", "email (2)", "familyname"]);
    assert_eq!(import.warnings, [Warning::DuplicateHeader { name: "email".into(), column: 4 }]);
}

#[test]
fn formulas_are_kept_as_text() {
    let import = import("nasty-formula.csv").expect("readable");
    assert_eq!(import.records[0].1, ["u1", "=cmd|' /C calc'!A0", "+1+1", "u1@example.com", "@SUM(1)"]);
    assert_eq!(import.records[1].1[2], "\tTab");
}

#[test]
fn a_file_without_header_numbers_its_columns() {
    let import = import("nasty-no-header.csv").expect("readable");
    assert_eq!(import.columns, ["Column 1", "Column 2", "Column 3", "Column 4", "Column 5"]);
    assert_eq!(import.warnings, [Warning::NoHeader]);
    assert_eq!(import.records[0].0, 1);
}

#[test]
fn files_without_rows_say_what_is_missing() {
    assert!(matches!(import("nasty-empty.csv"), Err(Error::Empty)));
    assert!(matches!(import("nasty-header-only.csv"), Err(Error::HeaderOnly)));
}
