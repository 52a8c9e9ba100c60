//! Writing down what an import did to accounts.

use base::{AccountId, ImportId};

use super::rows;
use crate::imports::report::{Outcome, RowReport};
use crate::{Operation, Result, accounts};

/// Remembers the accounts that rows made or changed, each with the version that it has now. Comes last in the
/// transaction that did it.
pub(in crate::imports) async fn remember(op: &mut Operation<'_>, id: ImportId, reports: &[RowReport]) -> Result<()> {
    let changed = || {
        let done = reports.iter().filter(|report| matches!(report.outcome, Outcome::Created | Outcome::Updated));
        done.filter_map(|report| Some((report.account?, report)))
    };
    let ids: Vec<AccountId> = changed().map(|(account, _)| account).collect();
    let versions = accounts::versions(&mut op.tx, &ids).await?;
    let left = changed().filter_map(|(account, report)| {
        let before = (report.outcome == Outcome::Updated).then(|| report.before.clone().unwrap_or_default());
        Some(rows::Left { line: report.line, account, version: *versions.get(&account)?, before })
    });
    rows::remember(&mut op.tx, id, &left.collect::<Vec<_>>()).await
}
