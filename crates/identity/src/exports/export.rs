//! Taking accounts away as a file.

use std::io::{self, Write};

use wire::csv::{Guard, Style, Writer};

use super::record;
use crate::access::{Permission, Target};
use crate::accounts::{self, Account, Filter};
use crate::events::Event;
use crate::imports::GUARD_COLUMN;
use crate::{Caller, Error, Identity, Operation, Result};

/// How many accounts are read at once.
const AT_ONCE: u32 = 1_000;

/// What to export.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Which accounts.
    pub filter: Filter,
    /// As what.
    pub format: Format,
}

/// The format of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Delimited text, which the import reads.
    Csv(Style),
    /// A JSON object on each line.
    NdJson,
}

impl Default for Format {
    /// What opens in a spreadsheet without harm.
    fn default() -> Self {
        Format::Csv(Style::default())
    }
}

/// Writes accounts to `sink`, in the order of the list, as they are at one moment; answers how many.
///
/// Errors: `Denied` without `ExportAccounts`; `Unavailable` when the database or the sink fails. What was written
/// until then is recorded.
pub async fn export(
    identity: &Identity,
    caller: &Caller,
    request: &Request,
    sink: &mut (dyn Write + Send),
) -> Result<u64> {
    let mut written = 0;
    let streamed = identity.read(caller, async |op| stream(op, request, sink, &mut written).await).await;
    if matches!(streamed, Err(Error::Denied(_))) {
        return Err(streamed.expect_err("it was denied"));
    }
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::ExportAccounts, Target::Organization)?;
            op.record(permit, Event::AccountsExported { accounts: written, format: request.format.code() });
            Ok(())
        })
        .await?;
    streamed.map(|()| written)
}

impl Format {
    fn code(self) -> &'static str {
        match self {
            Format::Csv(_) => "csv",
            Format::NdJson => "ndjson",
        }
    }
}

async fn stream(
    op: &mut Operation<'_>,
    request: &Request,
    sink: &mut (dyn Write + Send),
    written: &mut u64,
) -> Result<()> {
    let _ = op.allow(Permission::ExportAccounts, Target::Organization)?;
    let mut lines = Lines::begin(request.format, sink).map_err(broken)?;
    let mut after = None;
    loop {
        let ids = accounts::matching_ids(op, &request.filter, after, AT_ONCE).await?;
        for account in accounts::load_many(op, &ids).await? {
            lines.write(&account).map_err(broken)?;
            *written += 1;
        }
        if ids.len() < AT_ONCE as usize {
            return lines.finish().map_err(broken);
        }
        after = ids.last().copied();
        tokio::task::yield_now().await;
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broken(error: io::Error) -> Error {
    Error::Unavailable(format!("the file could not be written: {error}"))
}

/// A file under way.
enum Lines<'a> {
    Csv { writer: Writer<&'a mut (dyn Write + Send)>, is_guarded: bool },
    NdJson(&'a mut (dyn Write + Send)),
}

impl<'a> Lines<'a> {
    fn begin(format: Format, sink: &'a mut (dyn Write + Send)) -> io::Result<Self> {
        let Format::Csv(style) = format else { return Ok(Lines::NdJson(sink)) };
        let is_guarded = style.guard == Guard::Spreadsheet;
        let mut writer = Writer::new(sink, style);
        writer.write_record(record::COLUMNS.into_iter().chain(is_guarded.then_some(GUARD_COLUMN)))?;
        Ok(Lines::Csv { writer, is_guarded })
    }

    fn write(&mut self, account: &Account) -> io::Result<()> {
        match self {
            Lines::Csv { writer, is_guarded } => {
                let cells = record::cells(account);
                writer.write_record(cells.iter().map(String::as_str).chain(is_guarded.then_some("on")))
            }
            Lines::NdJson(sink) => writeln!(sink, "{}", record::object(account)),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Lines::Csv { writer, .. } => writer.finish().map(drop),
            Lines::NdJson(sink) => sink.flush(),
        }
    }
}
