//! Accounts as lines of a file.

use serde_json::{Map, Value as Json};
use wire::csv::{Guard, Style, Writer};

use super::{Column, Format, Request};
use crate::accounts::Account;
use crate::imports::GUARD_COLUMN;

/// The lines of one file, piece after piece.
pub(super) struct Lines {
    columns: Vec<Column>,
    format: Format,
}

impl Lines {
    pub(super) fn of(request: &Request) -> Self {
        let columns = Column::ALL.iter().copied().filter(|column| request.columns.contains(column));
        Lines { columns: columns.collect(), format: request.format }
    }

    /// What a file begins with: the names of the columns, where the format has such a line.
    pub(super) fn head(&self) -> Vec<u8> {
        let Format::Csv(style) = self.format else { return Vec::new() };
        let names = self.columns.iter().map(|column| column.code().to_owned());
        records(style, [with_guard(style, names, GUARD_COLUMN)])
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
        self.columns.iter().map(|column| column.cell(account))
    }

    fn object(&self, account: &Account) -> Json {
        let pairs = self.columns.iter().map(|column| (column.code().to_owned(), column.value(account)));
        Json::Object(pairs.collect::<Map<_, _>>())
    }
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
