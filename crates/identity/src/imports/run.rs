//! Carrying out an import.

use std::time::Duration;

use base::AccountId;
use store::Dialect;

use super::begin::{Course, begin, finish, importing, remember};
use super::carry_out::carry_out;
use super::passwords::Hashes;
use super::read::{Rows, Wanted};
use super::report::{Batch, Ending, Next, Outcome, Report, RowReport};
use super::{Import, OnError, Watch, at_once, passwords, rows, undo};
use crate::access::{Permission, Target};
use crate::{Caller, Error, Identity, Operation, Result, accounts};

/// How often a batch is tried that other transactions stood in the way of.
const ATTEMPTS: u32 = 4;
/// SQLite has one writer, and other processes look only now and then whether it is free.
const PAUSE: Duration = Duration::from_millis(5);

/// Imports a file, in batches of up to 2,000 rows, each of which is one transaction with its outcomes and the position
/// in the file: after a crash, or a stop, the same call goes on where it ended. `watch` hears of each batch.
///
/// Errors: `Denied` without `ImportAccounts`, also when it is lost meanwhile; `Invalid` with field `file` when the rest
/// of the file can't be read; `Conflict` `import_running` when somebody else carries out the same import,
/// `too_many_rows` for one that happens as a whole; `Unavailable`; what `watch` says. Committed batches stay.
pub async fn run(identity: &Identity, caller: &Caller, import: &Import, watch: &mut Watch<'_>) -> Result<Report> {
    if let Some(ended) = ended(identity, caller, import).await? {
        return retell(identity, caller, import, ended, watch).await;
    }
    if import.choices.on_error == OnError::AllOrNothing {
        return at_once::run(identity, caller, import, watch).await;
    }
    let mut course = identity.write(caller, async |op| begin(op, import).await).await?;
    let caller = importing(caller, course.id);
    let resumed_after = (course.position > 0).then_some(course.position);
    let ending = run_from(identity, &caller, import, &mut course, watch).await?;
    identity.write(&caller, async |op| finish(op, import, &course, ending).await).await?;
    Ok(Report { import: Some(course.id), totals: course.totals, ending, resumed_after })
}

/// How the import ended that bears this one's identifier.
async fn ended(identity: &Identity, caller: &Caller, import: &Import) -> Result<Option<(Course, Ending)>> {
    let Some(id) = import.id else { return Ok(None) };
    let found = identity.read(caller, async |op| {
        let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
        let organization = op.organization();
        rows::ended(&mut op.tx, organization, id).await
    });
    let Some((begun, state)) = found.await? else { return Ok(None) };
    let ending = Ending::from_code(&state).ok_or_else(|| Error::Internal(format!("an import is {state:?}")))?;
    Ok(Some((Course { id, position: begun.position, totals: begun.totals }, ending)))
}

/// Tells of an import that has ended already: the process went away before its reports were whole.
async fn retell(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    (course, ending): (Course, Ending),
    watch: &mut Watch<'_>,
) -> Result<Report> {
    let mut rows = Rows::of(import)?;
    loop {
        let some = rows.next_batch(course.position)?;
        if some.last().is_none_or(|last| last.line > course.position) {
            let resumed_after = Some(course.position);
            return Ok(Report { import: Some(course.id), totals: course.totals, ending, resumed_after });
        }
        let rows = replay(identity, caller, import, &course, some).await?;
        watch(&Batch { rows, totals: course.totals, is_from_before: true })?;
    }
}

async fn run_from(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    course: &mut Course,
    watch: &mut Watch<'_>,
) -> Result<Ending> {
    let before = course.position;
    let mut rows = Rows::of(import)?;
    loop {
        let some = rows.next_batch(before)?;
        let Some(last) = some.last() else { return Ok(Ending::Completed) };
        let is_from_before = last.line <= before;
        let reports = if is_from_before {
            replay(identity, caller, import, course, some).await?
        } else {
            let hashes = passwords::hashed(identity, caller, import, &some).await?;
            let reports = patiently(identity, caller, import, course, &some, &hashes).await?;
            give_way(identity).await;
            reports
        };
        let has_failed = reports.iter().any(|report| report.outcome == Outcome::Failed);
        let batch = Batch { rows: reports, totals: course.totals, is_from_before };
        let next = watch(&batch)?;
        if has_failed && import.choices.on_error == OnError::Stop {
            return Ok(Ending::Failed);
        }
        if next == Next::Stop {
            return Ok(Ending::Stopped);
        }
    }
}

