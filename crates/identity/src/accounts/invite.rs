//! Inviting somebody to choose the first password, and asking for another one.

use base::AccountId;

use super::dispatch::{Sent, dispatch};
use super::status::{Lifecycle, MustChange, PasswordState};
use super::summary::tally;
use super::{Account, end_links, find, rows};
use crate::access::{Permission, Permit};
use crate::events::Event;
use crate::one_time_links::{Purpose, Way};
use crate::{Error, Operation, Result, sessions};

/// Invites the owner of an account without a password to choose the first one. An earlier invitation ends.
///
/// Errors: `NotFound`; `Denied` without `SetPassword`; `Conflict` `pending` while the account is not active,
/// `has_password` when there is nothing to invite to; `Invalid` `NO_WAY` when the way can't be taken; `Throttled` when
/// it was sent once more too often.
pub async fn invite(op: &mut Operation<'_>, id: AccountId, way: Way) -> Result<Sent> {
    let (mut account, permit) = waiting(op, id).await?;
    if account.state.password != PasswordState::None {
        return Err(Error::conflict("has_password", "This account has a password. Reset it instead."));
    }
    let is_resend = account.state.invited_at.is_some();
    tally(op, &account.state, -1);
    account.state.invited_at = Some(op.now);
    account.modified_at = op.now;
    tally(op, &account.state, 1);
    rows::update(&mut op.tx, &account).await?;
    let account = find::load(op, id).await?;
    let sent = dispatch(op, account, Purpose::SetFirstPassword, way, is_resend).await?;
    let (account, until) = (sent.account.reference(), sent.until);
    op.record(permit, Event::UserInvited { account, way: way.code(), again: is_resend, until });
    Ok(sent)
}

/// Asks the owner of an account for another password: the present one opens nothing any more, sessions end, and a link
/// or code goes to the owner.
///
/// Errors: as [`invite`]; `Conflict` `no_password` when there is none to reset, `disabled`.
pub async fn force_reset(op: &mut Operation<'_>, id: AccountId, way: Way) -> Result<Sent> {
    let (account, permit) = waiting(op, id).await?;
    if !account.state.enabled {
        let message = "This account is disabled. Enable it before you ask the user for another password.";
        return Err(Error::conflict("disabled", message));
    }
    ask_for_another(op, account, permit, way).await
}

/// The same once more, for an account that was asked already; it may be disabled meanwhile.
///
/// Errors: as [`force_reset`].
pub(super) async fn reset_again(op: &mut Operation<'_>, id: AccountId, way: Way) -> Result<Sent> {
    let (account, permit) = waiting(op, id).await?;
    ask_for_another(op, account, permit, way).await
}

async fn ask_for_another(op: &mut Operation<'_>, mut account: Account, permit: Permit, way: Way) -> Result<Sent> {
    let id = account.id;
    if account.state.password == PasswordState::None {
        return Err(Error::conflict("no_password", "This account has no password yet. Invite the user instead."));
    }
    let is_resend = account.state.must_change == MustChange::Admin;
    tally(op, &account.state, -1);
    account.state.must_change = MustChange::Admin;
    account.modified_at = op.now;
    tally(op, &account.state, 1);
    rows::update(&mut op.tx, &account).await?;
    sessions::end_all(op, &[id]).await?;
    end_links(op, &[id]).await?;
    let account = find::load(op, id).await?;
    let sent = dispatch(op, account, Purpose::ResetPassword, way, is_resend).await?;
    let (account, until) = (sent.account.reference(), sent.until);
    op.record(permit, Event::PasswordResetRequired { account, way: way.code(), again: is_resend, until });
    Ok(sent)
}

/// The active account with the permit to give it a password, kept from others until the transaction ends.
async fn waiting(op: &mut Operation<'_>, id: AccountId) -> Result<(Account, Permit)> {
    let account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    let permit = op.allow(Permission::SetPassword, account.target())?;
    if account.state.lifecycle != Lifecycle::Active {
        let message = "This registration waits for a decision; approve or activate it first.";
        return Err(Error::conflict("pending", message));
    }
    Ok((account, permit))
}
