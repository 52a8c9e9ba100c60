//! Ending one's own session.

use super::Resumed;
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Operation, Result, sessions};

/// Ends the session.
///
/// Errors: `Unavailable`.
pub async fn sign_out(op: &mut Operation<'_>, resumed: &Resumed) -> Result<()> {
    let permit = op.allow(Permission::SignIn, Target::Organization)?;
    sessions::end(op, resumed.session.id).await?;
    op.record(permit, Event::SignedOut { account: resumed.account.reference() });
    Ok(())
}