/// Imports one batch; anew when another transaction undid it, or took a name between looking and writing.
async fn patiently(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    course: &mut Course,
    some: &[Wanted],
    hashes: &Hashes,
) -> Result<Vec<RowReport>> {
    let from = *course;
    let work = async || {
        let mut moved = from;
        let work = identity.housekeeping(caller, async |op| {
            let reports = batch(op, import, &moved, some, hashes).await?;
            remember(op, &mut moved, &reports).await?;
            Ok(reports)
        });
        let reports = work.await?;
        Ok((reports, moved))
    };
    let (reports, moved) = patient(work).await?;
    *course = moved;
    Ok(reports)
}

/// Does some work in a transaction; anew when another transaction stood in its way.
pub(super) async fn patient<T>(mut work: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let mut attempt = 1;
    loop {
        match work().await {
            Err(error) if attempt < ATTEMPTS && may_pass(&error) => {
                tokio::time::sleep(PAUSE * 10 * attempt).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

fn may_pass(error: &Error) -> bool {
    match error {
        Error::Unavailable(_) | Error::Stale => true,
        Error::Conflict { code, .. } => *code != "import_running",
        _ => false,
    }
}

/// Imports one batch, or as much of it as comes before the first faulty row when that ends the import.
async fn batch(
    op: &mut Operation<'_>,
    import: &Import,
    course: &Course,
    some: &[Wanted],
    hashes: &Hashes,
) -> Result<Vec<RowReport>> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    rows::hold(&mut op.tx, course.id, course.position).await?;
    if import.choices.on_error != OnError::Stop {
        return carry_out(op, import, some.to_vec(), hashes).await;
    }
    let mut some = some;
    loop {
        let mut done = Vec::new();
        let whole = op.attempt(async |op| {
            done = carry_out(op, import, some.to_vec(), hashes).await?;
            let first = done.iter().position(|report| report.outcome == Outcome::Failed);
            match first {
                Some(first) if first + 1 < done.len() => Err(Error::Stale),
                _ => Ok(()),
            }
        });
        match whole.await {
            Ok(()) => return Ok(done),
            Err(Error::Stale) if !done.is_empty() => {
                let first = done.iter().position(|report| report.outcome == Outcome::Failed);
                some = &some[..=first.unwrap_or(done.len() - 1)];
            }
            Err(error) => return Err(error),
        }
    }
}

/// What an earlier run made of rows, as it would have told.
async fn replay(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    course: &Course,
    some: Vec<Wanted>,
) -> Result<Vec<RowReport>> {
    let lines = (some.first().map_or(0, |row| row.line), some.last().map_or(0, |row| row.line));
    let found = identity.read(caller, async |op| {
        let remembered = rows::remembered(&mut op.tx, course.id, lines.0, lines.1).await?;
        let made = undo::accounts(&mut op.tx, course.id, lines.0, lines.1).await?;
        // Only where usernames are made, the row itself doesn't tell.
        let named: Vec<AccountId> = made.values().copied().filter(|_| import.mapping.pattern.is_some()).collect();
        Ok((remembered, made, accounts::load_many(op, &named).await?))
    });
    let (mut remembered, made, named) = found.await?;
    let reports = some.into_iter().map(|mut wanted| match remembered.remove(&wanted.line) {
        None => {
            let account = made.get(&wanted.line).copied();
            if let Some(account) = named.iter().find(|named| Some(named.id) == account) {
                wanted.username = Some(account.username.clone());
            }
            wanted.report(import.match_by(), Outcome::Created, account)
        }
        Some(row) => {
            wanted.problems = row.problems;
            wanted.report(import.match_by(), row.outcome, row.account)
        }
    });
    Ok(reports.collect())
}

/// Lets others write: tasks of this process, and other processes with the same file.
pub(super) async fn give_way(identity: &Identity) {
    match identity.db().dialect() {
        Dialect::Sqlite => tokio::time::sleep(PAUSE).await,
        Dialect::Postgres => tokio::task::yield_now().await,
    }
}
