//! Accounts as lines of a file.

use serde_json::{Map, Number, Value as Json, json};
use wire::csv::{Guard, Style, Writer};

use super::{Column, Format, Request};
use crate::accounts::Account;
use crate::attributes::{Attribute, Kind, field_of};
use crate::imports::GUARD_COLUMN;

/// What stands between several values in one cell, as the import reads it.
const SEPARATOR: &str = ";";

/// The lines of one file, piece after piece.
pub(super) struct Lines {
    columns: Vec<Column>,
    attributes: Vec<Attribute>,
    format: Format,
}

impl Lines {
    pub(super) fn of(request: &Request, attributes: Vec<Attribute>) -> Self {
        let columns = Column::ALL.iter().copied().filter(|column| request.columns.contains(column));
        Lines { columns: columns.collect(), attributes, format: request.format }
    }

    /// What a file begins with: the names of the columns, where the format has such a line.
    pub(super) fn head(&self) -> Vec<u8> {
        let Format::Csv(style) = self.format else { return Vec::new() };
        records(style, [with_guard(style, self.names(), GUARD_COLUMN)])
    }

    /// A line for each account.
    pub(super) fn piece(&self, accounts: &[Account]) -> Vec<u8> {
        match self.format {
            Format::Csv(style) => {
                let style = Style { has_byte_order_mark: false, ..style };
                records(style, accounts.iter().map(|account| with_guard(style, self.cells(account), "on")))
            }
            Format::NdJson => {
                let mut piece = Vec::new();
                for account in accounts {
                    piece.extend_from_slice(self.object(account).to_string().as_bytes());
                    piece.push(b'\n');
                }
                piece
            }
        }
    }

    fn cells(&self, account: &Account) -> impl Iterator<Item = String> {
        let columns = self.columns.iter().map(|column| column.cell(account));
        columns.chain(self.attributes.iter().map(|attribute| account.custom.get(&attribute.key).join(SEPARATOR)))
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let columns = self.columns.iter().map(|column| column.code().to_owned());
        columns.chain(self.attributes.iter().map(|attribute| field_of(&attribute.key)))
    }

    fn object(&self, account: &Account) -> Json {
        let values = self.columns.iter().map(|column| column.value(account));
        let values = values.chain(self.attributes.iter().map(|attribute| value_of(attribute, account)));
        Json::Object(self.names().zip(values).collect::<Map<_, _>>())
    }
}

/// What an account has of an attribute: a list where it can have several, null where it has nothing.
fn value_of(attribute: &Attribute, account: &Account) -> Json {
    let typed = |text: &String| match attribute.definition.kind {
        Kind::Boolean => Json::Bool(text == "true"),
        // A number that a reader would round stays a text.
        Kind::Number => text
            .parse()
            .ok()
            .filter(|number: &Number| number.to_string() == *text)
            .map_or_else(|| json!(text), Json::Number),
        _ => json!(text),
    };
    let mut values = account.custom.get(&attribute.key).iter().map(typed);
    if attribute.definition.is_multi { values.collect() } else { values.next().unwrap_or(Json::Null) }
}

/// The cells of a record, and one more that tells an import that formulas are guarded.
fn with_guard(style: Style, cells: impl Iterator<Item = String>, mark: &str) -> Vec<String> {
    cells.chain((style.guard == Guard::Spreadsheet).then(|| mark.to_owned())).collect()
}

fn records(style: Style, records: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), style);
    for record in records {
        writer.write_record(record).expect("a Vec takes everything");
    }
    writer.finish().expect("a Vec takes everything")
}
