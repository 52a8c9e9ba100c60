//! Signing in with a name and a password.

use std::time::Duration;

use base::{Secret, Timestamp};

use super::demands::demand_another;
use super::gates::{Gate, WRONG, must_change_password};
use super::send_again::offer;
use crate::access::{Permission, Permit, Target};
use crate::accounts::{self, Account, Requirements, rules};
use crate::credentials::{self, PasswordHash, StoredPassword, Verdict};
use crate::events::Event;
use crate::sessions::{self, Opened};
use crate::settings::Settings;
use crate::throttle::{self, Subject};
use crate::{Caller, Identity, Operation, Result, settings};

/// What became of an attempt to sign in. A refusal is an answer, not an error: it is remembered.
#[derive(Debug)]
pub enum SignIn {
    /// The person is signed in.
    Granted {
        /// The session, with the only copy of its token.
        session: Opened,
        /// Whose it is.
        account: Box<Account>,
    },
    /// The name is unknown, the password wrong, or a lock after failed attempts is held: one answer for all of them.
    Refused,
    /// There were too many attempts at this name, whether or not it is somebody's, or from this network.
    Blocked {
        /// When it is worth trying again.
        until: Timestamp,
    },
    /// The password is right and something else stands in the way, which the person may be told.
    Shut {
        /// What it is.
        gate: Gate,
        /// Proves for a while that the password was right, to whoever asks to have sent once more what opens the gate
        /// ([`super::send_again`]); `None` when there is nothing to be sent.
        again: Option<Secret>,
    },
}

impl SignIn {
    /// What programs are told of it: `None` for a session that may do everything.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            SignIn::Granted { account, .. } => {
                must_change_password(&account.state).then_some("password_change_required")
            }
            SignIn::Refused | SignIn::Blocked { .. } => Some(WRONG),
            SignIn::Shut { gate, .. } => Some(gate.code()),
        }
    }
}

/// Signs in whoever `name` — a username or an e-mail address — belongs to. An unknown name costs the same time and
/// gets the same answer as a wrong password.
///
/// Errors: `Unavailable` when too many passwords wait to be verified, or the database can't be reached.
pub async fn with_password(
    identity: &Identity,
    caller: &Caller,
    name: &str,
    password: Secret,
    user_agent: Option<&str>,
) -> Result<SignIn> {
    let subjects = subjects(caller, name);
    let found = identity.read(caller, async |op| look_up(op, name, &subjects).await).await?;
    // Whoever is locked out costs no hashing; that they are is no secret, for it is counted for any name typed.
    if let Some(until) = found.blocked_until {
        return identity.write(caller, async |op| still_blocked(op, &found, until).await).await;
    }
    let hash = found.password.as_ref().map(|stored| stored.hash.clone());
    let verdict = identity.hasher().verify(password.clone(), hash).await?;
    let is_common = credentials::is_common(&password);
    let renewed = match verdict {
        // When too many wait to be hashed, the renewal waits for the next sign-in; the password is right all the same.
        Verdict::RightButOutdated => identity.hasher().hash(password).await.ok(),
        Verdict::Right | Verdict::Wrong => None,
    };
    let proven = found.account.as_ref().filter(|_| verdict != Verdict::Wrong);
    identity
        .write(caller, async |op| match proven {
            None => refuse(op, &subjects, found.account.as_ref(), "wrong_password").await,
            Some(account) => admit(op, &subjects, account, &found, (renewed.as_ref(), is_common), user_agent).await,
        })
        .await
}

/// What an attempt needs to know before the password is verified.
struct Found {
    account: Option<Account>,
    password: Option<StoredPassword>,
    blocked_until: Option<Timestamp>,
}

/// Whom attempts are counted for: the name typed, and the network.
fn subjects(caller: &Caller, name: &str) -> Vec<Subject> {
    let mut subjects = vec![Subject::Name(rules::identifier(name))];
    subjects.extend(caller.address.map(Subject::Network));
    subjects
}

async fn look_up(op: &mut Operation<'_>, name: &str, subjects: &[Subject]) -> Result<Found> {
    let mut blocked: Option<Timestamp> = None;
    for subject in subjects {
        blocked = blocked.max(throttle::blocked_until(op, subject).await?);
    }
    let account = accounts::find_by_identifier(op, name).await?;
    let password = match &account {
        Some(account) => credentials::find_password(op, account.id).await?,
        None => None,
    };
    Ok(Found { account, password, blocked_until: blocked })
}

