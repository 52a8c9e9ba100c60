//! The letters about a password that an administrator gave.

use base::{Secret, Timestamp};

use super::Account;
use super::password_choice::Letter;
use super::status::PasswordState;
use crate::access::Role;
use crate::messages::{self, Template, Values};
use crate::{Error, Operation, Result};

/// Queues `letter` to the owner of `account`. The password stands in it only where the letter holds it.
///
/// Errors: `Invalid` `NO_ADDRESS` when it must be sent and there is no address.
pub(super) async fn send(
    op: &mut Operation<'_>,
    letter: Letter,
    account: &Account,
    password: &Secret,
    until: Option<Timestamp>,
) -> Result<()> {
    let until = |values: Values| match until {
        Some(until) => values.with("expires_at", until),
        None => values,
    };
    let status = || Values::new().with("status", account.status().to_string());
    let (template, values) = match letter {
        Letter::None => return Ok(()),
        // Nobody can be told who has no address, and the password is changed all the same.
        Letter::Changed if account.email.is_none() => return Ok(()),
        Letter::Changed => {
            (Template::PasswordChanged, Values::new().with("changed_at", op.now).with("by_admin", "yes"))
        }
        Letter::Summary => (Template::AccountSummary, status()),
        Letter::SummaryWithPassword => {
            (Template::AccountSummary, until(status()).with_secret("temporary_password", password))
        }
        Letter::RandomPassword => {
            (Template::PasswordSetRandom, until(Values::new()).with_secret("temporary_password", password))
        }
        Letter::TypedPassword => {
            (Template::PasswordSetTyped, until(Values::new()).with_secret("temporary_password", password))
        }
    };
    messages::queue(op, template, account.id, values).await
}

/// Mails the owner of a new or changed account how it stands (M1), with its password if that was made by chance. Who has
/// no address gets nothing.
///
/// Errors: `Unavailable`, `Internal`.
pub(crate) async fn send_summary(op: &mut Operation<'_>, account: &Account, password: Option<&Secret>) -> Result<()> {
    if account.email.is_none() {
        return Ok(());
    }
    let until = match account.state.password {
        PasswordState::Temporary { until } => Some(until),
        PasswordState::None | PasswordState::Permanent => None,
    };
    match password {
        Some(password) => send(op, Letter::SummaryWithPassword, account, password, until).await,
        None => send(op, Letter::Summary, account, &Secret::default(), None).await,
    }
}

/// Refuses what could not be sent, before anything is done.
///
/// Errors: `Invalid` `NO_ADDRESS`; `SUPER_ADMINISTRATOR` for a password that would be mailed to one: whoever manages the
/// mail server would get hold of the highest account (G7).
pub(super) fn check(letter: Letter, field: &str, account: &Account) -> Result<()> {
    if letter.holds_password() && account.roles.has(Role::SuperAdministrator) {
        let message = "Reeve mails no password to a super administrator. Type one and hand it over.";
        return Err(Error::invalid(field, "SUPER_ADMINISTRATOR", message));
    }
    if !matches!(letter, Letter::None | Letter::Changed) && account.email.is_none() {
        let message = "This user has no email address that a password could be sent to.";
        return Err(Error::invalid(field, "NO_ADDRESS", message));
    }
    Ok(())
}
