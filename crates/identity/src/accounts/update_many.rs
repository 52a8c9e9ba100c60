//! Changing the profiles of many accounts: each on its own terms.

use std::collections::HashMap;

use base::AccountId;

use super::change::{AccountChange, differences};
use super::check::{IdentifierIndex, Profile};
use super::summary::GENERATION;
use super::told::tell_of_address;
use super::update::{custom_fields, with_profile};
use super::{Account, end_links, rows, values};
use crate::access::Permission;
use crate::events::{Event, FieldChange};
use crate::{Error, Operation, Problem, Result, attributes, settings};

/// Changes several accounts, each as [`update`](super::update()) does one.
///
/// Errors: `Unavailable`; what is wrong with single accounts is in the answer.
pub async fn update_many(
    op: &mut Operation<'_>,
    changes: Vec<(AccountId, AccountChange)>,
) -> Result<Vec<Result<Account>>> {
    let organization = op.organization();
    let ids: Vec<AccountId> = changes.iter().map(|(id, _)| *id).collect();
    let found = rows::find_many(&mut op.tx, organization, &ids).await?;
    let mut found: HashMap<AccountId, Account> = found.into_iter().map(|account| (account.id, account)).collect();
    let mut answers: Vec<Result<Account>> = Vec::with_capacity(changes.len());
    let mut wanted = Vec::with_capacity(changes.len());
    for (id, change) in changes {
        let Some(account) = found.remove(&id) else {
            answers.push(Err(Error::NotFound));
            continue;
        };
        // The permit that is recorded is asked for when the change is written.
        let allowed = op.allow(Permission::UpdateAccount, account.target()).map(drop);
        if allowed.is_ok() {
            wanted.push((account.clone(), change));
        }
        answers.push(allowed.map(|()| account));
    }
    let checked = checked(op, wanted.iter().map(|(account, change)| (account, change.clone()))).await?;
    let places: Vec<usize> = (0..answers.len()).filter(|place| answers[*place].is_ok()).collect();
    let mut going: Vec<Going> = Vec::new();
    for (place, (checked, (account, _))) in places.into_iter().zip(checked.into_iter().zip(wanted)) {
        match checked {
            Err(problems) => answers[place] = Err(Error::Invalid(problems)),
            Ok(Checked { changes, .. }) if changes.is_empty() => {}
            Ok(Checked { profile, changes }) => going.push(Going { place, account, profile, changes }),
        }
    }
    // All at once first; somebody who was faster with a name is found out one by one.
    match op.attempt(async |op| write(op, &going).await).await {
        Ok(changed) => changed.into_iter().for_each(|(place, account)| answers[place] = Ok(account)),
        Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
        Err(_) => {
            for one in &going {
                let written = op.attempt(async |op| write(op, std::slice::from_ref(one)).await).await;
                match written {
                    Ok(changed) => changed.into_iter().for_each(|(place, account)| answers[place] = Ok(account)),
                    Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
                    Err(error) => answers[one.place] = Err(error),
                }
            }
        }
    }
    Ok(answers)
}

/// What each change would do: the fields in which the account would differ, or everything that is wrong with it.
/// Nothing is written, and no right is asked for.
///
/// Errors: `Unavailable`, `Internal`.
pub(crate) async fn check_changes(
    op: &mut Operation<'_>,
    wanted: impl Iterator<Item = (&Account, AccountChange)>,
) -> Result<Vec<Result<Vec<FieldChange>, Vec<Problem>>>> {
    let checked = checked(op, wanted).await?;
    Ok(checked.into_iter().map(|checked| checked.map(|checked| checked.changes)).collect())
}

/// A profile that follows the rules.
struct Checked {
    profile: Profile,
    changes: Vec<FieldChange>,
}

/// Holds changes against every rule: form, and uniqueness in the database and among each other.
async fn checked<'a>(
    op: &mut Operation<'_>,
    wanted: impl Iterator<Item = (&'a Account, AccountChange)>,
) -> Result<Vec<Result<Checked, Vec<Problem>>>> {
    let settings = settings::load(op).await?;
    let attributes = attributes::load(op).await?;
    let parsed = wanted.map(|(account, change)| {
        let profile = change.profile(account, &settings, &attributes)?;
        let changes = differences(account, &profile, &attributes);
        Ok((account, Checked { profile, changes }))
    });
    let parsed: Vec<Result<(&Account, Checked), Vec<Problem>>> = parsed.collect();
    let changing = |parsed: &&(&Account, Checked)| !parsed.1.changes.is_empty();
    let profiles: Vec<&Profile> =
        parsed.iter().flatten().filter(changing).map(|(_, checked)| &checked.profile).collect();
    let mut index =
        if profiles.is_empty() { IdentifierIndex::default() } else { IdentifierIndex::of(op, &profiles).await? };
    let checked = parsed.into_iter().map(|parsed| {
        let (account, checked) = parsed?;
        if !checked.changes.is_empty() {
            let collisions = index.collisions(&checked.profile, Some(account));
            if !collisions.is_empty() {
                return Err(collisions);
            }
            index.claim(&checked.profile);
        }
        Ok(checked)
    });
    Ok(checked.collect())
}

/// A change that is to be written, for the answer at `place`.
struct Going {
    place: usize,
    account: Account,
    profile: Profile,
    changes: Vec<FieldChange>,
}

/// Writes changes; answers the changed accounts with their places.
async fn write(op: &mut Operation<'_>, going: &[Going]) -> Result<Vec<(usize, Account)>> {
    let mut written = Vec::with_capacity(going.len());
    let mut renamed = Vec::new();
    let mut readdressed = Vec::new();
    for Going { place, account, profile, changes } in going {
        let permit = op.allow(Permission::UpdateAccount, account.target())?;
        let email_changes = account.email != profile.email;
        if email_changes {
            let _ = op.allow(Permission::UpdateEmail, account.target())?;
            tell_of_address(op, account, profile.email.as_deref()).await?;
            readdressed.push(account.id);
        }
        let mut changed = with_profile(account.clone(), profile.clone(), email_changes, op.now);
        rows::update_profile(&mut op.tx, &changed, changes).await?;
        changed.version += 1;
        op.count(GENERATION, 1);
        op.record(permit, Event::AccountUpdated { account: changed.reference(), changes: changes.clone() });
        renamed.extend(changes.iter().any(FieldChange::is_identifier).then_some(written.len()));
        written.push((*place, changed));
    }
    let renamed: Vec<&Account> = renamed.into_iter().map(|index| &written[index].1).collect();
    rows::replace_identifiers(&mut op.tx, &renamed).await?;
    let told: Vec<_> =
        written.iter().zip(going).map(|((_, account), going)| (account, custom_fields(&going.changes))).collect();
    let lost = values::replace(op, &told).await?;
    if !lost.is_empty() {
        return Err(Error::Invalid(lost.into_values().collect()));
    }
    // What was issued for the former address must not prove the new one (ES-125).
    end_links(op, &readdressed).await?;
    Ok(written)
}
