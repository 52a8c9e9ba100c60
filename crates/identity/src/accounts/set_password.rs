//! Setting the password of somebody else; hashed before the transaction begins.

use base::AccountId;

use super::accept_password::{accept, keep};
use super::status::Lifecycle;
use super::typed_password::refuse_chosen_by_administrator;
use super::{Account, TypedPassword, find};
use crate::access::Permission;
use crate::events::Event;
use crate::{Caller, Error, Identity, Result, sessions};

/// Sets the password of an account. Its sessions end; a pending reset, a pending first password and a lock for
/// failed attempts end too, an administrator's lock and Disabled stay (ES-134).
///
/// Errors: `NotFound`; `Denied` without `SetPassword`; `Conflict` `pending` while the account is not
/// active, `passwords_not_chosen` where administrators don't type any; `Invalid` (`PASSWORD_POLICY`, `PASSWORD_REPEAT`,
/// `PASSWORD_USED`); `Stale` when the password was changed meanwhile;
/// `Unavailable` when too many passwords wait to be hashed.
pub async fn set_password(
    identity: &Identity,
    caller: &Caller,
    id: AccountId,
    typed: TypedPassword,
) -> Result<Account> {
    let account = identity
        .read(caller, async |op| {
            let account = find::load(op, id).await?;
            let _ = op.allow(Permission::SetPassword, account.target())?;
            refuse_pending(&account)?;
            refuse_chosen_by_administrator(op).await?;
            Ok(account)
        })
        .await?;
    let temporary = typed.temporary;
    let accepted = accept(identity, caller, &account, typed).await?;
    identity
        .write(caller, async |op| {
            let account = find::load(op, id).await?;
            let permit = op.allow(Permission::SetPassword, account.target())?;
            refuse_pending(&account)?;
            let account = keep(op, &account, &accepted).await?;
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
