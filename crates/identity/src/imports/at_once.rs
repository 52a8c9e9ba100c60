//! An import that happens as a whole or not at all.

use super::begin::{Course, begin, finish, importing, remember};
use super::carry_out::carry_out;
use super::passwords::Hashes;
use super::read::{Rows, Wanted};
use super::report::{Batch, Ending, Outcome, Report, RowReport};
use super::{Import, MOST_ROWS_AT_ONCE, Watch, passwords, rows};
use crate::access::{Permission, Target};
use crate::{Caller, Error, Identity, Operation, Problem, Result};

/// Imports a file in one transaction; nothing of it when a row is faulty.
///
/// Errors: as [`run`](super::run()).
pub(super) async fn run(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    watch: &mut Watch<'_>,
) -> Result<Report> {
    let rows = all_rows(import)?;
    let mut course = identity.write(caller, async |op| begin(op, import).await).await?;
    let caller = importing(caller, course.id);
    let mut hashes = Hashes::new();
    for some in rows.chunks(100) {
        hashes.extend(passwords::hashed(identity, &caller, import, some).await?);
    }
    let mut reports = Vec::new();
    let done = identity
        .write(&caller, async |op| {
            reports = carry_out_all(op, import, &course, &rows, &hashes).await?;
            if has_failed(&reports) {
                return Err(Error::Stale);
            }
            remember(op, &mut course, &reports).await?;
            finish(op, import, &course, Ending::Completed).await
        })
        .await;
    let ending = match done {
        Ok(()) => Ending::Completed,
        Err(Error::Stale) if has_failed(&reports) => {
            take_back(&mut reports);
            let work = identity.write(&caller, async |op| {
                rows::hold(&mut op.tx, course.id, course.position).await?;
                remember(op, &mut course, &reports).await?;
                finish(op, import, &course, Ending::Failed).await
            });
            work.await?;
            Ending::Failed
        }
        Err(error) => return Err(error),
    };
    watch(&Batch { rows: reports, totals: course.totals, is_from_before: false })?;
    Ok(Report { import: Some(course.id), totals: course.totals, ending, resumed_after: None })
}

/// Every row of the file.
///
/// Errors: `Invalid` with field `file`; `Conflict` `too_many_rows`.
pub(super) fn all_rows(import: &Import) -> Result<Vec<Wanted>> {
    let mut rows = Rows::of(import)?;
    let mut all = Vec::new();
    loop {
        let some = rows.next_batch(0)?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
        if all.len() as u64 > MOST_ROWS_AT_ONCE {
            let message = format!(
                "At most {MOST_ROWS_AT_ONCE} rows can be imported as a whole or not at all. Split the file, or skip faulty rows."
            );
            return Err(Error::conflict("too_many_rows", message));
        }
    }
}

async fn carry_out_all(
    op: &mut Operation<'_>,
    import: &Import,
    course: &Course,
    rows: &[Wanted],
    hashes: &Hashes,
) -> Result<Vec<RowReport>> {
    let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
    super::rows::hold(&mut op.tx, course.id, course.position).await?;
    let mut reports = Vec::with_capacity(rows.len());
    for some in rows.chunks(500) {
        reports.extend(carry_out(op, import, some.to_vec(), hashes).await?);
    }
    Ok(reports)
}

pub(super) fn has_failed(reports: &[RowReport]) -> bool {
    reports.iter().any(|report| report.outcome == Outcome::Failed)
}

/// Makes every good row one that was left out for the sake of the faulty ones.
pub(super) fn take_back(reports: &mut [RowReport]) {
    for report in reports {
        if matches!(report.outcome, Outcome::Created | Outcome::Updated) {
            report.account = report.account.filter(|_| report.outcome == Outcome::Updated);
            report.outcome = Outcome::Skipped;
            let message = "Nothing was imported, because other rows are faulty.";
            report.problems.push(Problem::new("", "ALL_OR_NOTHING", message));
        }
    }
}
