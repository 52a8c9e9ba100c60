//! Registering with a password that somebody typed: it is hashed before the transaction begins.

use super::register::check_applicant;
use super::{Applicant, Registered, TypedPassword, register};
use crate::access::{Permission, Target};
use crate::credentials::PasswordContext;
use crate::{Caller, Error, Identity, Result};

/// Registers somebody with the password that they typed. An address that is taken costs the same hashing as a new one.
///
/// Errors: those of [`register`], with those of the password (`PASSWORD_POLICY`, `PASSWORD_REPEAT`) beside them;
/// `Unavailable` when too many passwords wait to be hashed.
pub async fn register_with_password(
    identity: &Identity,
    caller: &Caller,
    applicant: &Applicant,
    typed: TypedPassword,
) -> Result<Registered> {
    let typed = TypedPassword { temporary: false, ..typed };
    let problems = identity
        .read(caller, async |op| {
            let _ = op.allow(Permission::Register, Target::Organization)?;
            let mut problems = match check_applicant(op, applicant).await {
                Ok(_) => Vec::new(),
                Err(Error::Invalid(problems)) => problems,
                Err(error) => return Err(error),
            };
            problems.extend(typed.problems(op, &context_of(applicant)).await?);
            Ok(problems)
        })
        .await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let hash = identity.hasher().hash(typed.password).await?;
    match identity.write(caller, async |op| register(op, applicant, &hash).await).await {
        // Somebody took a name meanwhile; now the check sees which.
        Err(Error::Stale) => identity.write(caller, async |op| register(op, applicant, &hash).await).await,
        answer => answer,
    }
}

fn context_of(applicant: &Applicant) -> PasswordContext<'_> {
    let names = [applicant.first_name.as_str(), applicant.last_name.as_str()];
    PasswordContext::of_profile(&applicant.username, Some(&applicant.email), names)
}
