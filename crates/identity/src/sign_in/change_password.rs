//! Choosing a password of one's own in place of a temporary or an outdated one, before anything else may be done.

use base::Secret;

use super::Resumed;
use crate::access::{Permission, Target};
use crate::accounts::{self, TypedPassword};
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::{Caller, Identity, Result, sessions};

/// What a person gets for a password of their own.
#[derive(Debug)]
pub struct ChangedPassword {
    /// The new token of the session; the old one works no more.
    pub token: Secret,
}

/// Replaces the temporary or outdated password of the signed-in person by one that follows the rules. Other sessions end.
///
/// Errors: `Invalid` (`PASSWORD_POLICY`, `PASSWORD_REPEAT`, `PASSWORD_SAME`, `PASSWORD_USED`); `Stale` when the password was changed
/// meanwhile; `Unavailable`.
pub async fn change_required_password(
    identity: &Identity,
    caller: &Caller,
    resumed: &Resumed,
    typed: TypedPassword,
) -> Result<ChangedPassword> {
    let typed = TypedPassword { temporary: false, ..typed };
    let account = &resumed.account;
    let accepted = accounts::accept_password(identity, caller, account, typed).await?;
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::SignIn, Target::Organization)?;
            let account = accounts::keep_password(op, account, &accepted).await?;
            sessions::end_others(op, account.id, resumed.session.id).await?;
            let token = sessions::renew(op, resumed.session.id).await?;
            let values = Values::new().with("changed_at", op.now).with("by_admin", "");
            messages::tell(op, Template::PasswordChanged, account.id, values).await?;
            op.record(permit, Event::PasswordSet { account: account.reference(), temporary: false });
            Ok(ChangedPassword { token })
        })
        .await
}
