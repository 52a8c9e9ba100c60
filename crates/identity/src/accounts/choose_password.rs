//! Choosing a password with a link or code, whoever holds it: nobody is signed in by that.

use base::{Secret, Timestamp};

use super::accept_password::{accept, keep};
use super::own::refuse_shut;
use super::status::LockReason;
use super::verify::{try_code, wrong_code};
use super::{Account, TypedPassword, end_links, find, rows};
use crate::access::{Permission, Target};
use crate::credentials;
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::one_time_links::{self, Bond, Purpose, Standing, Way};
use crate::{Caller, Error, Identity, Operation, Result, sessions};

/// What somebody shows to choose a password.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The token of a link.
    Link(Secret),
    /// A code, with the username or address of the account that it was sent for.
    Code {
        /// The username or address.
        name: String,
        /// The code.
        code: Secret,
    },
}

/// What there is to say of a link before it is used.
#[derive(Debug)]
pub enum LinkFound {
    /// It works.
    Works {
        /// What it is for.
        purpose: Purpose,
        /// Whom it is for.
        account: Box<Account>,
    },
    /// It doesn't work any more.
    Over {
        /// What it was for.
        purpose: Purpose,
        /// Why not.
        standing: Standing,
        /// Until when it would have worked.
        until: Timestamp,
        /// Whether its holder may ask for another one.
        can_be_renewed: bool,
    },
    /// There is no such link.
    Unknown,
}

/// Looks at a link for one of `purposes`. That uses nothing up: what reads mails before people do opens links as well
/// (ES-165).
///
/// Errors: `Unavailable`.
pub async fn look_at_link(op: &mut Operation<'_>, purposes: &[Purpose], token: &Secret) -> Result<LinkFound> {
    let found = one_time_links::look(op, token).await?;
    let Some(bond) = found.filter(|bond| purposes.contains(&bond.purpose) && !bond.way.is_code()) else {
        return Ok(LinkFound::Unknown);
    };
    let Some(id) = bond.account else { return Ok(LinkFound::Unknown) };
    let account = find::load(op, id).await?;
    let standing = standing(op, &bond, &account).await?;
    if standing == Standing::Open {
        return Ok(LinkFound::Works { purpose: bond.purpose, account: Box::new(account) });
    }
    let can_be_renewed = bond.way == Way::EmailLink && account.state.pending().contains(&bond.purpose);
    Ok(LinkFound::Over { purpose: bond.purpose, standing, until: bond.expires_at, can_be_renewed })
}

/// How a link stands, now that it is known how its account does.
async fn standing(op: &mut Operation<'_>, bond: &Bond, account: &Account) -> Result<Standing> {
    let standing = bond.standing(op.now);
    if standing != Standing::Open {
        return Ok(standing);
    }
    let is_same_password = !Purpose::PASSWORDS.contains(&bond.purpose)
        || bond.password_hash == credentials::fingerprint(op, account.id).await?;
    let reached = match bond.way {
        Way::EmailLink | Way::EmailCode if bond.purpose == Purpose::ConfirmEmail => account.pending_email.as_ref(),
        Way::EmailLink | Way::EmailCode => account.email.as_ref(),
        Way::SmsCode => account.mobile.as_ref(),
        Way::HandOver => None,
    };
    let is_same_address = bond.sent_to.is_none() || bond.sent_to.as_ref() == reached;
    Ok(if is_same_password && is_same_address { Standing::Open } else { Standing::Ended })
}

/// Chooses the password of the account that `proof` is for. The link or code is used up; a request for another password
/// and locks for failed attempts or disuse end, sessions end, the address or number that the proof was sent to counts as
/// proved, and the owner is told by mail. Nobody is signed in.
///
/// Errors: `NotFound` for a link that doesn't work; `Invalid` `WRONG_CODE` for a code that doesn't, and for the password
/// `PASSWORD_POLICY`, `PASSWORD_REPEAT` and `PASSWORD_USED`; `Conflict` `account_shut` while the account is disabled or locked by an
/// administrator; `Throttled` for a network that entered too many wrong codes; `Unavailable` when too many passwords
/// wait to be hashed.
pub async fn choose_password(
    identity: &Identity,
    caller: &Caller,
    proof: &Proof,
    typed: TypedPassword,
) -> Result<Account> {
    let typed = TypedPassword { temporary: false, ..typed };
    let bond = proven(identity, caller, proof).await?;
    let account = identity.read(caller, async |op| open_account(op, &bond).await).await?;
    let accepted = accept(identity, caller, &account, typed).await?;
    identity
        .write(caller, async |op| {
            let permit = op.allow(Permission::UseLink, Target::Organization)?;
            let id = bond.account.ok_or(Error::NotFound)?;
            find::hold(op, id).await?.ok_or(Error::NotFound)?;
            let account = open_account(op, &bond).await?;
            one_time_links::use_up(op, &bond).await?;
            prove(op, account.clone(), &bond).await?;
            let account = keep(op, &account, &accepted).await?;
            rows::release(&mut op.tx, id, LockReason::Inactivity).await?;
            sessions::end_all(op, &[id]).await?;
            end_links(op, &[id]).await?;
            if account.email.is_some() {
                let values = Values::new().with("changed_at", op.now).with("by_admin", "");
                messages::queue(op, Template::PasswordChanged, id, values).await?;
            }
            let (purpose, way) = (bond.purpose.code(), bond.way.code());
            op.record(permit, Event::PasswordChosen { account: account.reference(), purpose, way });
            find::load(op, id).await
        })
        .await
}

/// What `proof` is bound to; a wrong code is counted.
async fn proven(identity: &Identity, caller: &Caller, proof: &Proof) -> Result<Bond> {
    match proof {
        Proof::Link(token) => {
            let found = identity.read(caller, async |op| one_time_links::look(op, token).await).await?;
            let fits = |bond: &Bond| Purpose::PASSWORDS.contains(&bond.purpose) && !bond.way.is_code();
            found.filter(fits).ok_or(Error::NotFound)
        }
        Proof::Code { name, code } => {
            // Whether it is right is an answer, so that wrong tries last.
            let tried =
                identity.housekeeping(caller, async |op| try_code(op, name, &Purpose::PASSWORDS, code).await).await?;
            tried.map(|(_, bond)| bond).ok_or_else(wrong_code)
        }
    }
}

/// The account of a link or code that works, and that can be signed in to once it has its password.
async fn open_account(op: &mut Operation<'_>, bond: &Bond) -> Result<Account> {
    let account = find::load(op, bond.account.ok_or(Error::NotFound)?).await?;
    if standing(op, bond, &account).await? != Standing::Open {
        return Err(Error::NotFound);
    }
    refuse_shut(op, &account)?;
    Ok(account)
}

/// Notes that the address or number is its owner's, which the link or code has proved. One that was handed over proves
/// nothing.
async fn prove(op: &mut Operation<'_>, mut account: Account, bond: &Bond) -> Result<()> {
    let contact = match bond.way {
        Way::EmailLink | Way::EmailCode => &mut account.state.email,
        Way::SmsCode => &mut account.state.mobile,
        Way::HandOver => return Ok(()),
    };
    if bond.sent_to.is_none() || contact.verified_at.is_some() {
        return Ok(());
    }
    contact.verified_at = Some(op.now);
    rows::update(&mut op.tx, &account).await
}
