//! Asking for a forgotten username by the e-mail address.

use std::slice;

use super::{Answer, held, limits, mail_link, requested, tell_stranger};
use crate::access::{Permission, Target};
use crate::accounts::rules::EmailAddress;
use crate::accounts::{Account, Key, Lifecycle, find};
use crate::messages::{self, Template, Values};
use crate::one_time_links::Purpose;
use crate::{Error, Operation, Result, settings};

/// Mails the username of the account with this address to it (S1); who has not confirmed the registration gets that link
/// once more (R1), and who waits for approval is told so (R2) (ES-172). Whatever becomes of it, the answer is the same.
///
/// Errors: `NotFound` while the organization has it switched off; `Unavailable`, `Internal`.
pub async fn request_username(op: &mut Operation<'_>, address: &EmailAddress) -> Result<()> {
    let permit = op.allow(Permission::RequestRecovery, Target::Organization)?;
    if !settings::load(op).await?.recover_username {
        return Err(Error::NotFound);
    }
    let found = find::find_all_by(op, Key::Email, slice::from_ref(&address.as_str().to_owned())).await?;
    let account = held(op, found.into_values().next().map(|account| account.id)).await?;
    let answer = if limits::has_room(op, address.identifier(), account.as_ref()).await? {
        match &account {
            Some(account) => tell(op, account).await?,
            None => tell_stranger(op, Some(address)).await?,
        }
    } else {
        Answer::TooMany
    };
    op.record(permit, requested(account.as_ref(), "username", answer));
    Ok(())
}

async fn tell(op: &mut Operation<'_>, account: &Account) -> Result<Answer> {
    match account.state.lifecycle {
        Lifecycle::PendingActivation => {
            mail_link(op, account, Purpose::ConfirmRegistration, Answer::ConfirmationSent).await
        }
        Lifecycle::PendingApproval => {
            messages::queue(op, Template::AwaitingApproval, account.id, Values::new()).await?;
            Ok(Answer::AwaitsApproval)
        }
        Lifecycle::Active => {
            messages::queue(op, Template::UsernameRecovery, account.id, Values::new()).await?;
            Ok(Answer::UsernameSent)
        }
    }
}
