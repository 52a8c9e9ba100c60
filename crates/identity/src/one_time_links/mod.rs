//! Links that work once: issued with a purpose and an end, redeemed by a POST, kept only as a hash.

mod rows;

use std::time::Duration;

use base::{AccountId, Secret};

use crate::{Error, Operation, Result};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Becoming the first super administrator.
    SetUp,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::SetUp => "set_up",
        }
    }
}

/// Makes a link and ends older ones of the same purpose and account. The answer is the only copy of its token.
pub(crate) async fn issue(
    op: &mut Operation<'_>,
    purpose: Purpose,
    account: Option<AccountId>,
    validity: Duration,
) -> Result<Secret> {
    let token = op.new_token();
    let (organization, now) = (op.organization(), op.now);
    rows::retire(&mut op.tx, organization, purpose.code(), account).await?;
    rows::insert(&mut op.tx, organization, token.sha256(), purpose.code(), account, now, now.plus(validity)).await?;
    Ok(token)
}

/// Whether a link would work now, without using it.
pub(crate) async fn is_valid(op: &mut Operation<'_>, purpose: Purpose, token: &Secret) -> Result<bool> {
    let (organization, now) = (op.organization(), op.now);
    Ok(rows::find(&mut op.tx, organization, token.sha256(), purpose.code(), now).await?.is_some())
}

/// Uses a link up and answers the account it was for.
///
/// Errors: `NotFound` when it never existed, has ended, was used, or is for something else.
pub(crate) async fn redeem(op: &mut Operation<'_>, purpose: Purpose, token: &Secret) -> Result<Option<AccountId>> {
    let (organization, now) = (op.organization(), op.now);
    let account =
        rows::find(&mut op.tx, organization, token.sha256(), purpose.code(), now).await?.ok_or(Error::NotFound)?;
    if rows::remove(&mut op.tx, token.sha256()).await? == 0 {
        // Somebody else redeemed it in this very moment.
        return Err(Error::NotFound);
    }
    Ok(account)
}

/// Ends every link of these accounts.
pub(crate) async fn end_all(op: &mut Operation<'_>, accounts: &[AccountId]) -> Result<()> {
    rows::delete_of(&mut op.tx, accounts).await
}
