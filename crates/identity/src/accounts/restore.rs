//! Giving accounts back what they had.

use base::{AccountId, Timestamp};

use super::{Account, AccountChange, rows, update_many};
use crate::{Error, Operation, Result};

/// Changes several accounts back, each as [`update`](super::update()) does one; an address that comes back is proved
/// since the time that stands with it. The events are those of the change.
///
/// Errors: as [`update_many`].
pub(crate) async fn restore_many(
    op: &mut Operation<'_>,
    former: Vec<(AccountId, AccountChange, Option<Timestamp>)>,
) -> Result<Vec<Result<Account>>> {
    let proofs: Vec<Option<Timestamp>> = former.iter().map(|(_, _, proved_at)| *proved_at).collect();
    let changes = former.into_iter().map(|(id, change, _)| (id, change)).collect();
    let mut answers = update_many(op, changes).await?;
    for (answer, proved_at) in answers.iter_mut().zip(proofs) {
        let (Ok(account), Some(proved_at)) = (answer.as_mut(), proved_at) else { continue };
        if account.email.is_none() {
            return Err(Error::Internal("an address that was proved did not come back".into()));
        }
        account.state.email.verified_at = Some(proved_at);
        rows::update(&mut op.tx, account).await?;
        account.version += 1;
    }
    Ok(answers)
}