/// Refuses an attempt at a name or from a network that is blocked; it counts for nothing.
async fn still_blocked(op: &mut Operation<'_>, found: &Found, until: Timestamp) -> Result<SignIn> {
    let settings = settings::load(op).await?;
    let permit = permit(op)?;
    let account = found.account.as_ref().map(Account::reference);
    op.record(permit, Event::SignInRefused { account, reason: "blocked" });
    Ok(blocked(&settings, until))
}

/// Refuses an attempt, and counts it; one too many blocks the name, and locks the account that it belongs to.
async fn refuse(
    op: &mut Operation<'_>,
    subjects: &[Subject],
    account: Option<&Account>,
    reason: &'static str,
) -> Result<SignIn> {
    let settings = settings::load(op).await?;
    let mut longest: Option<Duration> = None;
    for subject in subjects {
        let Some(block) = throttle::failed(op, subject, &settings).await? else { continue };
        longest = longest.max(Some(block));
        if matches!(subject, Subject::Name(_)) {
            name_is_blocked(op, account, &settings, block).await?;
        }
    }
    let permit = permit(op)?;
    op.record(permit, Event::SignInRefused { account: account.map(Account::reference), reason });
    Ok(longest.map_or(SignIn::Refused, |block| blocked(&settings, op.now.plus(block))))
}

async fn name_is_blocked(
    op: &mut Operation<'_>,
    account: Option<&Account>,
    settings: &Settings,
    block: Duration,
) -> Result<()> {
    if let Some(account) = account {
        accounts::lock_for_failures(op, account, throttle::failures_allowed(settings), block).await?;
    }
    let permit = permit(op)?;
    let account = account.map(Account::reference);
    op.record(permit, Event::SignInBlocked { account, seconds: block.as_secs() });
    Ok(())
}

/// What is said of a block, if anything may be said of it.
fn blocked(settings: &Settings, until: Timestamp) -> SignIn {
    if settings.login_always_generic { SignIn::Refused } else { SignIn::Blocked { until } }
}

async fn admit(
    op: &mut Operation<'_>,
    subjects: &[Subject],
    account: &Account,
    found: &Found,
    (renewed, is_common): (Option<&PasswordHash>, bool),
    user_agent: Option<&str>,
) -> Result<SignIn> {
    // The world may have changed while the password was verified.
    let Ok(account) = accounts::load(op, account.id).await else {
        return refuse(op, subjects, None, "account_gone").await;
    };
    let present = credentials::find_password(op, account.id).await?;
    let same = present.as_ref().map(|stored| stored.set_at) == found.password.as_ref().map(|stored| stored.set_at);
    if !same {
        return refuse(op, subjects, Some(&account), "password_changed").await;
    }
    let requires = Requirements::of(&settings::load(op).await?, account.roles);
    if let Some(gate) = Gate::shut(&account.state, requires, op.now) {
        if !gate.may_be_told() {
            return refuse(op, subjects, Some(&account), gate.reason()).await;
        }
        return shut(op, &account, gate).await;
    }
    if let Some(hash) = renewed {
        credentials::renew_hash(op, account.id, hash).await?;
        let permit = permit(op)?;
        op.record(permit, Event::PasswordRehashed { account: account.reference() });
    }
    // Only the name is forgiven: one success must not buy a network new guesses at other names.
    for subject in subjects.iter().filter(|subject| matches!(subject, Subject::Name(_))) {
        throttle::succeeded(op, subject).await?;
    }
    let account = demand_another(op, account, found.password.as_ref(), is_common).await?;
    let session = sessions::open(op, account.id, user_agent).await?;
    let now = op.now;
    accounts::touch_sign_in(&mut op.tx, account.id, now).await?;
    let permit = permit(op)?;
    op.record(permit, Event::SignedIn { account: account.reference() });
    Ok(SignIn::Granted { session, account: Box::new(account) })
}

/// Says what stands in the way of somebody who proved the password, if the organization wants it said, and mails what
/// its owner can do about it.
async fn shut(op: &mut Operation<'_>, account: &Account, gate: Gate) -> Result<SignIn> {
    if let Some(need) = gate.need() {
        accounts::help_in(op, account, need).await?;
    }
    let settings = settings::load(op).await?;
    let permit = permit(op)?;
    op.record(permit, Event::SignInRefused { account: Some(account.reference()), reason: gate.reason() });
    if settings.login_always_generic {
        return Ok(SignIn::Refused);
    }
    Ok(SignIn::Shut { gate, again: offer(op, account, gate).await? })
}

fn permit(op: &mut Operation<'_>) -> Result<Permit> {
    op.allow(Permission::SignIn, Target::Organization)
}
