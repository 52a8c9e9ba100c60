//! Making an account with a password that somebody typed: the password is hashed before the transaction begins.

use base::Secret;

use super::{Account, NewAccount, NewPassword, check_new, create};
use crate::access::{Permission, Target};
use crate::credentials::PasswordContext;
use crate::settings::Settings;
use crate::{Caller, Error, Identity, Problem, Result, settings};

/// A password as it was typed.
#[derive(Clone, Debug)]
pub struct TypedPassword {
    /// The password.
    pub password: Secret,
    /// The same once more.
    pub repeated: Secret,
    /// Whether it must be changed at the next sign-in; the rules don't apply to such a password.
    pub temporary: bool,
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
            let _ = op.allow(Permission::CreateAccount, Target::Organization)?;
            let settings = settings::load(op).await?;
            let mut problems = check_new(op, std::slice::from_ref(&new))
                .await?
                .into_iter()
                .filter_map(std::result::Result::err)
                .flatten()
                .filter(|problem| problem.code != "LICENSE_LIMIT")
                .collect::<Vec<_>>();
            problems.extend(typed.problems(&settings, &context_of(&new)));
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

impl TypedPassword {
    /// What is wrong with it.
    pub(crate) fn problems(&self, settings: &Settings, context: &PasswordContext<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.password.is_empty() {
            let message = format!("Enter {}.", settings.word_for_password.with_article());
            problems.push(Problem::new("password", "REQUIRED_MISSING", message));
        } else if !self.temporary {
            let broken = settings.password_rules.check(&self.password, context);
            problems.extend(
                broken.into_iter().map(|violation| Problem::new("password", "PASSWORD_POLICY", violation.message)),
            );
        }
        if self.password != self.repeated {
            let message = format!("Enter the same {} twice.", settings.word_for_password.inside());
            problems.push(Problem::new("password_repeat", "PASSWORD_REPEAT", message));
        }
        problems
    }
}
