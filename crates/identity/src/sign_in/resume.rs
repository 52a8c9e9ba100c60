//! Going on with a session: who it belongs to now, and what that person may do now.

use std::sync::Arc;

use base::Secret;

use super::gates::{Gate, must_change_password};
use crate::access::{Actor, Permission, Person, includes};
use crate::accounts::{self, Account, Requirements};
use crate::organizations::{self, Organization};
use crate::sessions::{self, Session};
use crate::settings::Words;
use crate::{Caller, Error, Identity, Operation, Result, settings};

/// A session that goes on.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// The session.
    pub session: Session,
    /// Whose it is, as the account stands at this moment.
    pub account: Account,
    /// Whether nothing but the form that changes the password may be reached.
    pub must_change_password: bool,
}

impl Resumed {
    /// The person, with the roles held now; nobody while the password must be changed first.
    pub fn actor(&self) -> Actor {
        if self.must_change_password {
            return Actor::Anonymous;
        }
        Actor::Person(Arc::new(Person {
            account: self.account.id,
            username: self.account.username.clone(),
            name: self.account.display_name(),
            roles: self.account.roles,
            session: self.session.id,
            authenticated_at: self.session.authenticated_at,
        }))
    }
}

/// What every request needs to know before anything else.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The organization that is visited.
    pub organization: Organization,
    /// What people sign in with, as the organization calls it.
    pub words: Words,
    /// The session that goes on, if one does.
    pub resumed: Option<Resumed>,
    /// How many registrations wait for approval, when the person may decide about them; otherwise 0.
    pub registrations: u64,
}

/// The organization, and the session that `token` belongs to unless it has ended, by the clock or with the account.
///
/// Errors: `Unavailable`.
pub async fn visit(identity: &Identity, caller: &Caller, token: Option<&Secret>) -> Result<Visit> {
    let visit = identity
        .read(caller, async |op| {
            let organization = organizations::present(op).await?;
            let words = settings::load(op).await?.words();
            let resumed = match token {
                Some(token) => look_up(op, token).await?,
                None => None,
            };
            let registrations = match &resumed {
                Some(resumed) if may_decide(resumed) => accounts::waiting_for_approval(op).await?,
                _ => 0,
            };
            Ok(Visit { organization, words, resumed, registrations })
        })
        .await?;
    if let Some(resumed) = &visit.resumed
        && resumed.session.wants_touch(identity.clock().now())
    {
        let id = resumed.session.id;
        match identity.housekeeping(caller, async |op| sessions::touch(op, id).await).await {
            // On a full disk people can read on.
            Err(Error::Unavailable(what)) => tracing::warn!(what, "it was not noted that a session is in use"),
            other => other?,
        }
    }
    Ok(visit)
}

fn may_decide(resumed: &Resumed) -> bool {
    let roles = resumed.account.roles;
    !resumed.must_change_password && roles.iter().any(|role| includes(role, Permission::DecideRegistration))
}

/// The session that `token` belongs to; `None` when it has ended, by the clock or with the account.
///
/// Errors: `Unavailable`.
pub async fn resume(identity: &Identity, caller: &Caller, token: &Secret) -> Result<Option<Resumed>> {
    Ok(visit(identity, caller, Some(token)).await?.resumed)
}

async fn look_up(op: &mut Operation<'_>, token: &Secret) -> Result<Option<Resumed>> {
    let Some(session) = sessions::find(op, token).await? else {
        return Ok(None);
    };
    let settings = settings::load(op).await?;
    if session.has_ended(op.now, &settings) {
        return Ok(None);
    }
    let account = match accounts::load(op, session.account).await {
        Ok(account) => account,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    // Failed attempts by others must not throw out somebody whose session is authentic.
    let requires = Requirements::of(&settings, account.roles);
    if Gate::shut(&account.state, requires, op.now).is_some_and(|gate| gate != Gate::LockedByFailures) {
        return Ok(None);
    }
    let must_change_password = must_change_password(&account.state);
    Ok(Some(Resumed { session, account, must_change_password }))
}
