//! What a definition would mean for the accounts that there are.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use base::{AttributeId, text};

use super::rule::Rule;
use super::set::values_of;
use super::{Definition, Values, find, rows};
use crate::access::{Permission, Target};
use crate::{Caller, Error, Identity, Operation, Result};

/// Accounts that are looked at in one query.
const BATCH: i64 = 2_000;

/// What a definition would mean for the accounts that there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Accounts that have a value.
    pub with_value: u64,
    /// Accounts that have none although the definition asks for one. They are asked when they are changed next.
    pub missing: u64,
    /// Accounts whose values break a rule of the definition. They keep them until they are changed next.
    pub violating: u64,
    /// Accounts that share a value with another although nobody may; such a definition is refused.
    pub sharing: u64,
    /// Accounts whose values are not of the kind of the definition, when it is another one; such a definition is refused.
    pub of_another_kind: u64,
}

/// Holds every account against `definition`, which an attribute may get; all accounts are read, which takes seconds when
/// they are a million. Nothing is written.
///
/// Errors: `Denied` without `ManageSettings`; `NotFound`; `Invalid` with every field of the definition that breaks a rule.
pub async fn preview(identity: &Identity, caller: &Caller, id: AttributeId, definition: Definition) -> Result<Preview> {
    identity
        .read(caller, async |op| {
            let _ = op.allow(Permission::ManageSettings, Target::Organization)?;
            let attribute = find::load(op).await?.by_id(id).cloned().ok_or(Error::NotFound)?;
            let definition = definition.checked().map_err(Error::Invalid)?;
            look(op, &attribute.key, &attribute.definition, &definition).await
        })
        .await
}

/// Holds every account against `after`.
pub(super) async fn look(
    op: &mut Operation<'_>,
    key: &str,
    before: &Definition,
    after: &Definition,
) -> Result<Preview> {
    let mut preview = Preview::default();
    let mut owners: HashMap<u64, u64> = HashMap::new();
    // A value that a bare definition of the other kind reads as it stands needs no other form.
    let bare = Definition { kind: after.kind, choices: after.choices.clone(), is_multi: true, ..Definition::default() };
    let (rule, bare_rule) = (Rule::of(after), Rule::of(&bare));
    let is_otherwise = after.kind != before.kind;
    let (organization, mut last) = (op.organization(), 0);
    loop {
        let accounts = rows::custom_values(&mut op.tx, organization, last, BATCH).await?;
        let Some((end, _)) = accounts.last() else { break };
        last = *end;
        // Others get their turn on this thread.
        tokio::task::yield_now().await;
        for (_, values) in &accounts {
            let values = Values::get(values, key);
            if values.is_empty() {
                preview.missing += u64::from(after.is_required);
                continue;
            }
            preview.with_value += 1;
            if is_otherwise && values_of(&bare, &bare_rule, values).ok().as_deref() != Some(values) {
                preview.of_another_kind += 1;
            }
            if values_of(after, &rule, values).ok().as_deref() != Some(values) {
                preview.violating += 1;
            }
            if after.is_unique {
                for value in values {
                    *owners.entry(fingerprint(value)).or_default() += 1;
                }
            }
        }
    }
    preview.sharing = owners.into_values().filter(|owners| *owners > 1).sum();
    Ok(preview)
}

/// A number for a value as it is compared: a million values must not be held as they are.
fn fingerprint(value: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text::fold(value))
}
