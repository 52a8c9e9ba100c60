//! A new password for an account that there is: held against every rule and hashed before the transaction begins,
//! kept within it.

use base::{Secret, Timestamp};

use super::status::{MustChange, PasswordState};
use super::{Account, TypedPassword, find, set_password_state};
use crate::credentials::{self, PasswordHash, StoredPassword, Verdict};
use crate::settings::{self, Settings};
use crate::{Caller, Error, Identity, Operation, Problem, Result};

/// A password that may be kept, hashed.
#[derive(Debug)]
pub(crate) struct AcceptedPassword {
    hash: PasswordHash,
    /// When the password that it was compared with was set.
    replaces: Option<Timestamp>,
    is_temporary: bool,
}

/// Holds `typed` against every rule, the passwords that `account` had among them, and hashes it. Nothing is written.
/// Who may is for the caller to have asked.
///
/// Errors: `Invalid` (`REQUIRED_MISSING`, `PASSWORD_POLICY`, `PASSWORD_REPEAT`, `PASSWORD_SAME`, `PASSWORD_USED`);
/// `Unavailable` when too many passwords wait to be hashed.
pub(crate) async fn accept(
    identity: &Identity,
    caller: &Caller,
    account: &Account,
    typed: TypedPassword,
) -> Result<AcceptedPassword> {
    let context = account.password_context();
    let (problems, settings, known) = identity
        .read(caller, async |op| {
            let problems = typed.problems(op, &context).await?;
            let settings = settings::load(op).await?;
            let present = credentials::find_password(op, account.id).await?;
            let known = Known { earlier: earlier(op, account, &settings).await?, present };
            Ok((problems, settings, known))
        })
        .await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    if !typed.temporary {
        refuse_known(identity, account, &typed.password, &settings, &known).await?;
    }
    let hash = identity.hasher().hash(typed.password).await?;
    let replaces = known.present.map(|stored| stored.set_at);
    Ok(AcceptedPassword { hash, replaces, is_temporary: typed.temporary })
}

/// Keeps an accepted password in place of the one that it was compared with: a permanent one is remembered, and what
/// waited for a new password ends. The caller has checked the right and records the event.
///
/// Errors: `NotFound`; `Stale` when the password was changed meanwhile.
pub(crate) async fn keep(op: &mut Operation<'_>, account: &Account, accepted: &AcceptedPassword) -> Result<Account> {
    // Of two at once, the second sees what the first has set.
    find::hold(op, account.id).await?.ok_or(Error::NotFound)?;
    let present = credentials::find_password(op, account.id).await?.map(|stored| stored.set_at);
    if present != accepted.replaces {
        return Err(Error::Stale);
    }
    let settings = settings::load(op).await?;
    if find::load(op, account.id).await?.state.password == PasswordState::Permanent {
        credentials::remember_password(op, account.id, settings.password_history_depth).await?;
    }
    credentials::put_password(op, account.id, &accepted.hash, false).await?;
    let until = op.now.plus(settings.temporary_password());
    let state = if accepted.is_temporary { PasswordState::Temporary { until } } else { PasswordState::Permanent };
    set_password_state(op, account.id, state).await
}

/// The passwords that a new one is compared with.
struct Known {
    present: Option<StoredPassword>,
    earlier: Vec<PasswordHash>,
}

async fn earlier(op: &mut Operation<'_>, account: &Account, settings: &Settings) -> Result<Vec<PasswordHash>> {
    // The present password is one of those that count, unless it is temporary.
    let counts = u32::from(account.state.password == PasswordState::Permanent);
    credentials::earlier_passwords(op, account.id, settings.password_history_depth.saturating_sub(counts)).await
}

/// Refuses the password that must be changed, and those that were used lately. Each comparison costs a slow hash.
async fn refuse_known(
    identity: &Identity,
    account: &Account,
    password: &Secret,
    settings: &Settings,
    known: &Known,
) -> Result<()> {
    let word = &settings.word_for_password;
    let is_temporary = matches!(account.state.password, PasswordState::Temporary { .. });
    let must_differ = is_temporary || account.state.must_change != MustChange::No;
    if let Some(present) = &known.present
        && (must_differ || settings.password_history_depth > 0)
        && is_it(identity, password, &present.hash).await?
    {
        if is_temporary {
            let message = format!("Choose {} other than the temporary one.", word.with_article());
            return Err(Error::invalid("password", "PASSWORD_SAME", message));
        }
        return Err(used(settings));
    }
    for hash in &known.earlier {
        if is_it(identity, password, hash).await? {
            return Err(used(settings));
        }
    }
    Ok(())
}

async fn is_it(identity: &Identity, password: &Secret, hash: &PasswordHash) -> Result<bool> {
    Ok(identity.hasher().verify(password.clone(), Some(hash.clone())).await? != Verdict::Wrong)
}

fn used(settings: &Settings) -> Error {
    Error::Invalid(vec![Problem::new("password", "PASSWORD_USED", history_rule(settings))])
}

/// What a form says of the rules for the password of an account that there is: the same sentences as its errors.
pub fn password_help(settings: &Settings) -> Vec<String> {
    let history = (settings.password_history_depth > 0).then(|| history_rule(settings));
    settings.password_rules.help().into_iter().chain(history).collect()
}

fn history_rule(settings: &Settings) -> String {
    let word = settings.word_for_password.inside();
    match settings.password_history_depth {
        0 | 1 => format!("Choose another {word} than the present one."),
        depth => format!("Do not use one of the last {depth}."),
    }
}
