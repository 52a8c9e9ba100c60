//! Inventing people who registered lately: some have not confirmed it, some wait for an administrator.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use base::{Clock, Random};
use identity::access::Actor;
use identity::accounts::{self, Applicant, Registered};
use identity::{Caller, Door, Error, Identity, settings};
use serde_json::json;

use super::people::{self, Made, Person};

/// How long after each other they registered, the last one that long ago.
const APART: Duration = Duration::from_mins(100);
/// How long they took to open the link.
const TO_CONFIRM: Duration = Duration::from_mins(13);

/// Lets people register, and registers `people`, one after the other until now. Who is there already came before an
/// interruption.
pub(super) async fn register(identity: &Identity, operator: &Caller, people: &[&Person]) -> Result<()> {
    identity.write(operator, async |op| settings::choose(op, "registration", json!(true)).await).await?;
    let number = u32::try_from(people.len()).unwrap_or(u32::MAX);
    let clock = Clock::fixed(Clock::System.now().minus(APART * number));
    // Chance that nobody can repeat: it makes the links that confirm.
    let options = identity::Options {
        clock: clock.clone(),
        random: Random::System,
        hashing_threads: Some(1),
        ..identity.options()
    };
    let world = Identity::open(identity.db().clone(), options).await?;
    for (person, host) in people.iter().zip(1..) {
        // A network that is kept for examples (RFC 5737 §3).
        let address = Some(IpAddr::from([203, 0, 113, host]));
        let stranger = || Caller { address, ..world.caller(Actor::Anonymous, Door::Portal) };
        let applicant = Applicant {
            username: person.username.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            email: people::address(person),
            ..Applicant::default()
        };
        let hash = people::hash_of_nobody(world.random());
        let link = match world.write(&stranger(), async |op| accounts::register(op, &applicant, &hash).await).await {
            Ok(Registered::Made { link, .. }) => link,
            Ok(Registered::AddressTaken) | Err(Error::Invalid(_)) => None,
            Err(error) => return Err(error).context("nobody can register"),
        };
        clock.advance(TO_CONFIRM);
        if let Some(link) = link.filter(|_| person.made == Made::Unapproved) {
            world.write(&stranger(), async |op| accounts::confirm_registration(op, &link).await).await?;
        }
        clock.advance(APART.saturating_sub(TO_CONFIRM));
    }
    Ok(())
}
