//! How an account proves who it is: passwords, their rules, and how they are kept.

mod hasher;
mod password_hash;
mod password_rules;
mod random_password;
mod rows;

pub use hasher::{Busy, Hasher, Verdict};
pub use password_hash::{HashRefusal, ImportedHash, PasswordHash};
pub(crate) use password_rules::is_common;
pub use password_rules::{PasswordContext, PasswordRules, Violation};
pub(crate) use random_password::random_password;

use base::{AccountId, Secret, Timestamp};

use crate::{Operation, Result};

/// A password as it is kept.
#[derive(Clone, Debug)]
pub struct StoredPassword {
    /// The hash.
    pub hash: PasswordHash,
    /// When it was set.
    pub set_at: Timestamp,
    /// Whether nobody knows if it follows the rules: it came hashed from elsewhere.
    pub rules_unknown: bool,
}

/// The password of an account, if it has one.
///
/// Errors: `Internal` when what is stored can't be read.
pub(crate) async fn find_password(op: &mut Operation<'_>, account: AccountId) -> Result<Option<StoredPassword>> {
    rows::find(&mut op.tx, account).await
}

/// Another value for each password that an account has had; `None` while it has none. A link that bears it dies with the
/// password.
pub(crate) async fn fingerprint(op: &mut Operation<'_>, account: AccountId) -> Result<Option<Vec<u8>>> {
    let stored = find_password(op, account).await?;
    Ok(stored.map(|stored| Secret::new(stored.hash.as_str()).sha256().to_vec()))
}

/// Keeps `hash` as the password of `account`, in place of any before it.
pub(crate) async fn put_password(
    op: &mut Operation<'_>,
    account: AccountId,
    hash: &PasswordHash,
    rules_unknown: bool,
) -> Result<()> {
    put_passwords(op, &[(account, hash.clone())], rules_unknown).await
}

/// Keeps a better hash of the password that an account has; when it was set, and what is known of it, stays.
pub(crate) async fn renew_hash(op: &mut Operation<'_>, account: AccountId, hash: &PasswordHash) -> Result<()> {
    rows::renew_hash(&mut op.tx, account, hash).await
}

/// Keeps many passwords at once, as [`put_password`] does one.
pub(crate) async fn put_passwords(
    op: &mut Operation<'_>,
    passwords: &[(AccountId, PasswordHash)],
    rules_unknown: bool,
) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    rows::put(&mut op.tx, organization, passwords, now, rules_unknown).await
}

/// The permanent passwords that `account` had before its present one: the newest, at most `depth`.
///
/// Errors: `Internal` when what is stored can't be read.
pub(crate) async fn earlier_passwords(
    op: &mut Operation<'_>,
    account: AccountId,
    depth: u32,
) -> Result<Vec<PasswordHash>> {
    if depth == 0 {
        return Ok(Vec::new());
    }
    rows::earlier(&mut op.tx, account, depth).await
}

/// Remembers the present password of `account` as one that it had, and forgets those before the newest `depth`. Called
/// before another one is put in its place, and only when it is permanent.
pub(crate) async fn remember_password(op: &mut Operation<'_>, account: AccountId, depth: u32) -> Result<()> {
    let (organization, now) = (op.organization(), op.now);
    if depth > 0
        && let Some(present) = rows::find(&mut op.tx, account).await?
    {
        rows::remember(&mut op.tx, organization, account, &present.hash, now).await?;
    }
    rows::forget_beyond(&mut op.tx, account, depth).await
}

/// Passwords that were set after `from` and by `by` and whose owners were not warned of their age yet, with when that
/// was; at most so many, which count as warned of from now on.
pub(crate) async fn take_unwarned(
    op: &mut Operation<'_>,
    from: Timestamp,
    by: Timestamp,
    most: u32,
) -> Result<Vec<(AccountId, Timestamp)>> {
    let organization = op.organization();
    let due = rows::unwarned(&mut op.tx, organization, from, by, most).await?;
    let ids: Vec<AccountId> = due.iter().map(|(id, _)| *id).collect();
    rows::note_warned(&mut op.tx, &ids).await?;
    Ok(due)
}
