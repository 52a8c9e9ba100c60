//! Changing settings: all of a form or none of it, each recorded with what it was before.

use serde_json::{Map, Value as Json};

use super::definition::Definition;
use super::{Settings, load, rows, together};
use crate::access::{Permission, Permit, Target};
use crate::events::Event;
use crate::{Error, Operation, Problem, Result};

/// A setting that gets another value.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub definition: &'static Definition,
    /// The value it had.
    pub before: Json,
    /// The value it gets.
    pub after: Json,
}

/// Chooses `value` for the setting `key`.
///
/// Errors: as [`save`].
pub async fn choose(op: &mut Operation<'_>, key: &str, value: Json) -> Result<()> {
    save(op, &[(key.to_owned(), value)].into_iter().collect(), &Map::new()).await.map(drop)
}

/// Chooses all of `wanted`, or nothing when one of them may not be chosen. Answers what changed. `seen` are values that
/// the choice was made in view of.
///
/// Errors: `Denied` without `ManageSettings`, and without `ManageGuardedSettings` when a guarded setting would leave
/// its default; `Stale` when a setting has another value than was seen; `Invalid` with everything that is wrong.
pub async fn save(op: &mut Operation<'_>, wanted: &Map<String, Json>, seen: &Map<String, Json>) -> Result<Vec<Change>> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let organization = op.organization();
    rows::hold(&mut op.tx, organization).await?;
    op.settings = None;
    let present = load(op).await?;
    if !differences(&present, seen).is_empty() {
        return Err(Error::Stale);
    }
    let changes = changes(&present, wanted)?;
    for change in &changes {
        if needs_super_administrator(change) {
            let _ = op.allow(Permission::ManageGuardedSettings, Target::Organization)?;
        }
        let (now, by) = (op.now, op.caller.actor.account());
        rows::put(&mut op.tx, organization, change.definition.key, &change.after, now, by).await?;
    }
    record(op, permit, &changes);
    Ok(changes)
}

/// Gives the settings `keys` their defaults again, whatever these will be in later versions. Answers what changed.
///
/// Errors: `Denied` without `ManageSettings`; `Invalid` for an unknown key, or defaults that don't go together with the
/// other settings.
pub async fn reset(op: &mut Operation<'_>, keys: &[&str]) -> Result<Vec<Change>> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let organization = op.organization();
    rows::hold(&mut op.tx, organization).await?;
    op.settings = None;
    let present = load(op).await?;
    let standard: Result<Map<String, Json>> =
        keys.iter().map(|key| Definition::find(key).map(|found| (found.key.to_owned(), found.standard()))).collect();
    let changes = changes(&present, &standard?)?;
    for change in &changes {
        rows::remove(&mut op.tx, organization, change.definition.key).await?;
    }
    record(op, permit, &changes);
    Ok(changes)
}

fn record(op: &mut Operation<'_>, permit: Permit, changes: &[Change]) {
    op.settings = None;
    let event = |change: &Change| Event::SettingChanged {
        key: change.definition.key.to_owned(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    op.record_all(permit, changes.iter().map(event));
}

/// What choosing `wanted` would change, in the order of the pages.
///
/// Errors: `Invalid` with everything that is wrong with the values, and with how they go together.
pub fn changes(present: &Settings, wanted: &Map<String, Json>) -> Result<Vec<Change>> {
    let (before, after) = (present.all(), imagine(present, wanted)?.all());
    let changes = super::definitions().filter_map(|definition| {
        let (before, after) = (before[definition.key].clone(), after[definition.key].clone());
        (before != after).then_some(Change { definition, before, after })
    });
    Ok(changes.collect())
}

/// `present` with `wanted` in it.
///
/// Errors: as [`changes`].
pub fn imagine(present: &Settings, wanted: &Map<String, Json>) -> Result<Settings> {
    let mut problems = Vec::new();
    let mut after = present.all();
    for (key, value) in wanted {
        match Definition::find(key).and_then(|definition| definition.read(value)) {
            Ok(value) => drop(after.insert(key.clone(), value)),
            Err(Error::Invalid(found)) => problems.extend(found),
            Err(error) => return Err(error),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let after: Settings = serde_json::from_value(Json::Object(after))
        .map_err(|error| Error::Internal(format!("settings that were read don't fit: {error}")))?;
    // What was wrong before is not the fault of this change.
    let known = together::problems(present);
    let is_new = |problem: &Problem| !known.iter().any(|old| old.field == problem.field);
    let problems: Vec<Problem> = together::problems(&after).into_iter().filter(is_new).collect();
    if problems.is_empty() { Ok(after) } else { Err(Error::Invalid(problems)) }
}

/// Which of the settings that somebody saw have another value now: from what they saw to what is.
pub fn differences(present: &Settings, seen: &Map<String, Json>) -> Vec<Change> {
    let all = present.all();
    let changed = super::definitions().filter_map(|definition| {
        let before = seen.get(definition.key)?.clone();
        let after = all.get(definition.key)?.clone();
        (before != after).then_some(Change { definition, before, after })
    });
    changed.collect()
}

/// Whether the change loosens what protects everybody.
fn needs_super_administrator(change: &Change) -> bool {
    change.definition.is_guarded && change.after != change.definition.standard()
}
