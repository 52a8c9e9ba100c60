//! What a new password changes about an account.

use base::AccountId;

use super::status::{LockReason, MustChange, PasswordState};
use super::summary::tally;
use super::{Account, failures, find, rows};
use crate::access::Role;
use crate::{Operation, Result, messages};

/// Notes why the password must be changed: it opens nothing but the form to do so (ES-135). The caller has checked the
/// right and records the event.
///
/// Errors: `NotFound`; `Stale`.
pub(crate) async fn demand_password(op: &mut Operation<'_>, id: AccountId, why: MustChange) -> Result<Account> {
    let mut account = find::load(op, id).await?;
    tally(op, &account.state, -1);
    account.state.must_change = why;
    account.modified_at = op.now;
    tally(op, &account.state, 1);
    rows::update(&mut op.tx, &account).await?;
    find::load(op, id).await
}

/// Notes that a password was set: a pending reset, a pending first password and a lock for failed attempts end with
/// it, an administrator's lock does not. The caller has checked the right and records the event.
///
/// Errors: `NotFound`; `Stale`.
pub(crate) async fn set_password_state(
    op: &mut Operation<'_>,
    id: AccountId,
    password: PasswordState,
) -> Result<Account> {
    let mut account = find::load(op, id).await?;
    tally(op, &account.state, -1);
    account.state.password = password;
    account.state.must_change = MustChange::No;
    account.modified_at = op.now;
    tally(op, &account.state, 1);
    rows::update(&mut op.tx, &account).await?;
    rows::release(&mut op.tx, id, LockReason::FailedAttempts).await?;
    // Who is locked out by others' guesses gets in with the new password at once.
    failures::forgive(op, std::iter::once(&account)).await?;
    if account.roles.has(Role::SuperAdministrator) {
        messages::alert(op, &account.display_name(), "got another password").await?;
    }
    find::load(op, id).await
}
