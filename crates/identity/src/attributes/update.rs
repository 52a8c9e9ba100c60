//! Changing the definition of an attribute.

use base::AttributeId;

use super::check::collisions;
use super::differences::differences;
use super::preview::{Preview, look};
use super::{Attribute, Definition, State, find, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Caller, Error, Identity, Operation, Result};

/// Changes the definition of an attribute. Nothing is written when nothing differs. Values that don't follow the new
/// rules stay until they are changed next. When accounts shall be found by the attribute, or no longer, their index is
/// made soon after, batch by batch ([`crate::accounts::tend_attributes`]).
///
/// `version` is the one that the caller saw; `None` to change whatever is there.
///
/// The accounts are held against the definition on a snapshot, before anything is locked. A value that somebody doubles
/// in the moment between stays as it is, as one that breaks a rule.
///
/// Errors: `Denied` without `ManageSettings`; `NotFound`; `Stale` when the definition changed since `version`; `Invalid`
/// with every field that breaks a rule or is taken; `Conflict` `values_shared` when nobody may have another's value and
/// some do, `values_of_another_kind` when values can't be of the new kind.
pub async fn update(
    identity: &Identity,
    caller: &Caller,
    id: AttributeId,
    version: Option<i64>,
    definition: Definition,
) -> Result<Attribute> {
    let definition = identity
        .read(caller, async |op| {
            let _ = op.allow(Permission::ManageSettings, Target::Organization)?;
            let attribute = find::load(op).await?.by_id(id).cloned().ok_or(Error::NotFound)?;
            if version.is_some_and(|version| version != attribute.version) {
                return Err(Error::Stale);
            }
            let definition = definition.checked().map_err(Error::Invalid)?;
            let (before, after) = (&attribute.definition, &definition);
            if after.kind != before.kind || (after.is_unique && !before.is_unique) {
                refuse_what_does_not_fit(look(op, &attribute.key, before, after).await?, after)?;
            }
            Ok(definition)
        })
        .await?;
    identity.write(caller, async |op| put(op, id, version, definition).await).await
}

fn refuse_what_does_not_fit(preview: Preview, after: &Definition) -> Result<()> {
    let accounts = |count: u64| if count == 1 { "1 user has".to_owned() } else { format!("{count} users have") };
    if preview.of_another_kind > 0 {
        let message = format!(
            "{} a value that can't become one of the type {}. Change or remove these values first, or add another attribute.",
            accounts(preview.of_another_kind),
            after.kind.words(),
        );
        return Err(Error::conflict("values_of_another_kind", message));
    }
    if preview.sharing > 0 {
        let message = format!("{} the same value as another. Change these values first.", accounts(preview.sharing));
        return Err(Error::conflict("values_shared", message));
    }
    Ok(())
}

async fn put(
    op: &mut Operation<'_>,
    id: AttributeId,
    version: Option<i64>,
    definition: Definition,
) -> Result<Attribute> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let all = find::hold(op).await?;
    let mut all: Vec<Attribute> = all.into_iter().filter(|attribute| attribute.state != State::Removing).collect();
    let place = all.iter().position(|attribute| attribute.id == id).ok_or(Error::NotFound)?;
    let attribute = all.swap_remove(place);
    if version.is_some_and(|version| version != attribute.version) {
        return Err(Error::Stale);
    }
    if attribute.definition == definition {
        return Ok(attribute);
    }
    let problems = collisions(&definition, &all.iter().collect::<Vec<_>>());
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let before = attribute.definition.clone();
    let needs_index = wants_another_index(&attribute.definition, &definition);
    let changed = Attribute {
        definition,
        version: attribute.version + 1,
        state: if needs_index { State::Indexing } else { attribute.state },
        modified_at: op.now,
        ..attribute
    };
    rows::update(&mut op.tx, &changed).await?;
    if needs_index {
        rows::put_state(&mut op.tx, id, State::Indexing, 0).await?;
    }
    let (before, after) = differences(&before, &changed.definition)?;
    op.record(permit, Event::AttributeUpdated { attribute: changed.reference(), before, after });
    Ok(changed)
}

/// Whether values must be indexed otherwise than they are.
fn wants_another_index(before: &Definition, after: &Definition) -> bool {
    let index = |definition: &Definition| {
        let in_parts = definition.is_searchable && definition.kind.is_searched_in_parts();
        (definition.has_index(), definition.is_unique, in_parts)
    };
    index(before) != index(after)
}
