//! Making an account with a password that somebody typed: the password is hashed before the transaction begins.

use super::typed_password::refuse_chosen_by_administrator;
use super::{Account, NewAccount, NewPassword, TypedPassword, check_new, create};
use crate::access::{Permission, Target};
use crate::credentials::PasswordContext;
use crate::{Caller, Error, Identity, Result};

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
            let _ = op.allow(Permission::CreateAccount, Target::Organization)?;
            refuse_chosen_by_administrator(op).await?;
            let mut problems = check_new(op, std::slice::from_ref(&new))
                .await?
                .into_iter()
                .filter_map(std::result::Result::err)
                .flatten()
                .filter(|problem| problem.code != "LICENSE_LIMIT")
                .collect::<Vec<_>>();
            problems.extend(typed.problems(op, &context_of(&new)).await?);
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

fn context_of(new: &NewAccount) -> PasswordContext<'_> {
    PasswordContext::of_profile(&new.username, Some(&new.email), [&new.first_name, &new.last_name])
}
