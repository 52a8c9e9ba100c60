//! How many members groups have.

use base::{AccountId, GroupId};

use super::rows;
use crate::{Operation, Result};

/// How many accounts are in a group; `None` when it is gone.
pub(crate) async fn size(op: &mut Operation<'_>, id: GroupId) -> Result<Option<u64>> {
    let organization = op.organization();
    Ok(rows::find_many(&mut op.tx, organization, &[id], "").await?.pop().map(|group| group.members))
}

/// Takes accounts that are about to be deleted out of every group.
pub(crate) async fn leave_all(op: &mut Operation<'_>, accounts: &[AccountId]) -> Result<()> {
    // In one order, so that two operations never wait for each other in a circle.
    for (group, members) in rows::groups_among(&mut op.tx, accounts).await? {
        rows::resize(&mut op.tx, group, -members).await?;
    }
    rows::remove_everywhere(&mut op.tx, accounts).await
}
