//! When whoever signs in has to choose another password.

use std::time::Duration;

use crate::access::{Permission, Target};
use crate::accounts::{self, Account, MustChange, PasswordState};
use crate::credentials::StoredPassword;
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::{Operation, Result, settings};

/// Asks for another password when the present one is older than the organization wants, or came hashed from elsewhere
/// and turns out to be one that everybody tries (T34).
pub(super) async fn demand_another(
    op: &mut Operation<'_>,
    account: Account,
    stored: Option<&StoredPassword>,
    is_common: bool,
) -> Result<Account> {
    let (Some(stored), PasswordState::Permanent, MustChange::No) =
        (stored, account.state.password, account.state.must_change)
    else {
        return Ok(account);
    };
    let settings = settings::load(op).await?;
    if stored.rules_unknown && is_common && settings.password_rules.block_common {
        let account = accounts::demand_password(op, account.id, MustChange::Compromised).await?;
        let values = Values::new().with("reason", "It is one of those that everybody tries first.");
        messages::tell(op, Template::ChooseNewPassword, account.id, values).await?;
        let permit = op.allow(Permission::SignIn, Target::Organization)?;
        op.record(permit, Event::PasswordCompromised { account: account.reference() });
        return Ok(account);
    }
    let days = settings.password_max_age_days;
    if days == 0 || op.now.since(stored.set_at) < Duration::from_hours(u64::from(days) * 24) {
        return Ok(account);
    }
    let account = accounts::demand_password(op, account.id, MustChange::Expired).await?;
    let permit = op.allow(Permission::SignIn, Target::Organization)?;
    op.record(permit, Event::PasswordExpired { account: account.reference() });
    Ok(account)
}
