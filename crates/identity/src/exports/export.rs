//! Taking accounts away as a file.

use std::io::{self, Write};

use super::lines::Lines;
use super::{Request, Whom};
use crate::access::{Denial, Permission, Target, includes};
use crate::accounts::{self, Account, Status};
use crate::attributes::Attribute;
use crate::events::Event;
use crate::{Caller, Error, Identity, Operation, Result, attributes};

/// Where a file goes, piece after piece.
pub trait Sink: Send {
    /// Takes the next piece, as soon as it can.
    ///
    /// Errors: it takes no more.
    fn take(&mut self, piece: Vec<u8>) -> impl Future<Output = io::Result<()>> + Send;
}

impl<W: Write + Send> Sink for W {
    async fn take(&mut self, piece: Vec<u8>) -> io::Result<()> {
        self.write_all(&piece)
    }
}

/// How many accounts are read at once.
const AT_ONCE: usize = 1_000;

/// An export that was allowed and noted in the audit log; nothing of it is written yet.
pub struct Export {
    identity: Identity,
    caller: Caller,
    request: Request,
    attributes: Vec<Attribute>,
}

/// Begins an export. Its beginning is noted before anything leaves, so that no end of the server can hide it.
///
/// Errors: `Denied` without `ExportAccounts`; `Invalid` without a column, or with an attribute that isn't there.
pub async fn begin(identity: &Identity, caller: &Caller, request: Request) -> Result<Export> {
    let begun = identity.write(caller, async |op| {
        let permit = op.allow(Permission::ExportAccounts, Target::Organization)?;
        let attributes = request.check(&*attributes::load(op).await?)?;
        op.record(permit, Event::ExportStarted { details: request.details(&attributes) });
        Ok(attributes)
    });
    let attributes = begun.await?;
    Ok(Export { identity: identity.clone(), caller: caller.clone(), request, attributes })
}

/// An export whose file is written to `sink`; answers how many accounts are in it.
///
/// Errors: as [`begin`] and [`Export::write`].
pub async fn export(identity: &Identity, caller: &Caller, request: Request, sink: &mut impl Sink) -> Result<u64> {
    begin(identity, caller, request).await?.write(sink).await
}

impl Export {
    /// Hands the file to `sink`, piece after piece, and notes in the audit log how it ended; answers how many accounts
    /// are in it.
    ///
    /// Accounts come in the order in which they were made, in which nobody moves. Each piece is read in a transaction
    /// of its own, and handed over when that has ended: however slow the sink, the database waits for nobody. So every
    /// account that is there and matches from the beginning to the end is in the file exactly once, as it was when its
    /// piece was read; who comes, goes or begins to match meanwhile may be in it or not.
    ///
    /// Errors: `Denied` when the right ended meanwhile; `Unavailable` when the database or the sink fails.
    pub async fn write(self, sink: &mut impl Sink) -> Result<u64> {
        let Export { identity, caller, request, attributes } = self;
        let details = request.details(&attributes);
        let lines = Lines::of(&request, attributes);
        let mut written = 0;
        let ended = pieces(&identity, &caller, &request, &lines, sink, &mut written).await;
        let event = Event::AccountsExported { accounts: written, is_whole: ended.is_ok(), details };
        let noted = identity.write(&caller, async |op| {
            let permit = op.allow(Permission::ExportAccounts, Target::Organization)?;
            op.record(permit, event);
            Ok(())
        });
        let noted = noted.await;
        ended.and(noted).map(|()| written)
    }
}

async fn pieces(
    identity: &Identity,
    caller: &Caller,
    request: &Request,
    lines: &Lines,
    sink: &mut impl Sink,
    written: &mut u64,
) -> Result<()> {
    sink.take(lines.head()).await.map_err(broken)?;
    let mut place = Place::default();
    while !place.is_end {
        let some = identity.read(caller, async |op| next(op, &request.whom, &mut place).await).await?;
        // Counted before it leaves: the audit log may name too many, never too few.
        *written += some.len() as u64;
        if !some.is_empty() {
            sink.take(lines.piece(&some)).await.map_err(broken)?;
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// The accounts of the next piece.
async fn next(op: &mut Operation<'_>, whom: &Whom, place: &mut Place) -> Result<Vec<Account>> {
    let _ = op.allow(Permission::ExportAccounts, Target::Organization)?;
    ask_again(op).await?;
    let ids = match whom {
        Whom::Matching(filter) => {
            let found = accounts::in_order_of_creation(op, filter, place.after, AT_ONCE).await?;
            place.is_end = found.len() < AT_ONCE;
            place.after = found.last().map_or(place.after, |(number, _)| *number);
            found.into_iter().map(|(_, id)| id).collect()
        }
        Whom::Chosen(ids) => {
            let rest = &ids[place.passed.min(ids.len())..];
            place.is_end = rest.len() <= AT_ONCE;
            place.passed += AT_ONCE;
            rest[..rest.len().min(AT_ONCE)].to_vec()
        }
    };
    accounts::load_many(op, &ids).await
}

/// Holds the person who exports against their account as it is now: they came with the roles of the beginning, and a
/// role works no longer than it is held.
async fn ask_again(op: &mut Operation<'_>) -> Result<()> {
    let Some(id) = op.caller.actor.account() else { return Ok(()) };
    let may = match accounts::load(op, id).await {
        Ok(account) => {
            let mut roles = account.roles.iter();
            account.status() == Status::Enabled && roles.any(|role| includes(role, Permission::ExportAccounts))
        }
        Err(Error::NotFound) => false,
        Err(error) => return Err(error),
    };
    if may { Ok(()) } else { Err(op.refuse(Permission::ExportAccounts, Target::Organization, Denial::Role)) }
}

/// How far an export has come.
#[derive(Default)]
struct Place {
    /// The number of the last account that was read, of those that match.
    after: i64,
    /// How many were passed, of those that were chosen.
    passed: usize,
    is_end: bool,
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broken(error: io::Error) -> Error {
    Error::Unavailable(format!("the file could not be written: {error}"))
}
