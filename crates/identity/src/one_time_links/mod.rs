//! Links and codes that work once: issued with a purpose and an end, used up by a POST, kept only as a hash.

mod code;
mod issue;
mod rows;
mod way;

use base::{AccountId, Secret, Timestamp};

pub use way::Way;

pub(crate) use code::{Guess, guess};
pub(crate) use issue::{Issue, RESENDS_AN_HOUR, issue, issue_to, refuse_too_many};

use crate::{Error, Operation, Result};

/// What a link or code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Becoming the first super administrator.
    SetUp,
    /// Confirming a registration.
    ConfirmRegistration,
    /// Choosing the first password of an account that has none.
    SetFirstPassword,
    /// Choosing another password: an administrator asked for it, or its owner did.
    ResetPassword,
    /// Proving that an e-mail address is one's own.
    VerifyEmail,
    /// Proving another address, which is to take the place of the present one.
    ConfirmEmail,
    /// Proving that a mobile number is one's own.
    VerifyMobile,
    /// Having sent once more what stands between a right password and a session.
    SendAgain,
}

impl Purpose {
    /// What gives an account another password.
    pub const PASSWORDS: [Purpose; 2] = [Purpose::SetFirstPassword, Purpose::ResetPassword];

    const ALL: [Purpose; 8] = [
        Purpose::SetUp,
        Purpose::ConfirmRegistration,
        Purpose::SetFirstPassword,
        Purpose::ResetPassword,
        Purpose::VerifyEmail,
        Purpose::ConfirmEmail,
        Purpose::VerifyMobile,
        Purpose::SendAgain,
    ];

    /// A stable name, as `set_first_password`.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::SetUp => "set_up",
            Purpose::ConfirmRegistration => "confirm_registration",
            Purpose::SetFirstPassword => "set_first_password",
            Purpose::ResetPassword => "reset_password",
            Purpose::VerifyEmail => "verify_email",
            Purpose::ConfirmEmail => "confirm_email",
            Purpose::VerifyMobile => "verify_mobile",
            Purpose::SendAgain => "send_again",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Purpose::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// What a link or code is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bond {
    /// The hash that it is kept by.
    token_hash: [u8; 32],
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// Whom it is for; nobody in particular while a server is set up.
    pub(crate) account: Option<AccountId>,
    /// How it went to its owner.
    pub(crate) way: Way,
    /// The address or number that it was sent to: the only one that it proves.
    pub(crate) sent_to: Option<String>,
    /// What the account's password was: with another one it doesn't work.
    pub(crate) password_hash: Option<Vec<u8>>,
    /// Until when it works.
    pub(crate) expires_at: Timestamp,
    state: Standing,
}

/// How a link stands at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Open,
    /// It was used.
    Used,
    /// Another one was sent since.
    Newer,
    /// The account has changed since, so that it proves nothing any more.
    Ended,
    /// Its time is over.
    Expired,
}

impl Bond {
    /// How it stands at `now`.
    pub(crate) fn standing(&self, now: Timestamp) -> Standing {
        if self.state == Standing::Open && self.expires_at <= now { Standing::Expired } else { self.state }
    }
}

/// Looks at a link without using it; `None` when there never was one with this token, or it is forgotten.
pub(crate) async fn look(op: &mut Operation<'_>, token: &Secret) -> Result<Option<Bond>> {
    let organization = op.organization();
    rows::find(&mut op.tx, organization, token.sha256()).await
}

/// Whether a link would work now, without using it.
pub(crate) async fn is_valid(op: &mut Operation<'_>, purpose: Purpose, token: &Secret) -> Result<bool> {
    Ok(open(op, purpose, token).await?.is_some())
}

/// The account that a link would work for now, without using it.
///
/// Errors: `NotFound` when it never existed, has ended, was used, or is for something else.
pub(crate) async fn account_of(op: &mut Operation<'_>, purpose: Purpose, token: &Secret) -> Result<AccountId> {
    let bond = open(op, purpose, token).await?;
    bond.and_then(|bond| bond.account).ok_or(Error::NotFound)
}

/// Uses a link up and answers what it was bound to.
///
/// Errors: `NotFound` when it never existed, has ended, was used, or is for something else.
pub(crate) async fn redeem(op: &mut Operation<'_>, purpose: Purpose, token: &Secret) -> Result<Bond> {
    let bond = open(op, purpose, token).await?.ok_or(Error::NotFound)?;
    use_up(op, &bond).await?;
    Ok(bond)
}

/// Uses a link or code up: of several at once, one does.
///
/// Errors: `NotFound` when somebody else was faster, or it doesn't work any more.
pub(crate) async fn use_up(op: &mut Operation<'_>, bond: &Bond) -> Result<()> {
    let now = op.now;
    if rows::use_up(&mut op.tx, bond.token_hash, now).await? == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

async fn open(op: &mut Operation<'_>, purpose: Purpose, token: &Secret) -> Result<Option<Bond>> {
    let now = op.now;
    let found = look(op, token).await?;
    // What was sent as a code is no link, although it is kept by a token as well.
    Ok(found.filter(|bond| bond.purpose == purpose && !bond.way.is_code() && bond.standing(now) == Standing::Open))
}

/// The latest link or code of a purpose, however it stands.
pub(crate) async fn latest(op: &mut Operation<'_>, account: AccountId, purpose: Purpose) -> Result<Option<Bond>> {
    rows::latest(&mut op.tx, account, purpose.code()).await
}

/// Ends the link or code of a purpose that an account has, if one works.
pub(crate) async fn end(op: &mut Operation<'_>, account: AccountId, purpose: Purpose) -> Result<()> {
    rows::end(&mut op.tx, account, purpose.code()).await
}

/// Ends every link and code of these accounts.
pub(crate) async fn end_all(op: &mut Operation<'_>, accounts: &[AccountId]) -> Result<()> {
    rows::end_all(&mut op.tx, accounts).await
}

/// Forgets the links and codes that ended before `at`; answers how many they were.
pub(crate) async fn sweep(op: &mut Operation<'_>, at: Timestamp) -> Result<u64> {
    rows::sweep(&mut op.tx, at).await
}
