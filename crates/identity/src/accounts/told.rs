//! What people are told of accounts and registrations.

use base::{AccountId, Timestamp};

use super::status::{Lifecycle, Status};
use super::summary::counter_of;
use super::{Account, find};
use crate::access::{Permission, Role, Roles};
use crate::events::Event;
use crate::messages::{self, Address, Template, Values};
use crate::settings::RegistrationNotice;
use crate::{Operation, Result, counters, settings};

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// Tells who registered what comes next (R2, R3), and administrators that they have to decide (R7).
pub(super) async fn tell_how_far(op: &mut Operation<'_>, account: &Account) -> Result<()> {
    match account.state.lifecycle {
        Lifecycle::PendingActivation => Ok(()),
        Lifecycle::PendingApproval => {
            messages::queue(op, Template::AwaitingApproval, account.id, Values::new()).await?;
            tell_administrators(op).await
        }
        Lifecycle::Active => messages::queue(op, Template::AccountActive, account.id, Values::new()).await,
    }
}

/// Tells administrators that registrations wait: each time, or at the end of the hour with how many there are by then.
async fn tell_administrators(op: &mut Operation<'_>) -> Result<()> {
    let settings = settings::load(op).await?;
    let mut values = Values::new()
        .with("pending_count", waiting(op).await?)
        .with_page("review_url", "/console/users?status=pending_approval");
    match settings.registration_notice {
        RegistrationNotice::Off => return Ok(()),
        RegistrationNotice::Each => {}
        RegistrationNotice::Hourly => {
            let hour = op.now.as_millis() / HOUR;
            values = values.gathered(format!("hour {hour}"), Timestamp::from_millis((hour + 1) * HOUR));
        }
    }
    for address in &settings.registration_notice_to {
        messages::queue_to(op, Template::RegistrationToReview, Address::email(address), values.clone()).await?;
    }
    if settings.registration_notice_to.is_empty() {
        for administrator in messages::holders(op, Role::UserAdministrator).await? {
            messages::queue(op, Template::RegistrationToReview, administrator, values.clone()).await?;
        }
    }
    Ok(())
}

/// How many registrations wait for approval, with those of this operation, which are not added up yet.
async fn waiting(op: &mut Operation<'_>) -> Result<u64> {
    let counter = counter_of(Status::PendingApproval);
    let before = counters::sums(op, counter).await?.get(counter).copied().unwrap_or(0);
    let now = before + op.counts.get(counter).copied().unwrap_or(0);
    Ok(u64::try_from(now).unwrap_or(0))
}

/// Mails somebody their username (M4).
///
/// Errors: `NotFound`; `Denied` without `SendUsername`; `Invalid` `NO_ADDRESS`.
pub async fn send_username(op: &mut Operation<'_>, id: AccountId) -> Result<()> {
    let account = find::load(op, id).await?;
    let permit = op.allow(Permission::SendUsername, account.target())?;
    messages::queue(op, Template::Username, id, Values::new()).await?;
    op.record(permit, Event::UsernameSent { account: account.reference() });
    Ok(())
}

/// Tells somebody that their roles as an administrator changed (P1), if they have an address.
pub(super) async fn tell_of_roles(op: &mut Operation<'_>, account: &Account, before: Roles) -> Result<()> {
    let values = Values::new().with("privileges_before", names(before)).with("privileges_after", names(account.roles));
    messages::tell(op, Template::PrivilegesChanged, account.id, values).await
}

/// Roles as a person reads them.
fn names(roles: Roles) -> String {
    let names: Vec<String> = roles.iter().map(|role| role.to_string()).collect();
    if names.is_empty() { "None".to_owned() } else { names.join(", ") }
}

/// Tells both addresses that somebody else changed the address of an account (S5), and super administrators when it is one
/// of theirs (G11). To be called before the change is written.
pub(super) async fn tell_of_address(op: &mut Operation<'_>, account: &Account, new: Option<&str>) -> Result<()> {
    tell_former_address(op, account, new).await?;
    if let Some(new) = new {
        tell_address(op, account, new, Some(new)).await?;
    }
    alert_of_address(op, account).await
}

/// Tells the present address of an account that another one is to take its place, or does (S5).
pub(super) async fn tell_former_address(op: &mut Operation<'_>, account: &Account, new: Option<&str>) -> Result<()> {
    match &account.email {
        Some(former) => tell_address(op, account, former, new).await,
        None => Ok(()),
    }
}

async fn tell_address(op: &mut Operation<'_>, account: &Account, address: &str, new: Option<&str>) -> Result<()> {
    let values = Values::new().with("new_email_masked", new.map(masked));
    messages::queue_to(op, Template::EmailChanged, Address::email(address).about(account.id), values).await
}

/// Tells super administrators that the address of one of them is another one now (G11).
pub(super) async fn alert_of_address(op: &mut Operation<'_>, account: &Account) -> Result<()> {
    if account.roles.has(Role::SuperAdministrator) {
        messages::alert(op, &account.display_name(), "got another email address").await?;
    }
    Ok(())
}

/// An address of which only the first sign and the domain can be read.
pub(super) fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}
