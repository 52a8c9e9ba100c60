//! Setting the password of somebody else; hashed before the transaction begins.

use base::AccountId;

use super::status::{Lifecycle, PasswordState};
use super::{Account, TypedPassword, find, set_password_state};
use crate::access::Permission;
use crate::credentials::{self, PasswordContext};
use crate::events::Event;
use crate::{Caller, Error, Identity, Result, sessions, settings};

/// Sets the password of an account. Its sessions end; a pending reset, a pending first password and a lock for
/// failed attempts end too, an administrator's lock and Disabled stay (ES-134).
///
/// Errors: `NotFound`; `Denied` without `SetPassword`; `Conflict` `pending` while the account is not active; `Invalid` (`PASSWORD_POLICY`, `PASSWORD_REPEAT`);
/// `Unavailable` when too many passwords wait to be hashed.
pub async fn set_password(
    identity: &Identity,
    caller: &Caller,
    id: AccountId,
    typed: TypedPassword,
) -> Result<Account> {
    let problems = identity
        .read(caller, async |op| {
            let account = find::load(op, id).await?;
            let _ = op.allow(Permission::SetPassword, account.target())?;
            refuse_pending(&account)?;
            let context = PasswordContext::of_profile(
                &account.username,
                account.email.as_deref(),
                [&account.first_name, &account.last_name],
            );
            Ok(typed.problems(&settings::load(op).await?, &context))
        })
        .await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let temporary = typed.temporary;
    let hash = identity.hasher().hash(typed.password).await?;
    identity
        .write(caller, async |op| {
            let account = find::load(op, id).await?;
            let permit = op.allow(Permission::SetPassword, account.target())?;
            refuse_pending(&account)?;
            let until = op.now.plus(settings::load(op).await?.temporary_password());
            let state = if temporary { PasswordState::Temporary { until } } else { PasswordState::Permanent };
            credentials::put_password(op, id, &hash, false).await?;
            let account = set_password_state(op, id, state).await?;
            sessions::end_all(op, &[id]).await?;
            op.record(permit, Event::PasswordSet { account: account.reference(), temporary });
            Ok(account)
        })
        .await
}

/// Who waits for a decision keeps the password of the registration (ES-106).
fn refuse_pending(account: &Account) -> Result<()> {
    if account.state.lifecycle == Lifecycle::Active {
        return Ok(());
    }
    Err(Error::conflict("pending", "This registration waits for a decision; approve or activate it first."))
}
