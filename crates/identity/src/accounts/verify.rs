//! Proving that an address or a number is one's own, by a link or a code that was sent there.

use base::Secret;

use super::{Account, find, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::one_time_links::{self, Guess, Purpose};
use crate::throttle::{self, Subject};
use crate::{Caller, Error, Identity, Operation, Result, settings};

/// Proves an address by the link that was sent there. The link is used up.
///
/// Errors: `NotFound` for a link that doesn't work, or that went to an address that the account has no more.
pub async fn verify_email(op: &mut Operation<'_>, token: &Secret) -> Result<Account> {
    let permit = op.allow(Permission::UseLink, Target::Organization)?;
    let id = one_time_links::account_of(op, Purpose::VerifyEmail, token).await?;
    let mut account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
    let bond = one_time_links::redeem(op, Purpose::VerifyEmail, token).await?;
    if bond.sent_to.is_none() || bond.sent_to != account.email {
        return Err(Error::NotFound);
    }
    account.state.email.verified_at = Some(op.now);
    account.modified_at = op.now;
    rows::update(&mut op.tx, &account).await?;
    op.count(super::summary::GENERATION, 1);
    op.record(permit, Event::EmailVerified { account: account.reference() });
    find::load(op, id).await
}

/// Proves a number by the code that was sent there. `name` is what the owner signs in with.
///
/// Errors: `Invalid` `WRONG_CODE`, whether the name, the code or both are wrong; `Throttled` for a network that was wrong
/// too often.
pub async fn verify_mobile(identity: &Identity, caller: &Caller, name: &str, code: &Secret) -> Result<Account> {
    let verified = identity
        .write(caller, async |op| {
            let Some((account, bond)) = try_code(op, name, &[Purpose::VerifyMobile], code).await? else {
                return Ok(None);
            };
            let permit = op.allow(Permission::UseLink, Target::Organization)?;
            let mut account = find::hold(op, account.id).await?.ok_or(Error::NotFound)?;
            one_time_links::use_up(op, &bond).await?;
            if bond.sent_to.is_none() || bond.sent_to != account.mobile {
                return Err(wrong_code());
            }
            account.state.mobile.verified_at = Some(op.now);
            account.modified_at = op.now;
            rows::update(&mut op.tx, &account).await?;
            op.count(super::summary::GENERATION, 1);
            op.record(permit, Event::MobileVerified { account: account.reference() });
            Ok(Some(find::load(op, account.id).await?))
        })
        .await?;
    verified.ok_or_else(wrong_code)
}

/// The account and what its code is bound to, when `code` is right for the account that `name` belongs to. A wrong one is
/// counted and remembered, so that this must be in a transaction that lasts.
///
/// Errors: `Throttled` for a network that was wrong too often.
pub(super) async fn try_code(
    op: &mut Operation<'_>,
    name: &str,
    purposes: &[Purpose],
    code: &Secret,
) -> Result<Option<(Account, one_time_links::Bond)>> {
    let network = op.caller.address.map(Subject::Network);
    if let Some(network) = &network
        && let Some(until) = throttle::blocked_until(op, network).await?
    {
        return Err(Error::Throttled { retry_after: until.since(op.now) });
    }
    let settings = settings::load(op).await?;
    let account = find::find_by_identifier(op, name).await?;
    if let Some(account) = &account
        && let Guess::Right(bond) = one_time_links::guess(op, account.id, purposes, code, settings.code_tries).await?
    {
        return Ok(Some((account.clone(), bond)));
    }
    if let Some(network) = &network {
        throttle::failed(op, network, &settings).await?;
    }
    let permit = op.allow(Permission::UseLink, Target::Organization)?;
    op.record(permit, Event::CodeRefused { account: account.as_ref().map(Account::reference) });
    Ok(None)
}

/// One answer for an unknown name and a wrong, old or used code.
pub(super) fn wrong_code() -> Error {
    let message = "This code does not work. Check it, or ask for another one.";
    Error::invalid("code", "WRONG_CODE", message)
}
