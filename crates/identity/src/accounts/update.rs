//! Changing the profile of an account.

use std::collections::HashSet;

use base::AccountId;

use super::change::{AccountChange, differences};
use super::check::{IdentifierIndex, Profile};
use super::summary::GENERATION;
use super::told::tell_of_address;
use super::{Account, end_links, find, rows, values};
use crate::access::Permission;
use crate::events::{Event, FieldChange};
use crate::{Error, Operation, Result, attributes, settings};

/// Changes the profile of an account. Nothing is written when nothing differs. Another address counts as unproved,
/// and the links that were issued for the former one end.
///
/// `version` is the one that the caller saw; `None` to change whatever is there.
///
/// Errors: `NotFound`; `Denied` without `UpdateAccount`, or `UpdateEmail` when the address changes; `Stale` when the
/// account changed since `version`; `Invalid` with every field that breaks a rule or is taken.
pub async fn update(
    op: &mut Operation<'_>,
    id: AccountId,
    version: Option<i64>,
    change: AccountChange,
) -> Result<Account> {
    let account = find::load(op, id).await?;
    let permit = op.allow(Permission::UpdateAccount, account.target())?;
    if version.is_some_and(|version| version != account.version) {
        return Err(Error::Stale);
    }
    let settings = settings::load(op).await?;
    let attributes = attributes::load(op).await?;
    let profile = change.profile(&account, &settings, &attributes).map_err(Error::Invalid)?;
    let changes = differences(&account, &profile, &attributes);
    if changes.is_empty() {
        return Ok(account);
    }
    let email_changes = account.email != profile.email;
    if email_changes {
        // The same decision once more, for the right that is as good as a credential.
        let _ = op.allow(Permission::UpdateEmail, account.target())?;
        tell_of_address(op, &account, profile.email.as_deref()).await?;
    }
    let collisions = IdentifierIndex::of(op, &[&profile]).await?.collisions(&profile, Some(&account));
    if !collisions.is_empty() {
        return Err(Error::Invalid(collisions));
    }
    let changed = with_profile(account, profile, email_changes, op.now);
    rows::update_profile(&mut op.tx, &changed, &changes).await?;
    if changes.iter().any(FieldChange::is_identifier) {
        rows::replace_identifiers(&mut op.tx, &[&changed]).await?;
    }
    let lost = values::replace(op, &[(&changed, custom_fields(&changes))]).await?;
    if !lost.is_empty() {
        return Err(Error::Invalid(lost.into_values().collect()));
    }
    if email_changes {
        // What was issued for the former address must not prove the new one (ES-125).
        end_links(op, &[id]).await?;
    }
    op.count(GENERATION, 1);
    op.record(permit, Event::AccountUpdated { account: changed.reference(), changes });
    Ok(Account { version: changed.version + 1, ..changed })
}

/// The attributes among the fields that changed.
pub(super) fn custom_fields(changes: &[FieldChange]) -> HashSet<String> {
    changes.iter().filter(|change| change.is_custom()).map(|change| change.field.to_string()).collect()
}

/// The account with another profile.
pub(super) fn with_profile(account: Account, profile: Profile, email_changes: bool, now: base::Timestamp) -> Account {
    let mobile_changes = account.mobile != profile.mobile;
    let mut changed = Account {
        username: profile.username,
        first_name: profile.first_name,
        last_name: profile.last_name,
        email: profile.email,
        mobile: profile.mobile,
        external_id: profile.external_id,
        custom: profile.custom,
        modified_at: now,
        ..account
    };
    changed.state.email.is_present = changed.email.is_some();
    changed.state.mobile.is_present = changed.mobile.is_some();
    if email_changes {
        changed.state.email.verified_at = None;
        changed.forget_pending_email();
    }
    if mobile_changes {
        changed.state.mobile.verified_at = None;
    }
    changed
}
