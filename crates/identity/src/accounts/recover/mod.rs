//! What people ask for who can't sign in: their username, or a link to change their password. The answer is the same
//! whoever asks for whom; what became of a request only the audit log tells.

mod limits;
mod link;
mod password;
mod typed_name;
mod username;

pub use password::request_password_change;
pub use typed_name::TypedName;
pub use username::request_username;

pub(super) use link::send_change_link;

use base::AccountId;

use super::dispatch::dispatch;
use super::rules::EmailAddress;
use super::{Account, find};
use crate::events::Event;
use crate::messages::{self, Address, Template, Values};
use crate::one_time_links::{Purpose, Way};
use crate::{Error, Operation, Result, settings};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The username was mailed.
    UsernameSent,
    /// A link was mailed that sets a password.
    LinkSent,
    /// The link that confirms the registration was mailed once more.
    ConfirmationSent,
    /// The owner was told that an administrator still has to approve the registration.
    AwaitsApproval,
    /// The owner was told, unless that is switched off, that an administrator has to enable the account.
    Disabled,
    /// The same of an administrator's lock.
    Locked,
    /// Nothing opens the highest account but another super administrator, or the command line (G7).
    SuperAdministrator,
    /// The account has no address.
    NoAddress,
    /// There is no such account.
    NoAccount,
    /// There were too many requests.
    TooMany,
}

impl Answer {
    fn code(self) -> &'static str {
        match self {
            Answer::UsernameSent => "username_sent",
            Answer::LinkSent => "link_sent",
            Answer::ConfirmationSent => "confirmation_sent",
            Answer::AwaitsApproval => "pending_approval",
            Answer::Disabled => "account_disabled",
            Answer::Locked => "account_locked",
            Answer::SuperAdministrator => "super_administrator",
            Answer::NoAddress => "no_address",
            Answer::NoAccount => "no_account",
            Answer::TooMany => "too_many",
        }
    }
}

/// The account that somebody means, kept from others' changes.
async fn held(op: &mut Operation<'_>, id: Option<AccountId>) -> Result<Option<Account>> {
    match id {
        Some(id) => find::hold(op, id).await,
        None => Ok(None),
    }
}

/// Mails a link of its own kind, as far as it can be mailed.
async fn mail_link(op: &mut Operation<'_>, account: &Account, purpose: Purpose, done: Answer) -> Result<Answer> {
    match dispatch(op, account.clone(), purpose, Way::EmailLink, true).await {
        Ok(_) => Ok(done),
        // Nothing was written by then.
        Err(Error::Throttled { .. }) => Ok(Answer::TooMany),
        Err(Error::Invalid(_)) => Ok(Answer::NoAddress),
        Err(error) => Err(error),
    }
}

/// Tells an address that it has no account (S2c), if the organization wants strangers to be told.
async fn tell_stranger(op: &mut Operation<'_>, address: Option<&EmailAddress>) -> Result<Answer> {
    if let Some(address) = address
        && Template::NoAccount.is_wanted(&settings::load(op).await?)
    {
        messages::queue_to(op, Template::NoAccount, Address::email(address.as_str()), Values::new()).await?;
    }
    Ok(Answer::NoAccount)
}

fn requested(account: Option<&Account>, wanted: &'static str, answer: Answer) -> Event {
    Event::RecoveryRequested { account: account.map(Account::reference), wanted, answer: answer.code() }
}
