//! Ending what was issued for accounts.

use base::AccountId;

use super::rows;
use crate::{Operation, Result, one_time_links};

/// Ends every link and code of these accounts, and with them the addresses that wait for one: whoever has a hand in a link
/// that is out must not come by an account after it changed hands, or its password.
pub(crate) async fn end_links(op: &mut Operation<'_>, accounts: &[AccountId]) -> Result<()> {
    one_time_links::end_all(op, accounts).await?;
    rows::forget_pending_emails(&mut op.tx, accounts).await
}
