//! Settings that are one of a few words.

use serde::{Deserialize, Serialize};

/// What a username may begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstSign {
    /// A letter.
    Letter,
    /// A letter or a digit.
    LetterOrDigit,
    /// Any character that is allowed.
    Any,
}

/// Where it is looked up whether a password became known elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreachedPasswords {
    /// Nowhere.
    Off,
    /// In a file on the server, if there is one.
    File,
    /// At a service, which learns the first five digits of a hash.
    Service,
}

/// When administrators hear of registrations that wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationNotice {
    /// Never.
    Off,
    /// At each one.
    Each,
    /// Once an hour, with how many there are.
    Hourly,
}

/// What tells people from programs on the public forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityCheck {
    /// A picture of a code.
    Image,
    /// A picture of a code, a spoken version, and proof of work in its place.
    ImageAndAlternatives,
    /// Proof of work, which nobody sees.
    ProofOfWork,
    /// Nothing.
    Off,
}
