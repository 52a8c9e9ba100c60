//! Giving and taking administrator roles.

use base::AccountId;

use super::status::{Lifecycle, LockReason, PasswordState};
use super::told::tell_of_roles;
use super::{Account, end_links, find, rows};
use crate::access::{Denial, Permission, Role, Roles};
use crate::events::Event;
use crate::{Error, Operation, Result, messages, organizations};

/// Makes an account an administrator of one kind. Giving a role twice changes nothing.
///
/// Errors: `NotFound`; `Denied` without `GrantRole` (`GrantSuperAdministrator` for that role), or when the password
/// was entered too long ago; `Conflict` `pending` while the account is not active.
pub async fn grant_role(op: &mut Operation<'_>, id: AccountId, role: Role) -> Result<Account> {
    let account = find::load(op, id).await?;
    let permit = op.allow(permission(role), account.target())?;
    if account.state.lifecycle != Lifecycle::Active {
        return Err(Error::conflict("pending", "Only an active account can be an administrator."));
    }
    if account.roles.has(role) {
        return Ok(account);
    }
    let roles = account.roles.with(role);
    let account = Account { roles, modified_at: op.now, ..account };
    rows::update(&mut op.tx, &account).await?;
    // Whoever gave somebody a link or code before must not become an administrator by it (G3).
    end_links(op, &[id]).await?;
    alert(op, &account, &format!("was made {role}")).await?;
    op.record(permit, Event::RoleGranted { account: account.reference(), role });
    find::load(op, id).await
}

/// Takes a role from an account. Taking one that it doesn't hold changes nothing.
///
/// Errors: as [`grant_role`]; `Denied` `LastSuperAdministrator` when nobody would be left in charge.
pub async fn revoke_role(op: &mut Operation<'_>, id: AccountId, role: Role) -> Result<Account> {
    let account = find::load(op, id).await?;
    let permit = op.allow(permission(role), account.target())?;
    if !account.roles.has(role) {
        return Ok(account);
    }
    if role == Role::SuperAdministrator && usable_super_administrators(op).await?.iter().all(|other| *other == id) {
        return Err(op.refuse(permission(role), account.target(), Denial::LastSuperAdministrator));
    }
    let roles = account.roles.without(role);
    let account = Account { roles, modified_at: op.now, ..account };
    rows::update(&mut op.tx, &account).await?;
    alert(op, &account, &format!("is no {role} any more")).await?;
    op.record(permit, Event::RoleRevoked { account: account.reference(), role });
    find::load(op, id).await
}

/// Makes the three kinds of administrator that an account is exactly those in `wanted`, one event for each that
/// changes. Whether it is a super administrator stays as it is.
///
/// `version` is the one that the caller saw; `None` to change whatever is there.
///
/// Errors: as [`grant_role`]; `Stale` when the account changed since `version`.
pub async fn set_roles(op: &mut Operation<'_>, id: AccountId, version: Option<i64>, wanted: Roles) -> Result<Account> {
    let mut account = find::load(op, id).await?;
    // Asked here too, so that a wish that would change nothing is refused like any other.
    let _ = op.allow(Permission::GrantRole, account.target())?;
    if version.is_some_and(|version| version != account.version) {
        return Err(Error::Stale);
    }
    for role in Role::KINDS {
        account = if wanted.has(role) { grant_role(op, id, role).await? } else { revoke_role(op, id, role).await? };
    }
    Ok(account)
}

/// The same, and tells the owner what changed when anything did (ES-144).
///
/// Errors: as [`set_roles`].
pub async fn set_roles_and_tell(
    op: &mut Operation<'_>,
    id: AccountId,
    version: Option<i64>,
    wanted: Roles,
) -> Result<Account> {
    let before = find::load(op, id).await?.roles;
    let account = set_roles(op, id, version, wanted).await?;
    if account.roles != before {
        tell_of_roles(op, &account, before).await?;
    }
    Ok(account)
}

/// Tells super administrators of a change of power (G11); not of the very first one, who makes it themselves.
async fn alert(op: &mut Operation<'_>, account: &Account, change: &str) -> Result<()> {
    if organizations::is_set_up(op).await? {
        messages::alert(op, &account.display_name(), change).await?;
    }
    Ok(())
}

fn permission(role: Role) -> Permission {
    match role {
        Role::SuperAdministrator => Permission::GrantSuperAdministrator,
        _ => Permission::GrantRole,
    }
}

/// The super administrators who could sign in now: active, enabled, not locked by an administrator, with a password
/// that works. Their rows stay locked until the transaction ends.
pub(crate) async fn usable_super_administrators(op: &mut Operation<'_>) -> Result<Vec<AccountId>> {
    let (organization, now) = (op.organization(), op.now);
    let administrators = rows::administrators_for_update(&mut op.tx, organization).await?;
    let usable = |account: &&Account| {
        let state = &account.state;
        let password = match state.password {
            PasswordState::None => false,
            PasswordState::Temporary { until } => until > now,
            PasswordState::Permanent => true,
        };
        account.roles.has(Role::SuperAdministrator)
            && state.lifecycle == Lifecycle::Active
            && state.enabled
            && state.lock(LockReason::Admin, now).is_none()
            && password
    };
    Ok(administrators.iter().filter(usable).map(|account| account.id).collect())
}
