//! Confirming a registration by the link that was issued for it.

use base::Secret;

use super::lifecycle::advance;
use super::register::after_confirmation;
use super::status::Lifecycle;
use super::told::tell_how_far;
use super::{Account, find};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::one_time_links::{self, Purpose};
use crate::{Error, Operation, Result, settings};

/// Confirms a registration: the address counts as proved, and the account waits for approval, or is active at once,
/// as the organization has it now (ES-168). The link is used up.
///
/// Errors: `NotFound` for a link that doesn't work; `Conflict` `already_active` when an administrator activated the
/// account meanwhile.
pub async fn confirm_registration(op: &mut Operation<'_>, token: &Secret) -> Result<Account> {
    let permit = op.allow(Permission::Register, Target::Organization)?;
    let id = one_time_links::account_of(op, Purpose::ConfirmRegistration, token).await?;
    let mut account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    // The link of an activated account is left until its end, so that its holder can be told this.
    if account.state.lifecycle != Lifecycle::PendingActivation {
        return Err(Error::conflict("already_active", "This account is active already. Sign in."));
    }
    let bond = one_time_links::redeem(op, Purpose::ConfirmRegistration, token).await?;
    if bond.sent_to.is_some() && bond.sent_to != account.email {
        return Err(Error::NotFound);
    }
    account.state.email.verified_at = Some(op.now);
    let next = after_confirmation(&settings::load(op).await?);
    let account = advance(op, account, next).await?;
    tell_how_far(op, &account).await?;
    op.record(permit, Event::RegistrationConfirmed { account: account.reference(), status: account.status().code() });
    Ok(account)
}
