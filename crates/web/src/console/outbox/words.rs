//! Messages as people read of them.

use identity::messages::{Channel, Listed, MOST_TRIES, State};

/// How far a message has come: in words, with the class and picture of a mark.
pub(crate) fn state(listed: &Listed) -> (&'static str, &'static str, &'static str) {
    match listed.state {
        State::Queued if listed.tries > 0 => ("Trying again", "lock", "rotate-cw"),
        State::Queued => ("Queued", "off", "clock"),
        State::Sent => ("Sent", "ok", "circle-check"),
        State::Failed => ("Failed", "bad", "circle-x"),
        State::Cancelled => ("Taken back", "off", "ban"),
        State::Expired => ("Expired", "off", "hourglass"),
    }
}

/// Which message it is.
pub(crate) fn name(listed: &Listed) -> String {
    let name = listed.template.map_or("Unknown message", |template| template.entry().name);
    if listed.channel == Channel::Sms { format!("{name} (SMS)") } else { name.to_owned() }
}

/// How often it was tried.
pub(crate) fn tries(listed: &Listed) -> String {
    match (listed.tries, listed.state) {
        (0, _) => "–".to_owned(),
        (tries, State::Sent) => tries.to_string(),
        (tries, _) => format!("{tries} of {MOST_TRIES}"),
    }
}
