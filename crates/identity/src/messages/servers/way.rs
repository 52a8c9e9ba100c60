//! Whether a password that is kept would be told to somebody else, or in another way.

use serde_json::Value as Json;

use super::Channel;
use crate::Problem;

/// What decides who hears the password of a mail server, and who can listen.
const OF_MAIL: [&str; 5] = ["host", "port", "protection", "user", "certificate"];
/// The same of the secret of an SMS gateway.
const OF_SMS: [&str; 4] = ["url", "method", "headers", "body"];

/// Whether the secret would go another way after a change.
pub(super) fn is_another(channel: Channel, before: &Json, after: &Json) -> bool {
    let parts: &[&str] = match channel {
        Channel::Mail => &OF_MAIL,
        Channel::Sms => &OF_SMS,
    };
    parts.iter().any(|part| before[part] != after[part])
}

/// What is said to who wants to keep it all the same.
pub(super) fn wants_the_secret(channel: Channel) -> Problem {
    let (field, message) = match channel {
        Channel::Mail => ("password", "Enter the password again: the server, or the way to it, is another one now."),
        Channel::Sms => ("secret", "Enter the secret again: the gateway, or what it is sent, is another one now."),
    };
    Problem::new(field, "REQUIRED_MISSING", message)
}
