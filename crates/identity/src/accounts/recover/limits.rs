//! How often somebody may ask (ES-173), counted for what was typed whether or not it belongs to anybody.

use std::time::Duration;

use crate::accounts::Account;
use crate::throttle::{self, Subject};
use crate::{Operation, Result, settings};

const AN_HOUR: Duration = Duration::from_hours(1);

/// Counts a request, and answers whether it is one that is answered: for the folded name typed, for the account that it
/// means by whichever of its names, and for the network that it came from.
pub(super) async fn has_room(op: &mut Operation<'_>, identifier: String, account: Option<&Account>) -> Result<bool> {
    let settings = settings::load(op).await?;
    let (one, network) = (settings.recoveries_per_hour, settings.recoveries_per_hour_network);
    let mut subjects = vec![(Subject::Name(identifier), one)];
    subjects.extend(account.map(|account| (Subject::Account(account.id), one)));
    subjects.extend(op.caller.address.map(|address| (Subject::Network(address), network)));
    throttle::has_room(op, "recovery", &subjects, AN_HOUR).await
}
