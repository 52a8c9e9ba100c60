//! Adding an attribute.

use super::check::collisions;
use super::differences::differences;
use super::key::{problem_of, taken};
use super::{Attribute, Definition, State, find, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// Most attributes of an organization.
pub const MAX_ATTRIBUTES: usize = 100;

/// An attribute that somebody wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAttribute {
    /// Its name in imports, exports and interfaces; it never changes.
    pub key: String,
    /// What it is.
    pub definition: Definition,
}

/// Adds an attribute behind the others. No account has a value of it.
///
/// Errors: `Denied` without `ManageSettings`; `Conflict` `too_many_attributes`, or `attribute_going` while the values of
/// a former attribute with this key are being removed; `Invalid` with every field that breaks a rule or is taken.
pub async fn create(op: &mut Operation<'_>, new: NewAttribute) -> Result<Attribute> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let all = find::hold(op).await?;
    let others: Vec<&Attribute> = all.iter().filter(|other| other.state != State::Removing).collect();
    if others.len() >= MAX_ATTRIBUTES {
        let message =
            format!("There are {MAX_ATTRIBUTES} attributes, more than that can't be added. Delete one first.");
        return Err(Error::conflict("too_many_attributes", message));
    }
    let mut problems: Vec<_> = problem_of(&new.key).into_iter().collect();
    let definition = new.definition.checked().map_err(|mut wrong| problems.append(&mut wrong)).ok();
    problems.extend(definition.iter().flat_map(|definition| collisions(definition, &others)));
    if others.iter().any(|other| other.key == new.key) {
        problems.push(taken());
    }
    let Some(definition) = definition.filter(|_| problems.is_empty()) else {
        return Err(Error::Invalid(problems));
    };
    if all.iter().any(|other| other.key == new.key) {
        let message = "The values of a former attribute with this key are being removed. Try again in a minute.";
        return Err(Error::conflict("attribute_going", message));
    }
    let attribute = Attribute {
        id: op.new_id(),
        organization: op.organization(),
        version: 1,
        key: new.key,
        position: all.iter().map(|other| other.position).max().unwrap_or(0) + 1,
        definition,
        state: State::Ready,
        created_at: op.now,
        modified_at: op.now,
    };
    rows::insert(&mut op.tx, &attribute).await?;
    let (_, definition) = differences(&Definition::default(), &attribute.definition)?;
    op.record(permit, Event::AttributeCreated { attribute: attribute.reference(), definition });
    Ok(attribute)
}
