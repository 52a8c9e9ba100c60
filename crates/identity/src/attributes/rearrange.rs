//! Putting attributes into another order.

use base::AttributeId;

use super::{State, find, rows};
use crate::access::{Permission, Target};
use crate::events::Event;
use crate::{Error, Operation, Result};

/// Which way an attribute moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Before the one above it.
    Up,
    /// Behind the one below it.
    Down,
}

/// Lets an attribute change places with its neighbour. The first one can't go up, the last one can't go down: then
/// nothing happens.
///
/// Errors: `Denied` without `ManageSettings`; `NotFound`.
pub async fn rearrange(op: &mut Operation<'_>, id: AttributeId, direction: Direction) -> Result<()> {
    let permit = op.allow(Permission::ManageSettings, Target::Organization)?;
    let mut all = find::hold(op).await?;
    all.retain(|attribute| attribute.state != State::Removing);
    let place = all.iter().position(|attribute| attribute.id == id).ok_or(Error::NotFound)?;
    let neighbour = match direction {
        Direction::Up => place.checked_sub(1),
        Direction::Down => Some(place + 1).filter(|place| *place < all.len()),
    };
    let Some(neighbour) = neighbour else { return Ok(()) };
    rows::put_position(&mut op.tx, id, all[neighbour].position).await?;
    rows::put_position(&mut op.tx, all[neighbour].id, all[place].position).await?;
    let attribute = all[place].reference();
    op.record(permit, Event::AttributeMoved { attribute, up: direction == Direction::Up });
    Ok(())
}
