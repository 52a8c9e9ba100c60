//! Choosing a password of one's own in place of a temporary one, before anything else may be done.

use base::Secret;

use super::Resumed;
use crate::access::{Permission, Target};
use crate::accounts::{self, TypedPassword};
use crate::credentials::{self, PasswordContext, Verdict};
use crate::events::Event;
use crate::{Caller, Error, Identity, Problem, Result, sessions, settings};

/// What a person gets for a password of their own.
#[derive(Debug)]
pub struct ChangedPassword {
    /// The new token of the session; the old one works no more.
    pub token: Secret,
}

/// Replaces the temporary password of the signed-in person by one that follows the rules. Other sessions end.
///
/// Errors: `Invalid` (`PASSWORD_POLICY`, `PASSWORD_REPEAT`, `PASSWORD_SAME`); `Stale` when the password was changed
/// meanwhile; `Unavailable`.
pub async fn change_required_password(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    typed: TypedPassword,
) -> Result<ChangedPassword> {
    let account = &resumed.account;
    let typed = TypedPassword { temporary: false, ..typed };
    let context = PasswordContext::of_profile(
        &account.username,
        account.email.as_deref(),
        [&account.first_name, &account.last_name],
    );
    let (settings, stored) = identity
        .read(caller, async |op| Ok((settings::load(op).await?, credentials::find_password(op, account.id).await?)))
        .await?;
    let problems = typed.problems(&settings, &context);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let before = stored.as_ref().map(|stored| stored.set_at);
    let verdict = identity.hasher().verify(typed.password.clone(), stored.map(|stored| stored.hash)).await?;
    if verdict != Verdict::Wrong {
        let message = format!("Choose {} other than the temporary one.", settings.word_for_password.with_article());
        return Err(Error::Invalid(vec![Problem::new("password", "PASSWORD_SAME", message)]));
    }
    let hash = identity.hasher().hash(typed.password).await?;
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::SignIn, Target::Organization)?;
            let present = credentials::find_password(op, account.id).await?.map(|stored| stored.set_at);
            if present != before {
                return Err(Error::Stale);
            }
            credentials::put_password(op, account.id, &hash, false).await?;
            let account = accounts::password_became_permanent(op, account.id).await?;
            sessions::end_others(op, account.id, resumed.session.id).await?;
            let token = sessions::renew(op, resumed.session.id).await?;
            op.record(permit, Event::PasswordSet { account: account.reference(), temporary: false });
            Ok(ChangedPassword { token })
        })
        .await
}
