//! Making links and codes: the newest of a purpose is the only one that works.

use std::time::Duration;

use base::{AccountId, Secret};

use super::{Purpose, Way, code, rows};
use crate::{Error, Operation, Result};

/// How often links of one account may be sent once more within an hour (ES-114).
pub(crate) const RESENDS_AN_HOUR: u32 = 5;
const AN_HOUR: Duration = Duration::from_hours(1);

/// A link or code that is wanted.
pub(crate) struct Issue<'a> {
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// Whom it is for.
    pub(crate) account: Option<AccountId>,
    /// How it goes to its owner.
    pub(crate) way: Way,
    /// How many digits a code has.
    pub(crate) digits: u32,
    /// The address or number that it is sent to.
    pub(crate) sent_to: Option<&'a str>,
    /// What the account's password is.
    pub(crate) password_hash: Option<Vec<u8>>,
    /// How long it works.
    pub(crate) validity: Duration,
    /// Whether somebody asked for it to be sent once more.
    pub(crate) is_resend: bool,
}

/// Makes a link that is sent to nobody, and retires older ones of the same purpose and account. The answer is the only copy
/// of its token.
pub(crate) async fn issue(
    op: &mut Operation<'_>,
    purpose: Purpose,
    account: Option<AccountId>,
    validity: Duration,
) -> Result<Secret> {
    let (way, sent_to, password_hash) = (Way::HandOver, None, None);
    issue_to(op, Issue { purpose, account, way, digits: 0, sent_to, password_hash, validity, is_resend: false }).await
}

/// Makes a link or code and retires older ones of the same purpose and account. The answer is the only copy of the
/// token, or of the digits.
pub(crate) async fn issue_to(op: &mut Operation<'_>, wanted: Issue<'_>) -> Result<Secret> {
    let (organization, now) = (op.organization(), op.now);
    rows::retire(&mut op.tx, organization, wanted.purpose.code(), wanted.account).await?;
    let token = op.new_token();
    let token_hash = token.sha256();
    let (secret, code_hash) = if wanted.way.is_code() {
        let digits = code::digits(op.random, wanted.digits);
        let hash = code::mark(op.files, &token_hash, &digits)?;
        (digits, Some(hash))
    } else {
        (token, None)
    };
    let expires_at = now.plus(wanted.validity);
    rows::insert(&mut op.tx, organization, &wanted, token_hash, code_hash, now, expires_at).await?;
    Ok(secret)
}

/// Refuses what was asked for too often.
///
/// Errors: `Throttled` when links and codes of the account were sent once more `most` times within the last hour.
pub(crate) async fn refuse_too_many(op: &mut Operation<'_>, account: AccountId, most: u32) -> Result<()> {
    let since = op.now.minus(AN_HOUR);
    let sent = rows::resent_since(&mut op.tx, account, since).await?;
    match sent.first() {
        Some(first) if sent.len() >= most as usize => {
            Err(Error::Throttled { retry_after: first.plus(AN_HOUR).since(op.now) })
        }
        _ => Ok(()),
    }
}
