//! Confirming another address by the link that was sent there.

use base::Secret;

use super::change_email::is_taken;
use super::own::refuse_shut;
use super::summary::GENERATION;
use super::told::{alert_of_address, tell_former_address};
use super::{Account, end_links, find, rows};
use crate::access::{Permission, Target};
use crate::events::{Event, FieldChange};
use crate::one_time_links::{self, Purpose};
use crate::{Error, Operation, Result};

/// Puts the address that the owner of an account asked for in place of the present one; it counts as proved. The link is
/// used up, every other one of the account ends, and the former address is told (S5).
///
/// Errors: `NotFound` for a link that doesn't work, or that was sent to an address that nobody waits for any more;
/// `Conflict` `email_taken` when somebody else has the address by now, `account_shut` while the account can't be used.
pub async fn confirm_email(op: &mut Operation<'_>, token: &Secret) -> Result<Account> {
    let permit = op.allow(Permission::UseLink, Target::Organization)?;
    let id = one_time_links::account_of(op, Purpose::ConfirmEmail, token).await?;
    let mut account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    let bond = one_time_links::redeem(op, Purpose::ConfirmEmail, token).await?;
    let address = account.pending_email.clone().filter(|_| bond.sent_to == account.pending_email);
    let address = address.ok_or(Error::NotFound)?;
    refuse_shut(op, &account)?;
    if is_taken(op, &account, &address).await? {
        return Err(taken());
    }
    tell_former_address(op, &account, Some(&address)).await?;
    alert_of_address(op, &account).await?;
    let before = account.email.replace(address.clone());
    account.forget_pending_email();
    account.state.email.is_present = true;
    account.state.email.verified_at = Some(op.now);
    account.modified_at = op.now;
    let change = FieldChange { field: "email".into(), before: before.clone(), after: Some(address.clone()) };
    rows::update_profile(&mut op.tx, &account, &[change]).await?;
    // Somebody may have been faster in this very moment.
    rows::replace_identifiers(&mut op.tx, &[&account]).await.map_err(|error| match error {
        Error::Conflict { .. } => taken(),
        other => other,
    })?;
    end_links(op, &[id]).await?;
    op.count(GENERATION, 1);
    op.record(permit, Event::EmailChangeConfirmed { account: account.reference(), before, after: address });
    find::load(op, id).await
}

fn taken() -> Error {
    let message = "Another account has this address by now. Nothing was changed: sign in and choose another one.";
    Error::conflict("email_taken", message)
}
