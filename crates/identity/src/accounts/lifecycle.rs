//! Taking an account further in its lifecycle.

use super::status::Lifecycle;
use super::summary::tally;
use super::{Account, find, rows};
use crate::{Operation, Result};

/// Takes `account`, as it was read or changed in this operation, on to `to`. The caller has checked the right and
/// records the event.
///
/// Errors: `Stale`.
pub(super) async fn advance(op: &mut Operation<'_>, mut account: Account, to: Lifecycle) -> Result<Account> {
    tally(op, &account.state, -1);
    account.state.lifecycle = to;
    account.modified_at = op.now;
    tally(op, &account.state, 1);
    rows::update(&mut op.tx, &account).await?;
    find::load(op, account.id).await
}
