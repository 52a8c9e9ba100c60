//! A rehearsal: what would become of every row.

use super::at_once::{all_rows, has_failed, take_back};
use super::plan::{Planned, Step, plan};
use super::read::{Rows, Wanted};
use super::report::{Batch, Ending, Next, Outcome, Report, RowReport, Totals};
use super::{Import, OnError, Watch};
use crate::access::{Permission, Target};
use crate::accounts::{self, NewAccount};
use crate::{Caller, Identity, Operation, Result};

/// Finds out what would become of every row, by the same rules as [`run`](super::run()), without changing anything.
/// `watch` hears of each batch. Passwords are held against the rules and not hashed.
///
/// Errors: as [`run`](super::run()).
pub async fn dry_run(identity: &Identity, caller: &Caller, import: &Import, watch: &mut Watch<'_>) -> Result<Report> {
    let mut totals = Totals::default();
    let ending = match import.choices.on_error {
        OnError::AllOrNothing => at_once(identity, caller, import, &mut totals, watch).await?,
        OnError::Skip | OnError::Stop => in_batches(identity, caller, import, &mut totals, watch).await?,
    };
    Ok(Report { import: None, totals, ending, resumed_after: None })
}

async fn in_batches(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    totals: &mut Totals,
    watch: &mut Watch<'_>,
) -> Result<Ending> {
    let mut rows = Rows::of(import)?;
    loop {
        let some = rows.next_batch(0)?;
        if some.is_empty() {
            return Ok(Ending::Completed);
        }
        let mut reports = rehearsed(identity, caller, import, some, totals.created).await?;
        let first = reports.iter().position(|report| report.outcome == Outcome::Failed);
        let ends = first.filter(|_| import.choices.on_error == OnError::Stop);
        if let Some(first) = ends {
            reports.truncate(first + 1);
        }
        for report in &reports {
            totals.count(report.outcome);
        }
        let next = watch(&Batch { rows: reports, totals: *totals, is_from_before: false })?;
        if ends.is_some() {
            return Ok(Ending::Failed);
        }
        if next == Next::Stop {
            return Ok(Ending::Stopped);
        }
        tokio::task::yield_now().await;
    }
}

async fn at_once(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    totals: &mut Totals,
    watch: &mut Watch<'_>,
) -> Result<Ending> {
    let mut reports = Vec::new();
    for some in all_rows(import)?.chunks(500) {
        let created = reports.iter().filter(|report: &&RowReport| report.outcome == Outcome::Created).count() as u64;
        reports.extend(rehearsed(identity, caller, import, some.to_vec(), created).await?);
    }
    let has_failed = has_failed(&reports);
    if has_failed {
        take_back(&mut reports);
    }
    for report in &reports {
        totals.count(report.outcome);
    }
    watch(&Batch { rows: reports, totals: *totals, is_from_before: false })?;
    Ok(if has_failed { Ending::Failed } else { Ending::Completed })
}

/// What would become of some rows after `created` others had become accounts.
async fn rehearsed(
    identity: &Identity,
    caller: &Caller,
    import: &Import,
    some: Vec<Wanted>,
    created: u64,
) -> Result<Vec<RowReport>> {
    identity
        .read(caller, async |op| {
            let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
            accounts::imagine(op, created);
            let mut planned = plan(op, import, some).await?;
            check_new(op, &mut planned).await?;
            Ok(planned.into_iter().map(|planned| planned.report(import.match_by(), None)).collect())
        })
        .await
}

/// Holds the accounts that would be made against the rules that making them follows.
async fn check_new(op: &mut Operation<'_>, planned: &mut [Planned]) -> Result<()> {
    let new = planned.iter().filter_map(|planned| match &planned.step {
        Step::Create(new) => Some(NewAccount::clone(new)),
        _ => None,
    });
    let new: Vec<NewAccount> = new.collect();
    if new.is_empty() {
        return Ok(());
    }
    let checked = accounts::check_new(op, &new).await?;
    let creating = planned.iter_mut().filter(|planned| matches!(planned.step, Step::Create(_)));
    for (planned, checked) in creating.zip(checked) {
        if let Err(problems) = checked {
            planned.step = Step::Fail(None);
            planned.wanted.problems.extend(problems);
        }
    }
    Ok(())
}
