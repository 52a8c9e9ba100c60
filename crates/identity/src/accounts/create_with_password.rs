//! Making an account with a first password, or an invitation to choose one: passwords are hashed before the transaction
//! begins.

use base::Secret;

use super::dispatch::Sent;
use super::invite::invite;
use super::letters;
use super::password_choice::{Form, Letter, PasswordChoice, Ruling, ruling};
use super::typed_password::refuse_chosen_by_administrator;
use super::{Account, NewAccount, NewPassword, PasswordState, TypedPassword, check_new, create, find};
use crate::access::{Permission, Target};
use crate::one_time_links::Way;
use crate::{Caller, Error, Identity, Operation, Problem, Result, settings};

/// How a new account gets its first password.
#[derive(Clone, Debug)]
pub enum FirstPassword {
    /// An administrator gives it one.
    Given(PasswordChoice),
    /// Its owner is invited to choose one.
    Invite(Way),
}

/// A new account, and what its owner is sent.
#[derive(Debug)]
pub struct Created {
    /// The account.
    pub account: Account,
    /// The invitation; the only copy of its link when it is to be handed over.
    pub invitation: Option<Sent>,
    /// Whether the first password is mailed to the user.
    pub is_mailed: bool,
}

/// Makes an account whose owner gets a first password in the way that was chosen; the message is queued in the transaction
/// that makes it (ES-70).
///
/// Errors: those of [`create`], with those of the password (`PASSWORD_POLICY`, `PASSWORD_REPEAT`, `CHOICE_OFF`) or of the
/// way (`NO_WAY`) beside them; `Unavailable` when too many passwords wait to be hashed.
pub async fn create_user(
    identity: &Identity,
    caller: &Caller,
    new: NewAccount,
    first: FirstPassword,
) -> Result<Created> {
    let choice = match first {
        FirstPassword::Given(choice) => choice,
        FirstPassword::Invite(way) => {
            let new = NewAccount { password: NewPassword::None, ..new };
            return identity
                .write(caller, async |op| {
                    let account = create(op, new).await?;
                    let sent = invite(op, account.id, way).await?;
                    Ok(Created { account: sent.account.clone(), invitation: Some(sent), is_mailed: false })
                })
                .await;
        }
    };
    let (password, planned) = identity.read(caller, async |op| plan(op, &new, &choice).await).await?;
    let hash = identity.hasher().hash(password.clone()).await?;
    let password_kept = if planned.temporary { NewPassword::Temporary(hash) } else { NewPassword::Permanent(hash) };
    let new = NewAccount { password: password_kept, ..new };
    identity
        .write(caller, async |op| {
            let account = create(op, new).await?;
            let until = match account.state.password {
                PasswordState::Temporary { until } => Some(until),
                PasswordState::None | PasswordState::Permanent => None,
            };
            letters::send(op, planned.letter, &account, &password, until).await?;
            let account = find::load(op, account.id).await?;
            Ok(Created { account, invitation: None, is_mailed: planned.letter.holds_password() })
        })
        .await
}

/// The password that is to be, and what the choice comes to; every problem with it and with the account at once.
async fn plan(op: &mut Operation<'_>, new: &NewAccount, choice: &PasswordChoice) -> Result<(Secret, Ruling)> {
    let mut problems = problems_with(op, new).await?;
    let settings = settings::load(op).await?;
    let planned = ruling(Form::Create, choice.boxes(), settings.allow_mailing_permanent_passwords);
    if planned.letter != Letter::None && new.email.trim().is_empty() {
        let message = "Nothing can be sent to a user without an email address.";
        problems.push(Problem::new(choice.field(), "NO_ADDRESS", message));
    }
    match choice.password(op, &new.password_context(), planned).await {
        Ok(password) if problems.is_empty() => Ok((password, planned)),
        Ok(_) => Err(Error::Invalid(problems)),
        Err(Error::Invalid(more)) => Err(Error::Invalid(problems.into_iter().chain(more).collect())),
        Err(error) => Err(error),
    }
}

/// Makes an account with a typed password.
///
/// Errors: those of [`create`], with those of the password (`PASSWORD_POLICY`, `PASSWORD_REPEAT`) beside them;
/// `Unavailable` when too many passwords wait to be hashed.
pub async fn create_with_password(
    identity: &Identity,
    caller: &Caller,
    new: NewAccount,
    typed: TypedPassword,
) -> Result<Account> {
    let new = with_hashed_password(identity, caller, new, typed).await?;
    identity.write(caller, async |op| create(op, new).await).await
}

/// Holds an account and its typed password against every rule, and hashes the password; nothing is written.
///
/// Errors: as [`create_with_password`].
pub(crate) async fn with_hashed_password(
    identity: &Identity,
    caller: &Caller,
    mut new: NewAccount,
    typed: TypedPassword,
) -> Result<NewAccount> {
    let problems = identity
        .read(caller, async |op| {
            refuse_chosen_by_administrator(op).await?;
            let mut problems = problems_with(op, &new).await?;
            problems.extend(typed.problems(op, &new.password_context()).await?);
            Ok(problems)
        })
        .await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let hash = identity.hasher().hash(typed.password).await?;
    new.password = if typed.temporary { NewPassword::Temporary(hash) } else { NewPassword::Permanent(hash) };
    Ok(new)
}

/// What is wrong with an account that is to be, but for the license limit, which is looked at when it is made.
async fn problems_with(op: &mut Operation<'_>, new: &NewAccount) -> Result<Vec<Problem>> {
    let _ = op.allow(Permission::CreateAccount, Target::Organization)?;
    let checked = check_new(op, std::slice::from_ref(new)).await?;
    let problems = checked.into_iter().filter_map(std::result::Result::err).flatten();
    Ok(problems.filter(|problem| problem.code != "LICENSE_LIMIT").collect())
}
