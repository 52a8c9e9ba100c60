//! Asking for a link to change the password (T24).

use super::typed_name::TypedName;
use super::{Answer, held, limits, mail_link, requested, send_change_link, tell_stranger};
use crate::access::{Permission, Role, Target};
use crate::accounts::{Account, Lifecycle, LockReason, PasswordState, find};
use crate::messages::{self, Template, Values};
use crate::one_time_links::Purpose;
use crate::{Error, Operation, Result, settings};

/// Mails a link to change the password to the address of the account that `name` belongs to, or why there is none, as
/// the account stands (ES-181). Whatever becomes of it, the answer is the same.
///
/// Errors: `NotFound` while the organization has it switched off; `Unavailable`, `Internal`.
pub async fn request_password_change(op: &mut Operation<'_>, name: &TypedName) -> Result<()> {
    let permit = op.allow(Permission::RequestRecovery, Target::Organization)?;
    if !settings::load(op).await?.change_password_request {
        return Err(Error::NotFound);
    }
    let found = find::find_by_identifier(op, name.as_str()).await?;
    let account = held(op, found.map(|account| account.id)).await?;
    let answer = if limits::has_room(op, name.identifier(), account.as_ref()).await? {
        match &account {
            Some(account) => help(op, account).await?,
            None => tell_stranger(op, name.address().as_ref()).await?,
        }
    } else {
        Answer::TooMany
    };
    op.record(permit, requested(account.as_ref(), "password", answer));
    Ok(())
}

/// One row of ES-181.
async fn help(op: &mut Operation<'_>, account: &Account) -> Result<Answer> {
    if account.roles.has(Role::SuperAdministrator) {
        return Ok(Answer::SuperAdministrator);
    }
    match account.state.lifecycle {
        Lifecycle::PendingActivation => {
            mail_link(op, account, Purpose::ConfirmRegistration, Answer::ConfirmationSent).await
        }
        Lifecycle::PendingApproval => {
            let reason = "An administrator has not approved your registration yet.";
            tell_why(op, account, reason, Answer::AwaitsApproval).await
        }
        Lifecycle::Active if !account.state.enabled => {
            let reason = "The account is disabled. Only an administrator can enable it again.";
            tell_why(op, account, reason, Answer::Disabled).await
        }
        Lifecycle::Active if account.state.lock(LockReason::Admin, op.now).is_some() => {
            let reason = "An administrator locked the account, and can unlock it.";
            tell_why(op, account, reason, Answer::Locked).await
        }
        Lifecycle::Active if account.email.is_none() => Ok(Answer::NoAddress),
        Lifecycle::Active if account.state.password == PasswordState::None => {
            mail_link(op, account, Purpose::SetFirstPassword, Answer::LinkSent).await
        }
        Lifecycle::Active => {
            send_change_link(op, account).await?;
            Ok(Answer::LinkSent)
        }
    }
}

/// Tells the owner why there is no link (S2b). An administrator's own words are for administrators.
async fn tell_why(op: &mut Operation<'_>, account: &Account, reason: &str, answer: Answer) -> Result<Answer> {
    messages::tell(op, Template::CannotChangePassword, account.id, Values::new().with("reason", reason)).await?;
    Ok(answer)
}
