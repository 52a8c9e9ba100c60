//! Another address for one's own account: the present one stays in force until the new one is proved.

use super::own::own;
use super::register::{refuse_domain, tell_owner};
use super::rules::{EmailAddress, identifier, repeated_email};
use super::told::{masked, tell_former_address};
use super::{Account, dispatch, find, rows};
use crate::events::Event;
use crate::messages::{self, Address, Template, Values};
use crate::one_time_links::{self, Issue, Purpose, RESENDS_AN_HOUR, Way};
use crate::settings::{self, Settings};
use crate::{Error, Operation, Problem, Result};

/// Another address, as somebody typed it for their own account.
#[derive(Clone, Debug, Default)]
pub struct NewEmail {
    /// The address.
    pub email: String,
    /// The same once more.
    pub repeated: String,
}

/// Keeps another address for the account of the person who asks until it is proved, mails the link that proves it (S3),
/// and tells the present address (S5). What was asked for before is forgotten. An address that belongs to somebody else
/// gets the same answer; its owner is told, and no link that works leaves (ES-167). The caller has made sure that the
/// person is at the screen.
///
/// Errors: `Invalid` (`REQUIRED_MISSING`, `TOO_LONG`, `BAD_EMAIL`, `EMAIL_REPEAT`, `EMAIL_DOMAIN`, `EMAIL_SAME`;
/// `EMAIL_TAKEN` only where the organization lets that be said); `Throttled` when too many links were sent within an hour;
/// `Conflict` `account_shut`.
pub(crate) async fn request_email_change(op: &mut Operation<'_>, wanted: &NewEmail) -> Result<Account> {
    let (mut account, permit) = own(op).await?;
    let settings = settings::load(op).await?;
    let address = check(&account, wanted, &settings).map_err(Error::Invalid)?;
    if settings.reveal_duplicate_email && is_taken(op, &account, &address).await? {
        return Err(Error::invalid("email", "EMAIL_TAKEN", "This address belongs to another account."));
    }
    tell_former_address(op, &account, Some(&address)).await?;
    account.pending_email = Some(address.clone());
    account.modified_at = op.now;
    rows::put_pending_email(&mut op.tx, &account).await?;
    send_link(op, &account, &address).await?;
    op.record(permit, Event::EmailChangeRequested { account: account.reference(), email: address });
    find::load(op, account.id).await
}

/// Mails the link once more that proves the address that the person waits for; the one before works no more.
///
/// Errors: `Conflict` `not_waiting` when there is none; `Throttled` when too many links were sent within an hour.
pub async fn resend_email_change(op: &mut Operation<'_>) -> Result<()> {
    let (account, permit) = own(op).await?;
    let Some(address) = account.pending_email.clone() else {
        return Err(Error::conflict("not_waiting", "No new address waits to be confirmed."));
    };
    send_link(op, &account, &address).await?;
    let (purpose, way) = (Purpose::ConfirmEmail.code(), Way::EmailLink.code());
    op.record(permit, Event::LinkSent { account: account.reference(), purpose, way });
    Ok(())
}

/// Leaves the address of the person who asks as it is; the link that was sent to another one works no more. Nothing
/// happens when none waits.
///
/// Errors: `Conflict` `account_shut`.
pub async fn keep_email(op: &mut Operation<'_>) -> Result<()> {
    let (mut account, permit) = own(op).await?;
    if account.pending_email.take().is_none() {
        return Ok(());
    }
    account.modified_at = op.now;
    rows::put_pending_email(&mut op.tx, &account).await?;
    one_time_links::end(op, account.id, Purpose::ConfirmEmail).await?;
    op.record(permit, Event::EmailChangeWithdrawn { account: account.reference() });
    Ok(())
}

/// The address, when it follows the rules and is another one; else everything that is wrong.
fn check(account: &Account, wanted: &NewEmail, settings: &Settings) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut keep = |problem: Problem| problems.push(problem);
    let address = EmailAddress::parse(&wanted.email).map_err(&mut keep).ok();
    let _ = repeated_email(&wanted.email, &wanted.repeated).map_err(&mut keep);
    let _ = refuse_domain(&wanted.email, settings).map_err(&mut keep);
    if account.email.as_deref().is_some_and(|present| identifier(present) == identifier(&wanted.email)) {
        keep(Problem::new("email", "EMAIL_SAME", "This is your address already. Enter another one."));
    }
    match address {
        Some(address) if problems.is_empty() => Ok(address.as_str().to_owned()),
        _ => Err(problems),
    }
}

/// Whether an address, or a username that reads like it, is somebody else's.
pub(super) async fn is_taken(op: &mut Operation<'_>, account: &Account, address: &str) -> Result<bool> {
    let owner = find::find_by_identifier(op, address).await?;
    Ok(owner.is_some_and(|owner| owner.id != account.id))
}

/// Issues the link that proves `address`, and mails it there. For an address that is somebody else's, a link is issued as
/// well and counts like any other, but nobody gets to know it: its owner is told that the address has an account (R6).
async fn send_link(op: &mut Operation<'_>, account: &Account, address: &str) -> Result<()> {
    one_time_links::refuse_too_many(op, account.id, RESENDS_AN_HOUR).await?;
    let validity = settings::load(op).await?.verification_link();
    let wanted = Issue {
        purpose: Purpose::ConfirmEmail,
        account: Some(account.id),
        way: Way::EmailLink,
        digits: 0,
        sent_to: Some(address),
        password_hash: None,
        validity,
        is_resend: true,
    };
    let token = one_time_links::issue_to(op, wanted).await?;
    let owner = find::find_by_identifier(op, address).await?.filter(|owner| owner.id != account.id);
    if let Some(owner) = owner {
        return tell_owner(op, owner.id).await;
    }
    let values = Values::new()
        .with("expires_at", op.now.plus(validity))
        .with("old_email_masked", account.email.as_deref().map(masked))
        .with_link("confirm_url", dispatch::page_of(Purpose::ConfirmEmail), &token);
    messages::queue_to(op, Template::ConfirmEmail, Address::email(address).about(account.id), values).await
}
