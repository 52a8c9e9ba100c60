//! Why a hash from elsewhere is not accepted.

/// Why a hash is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashRefusal {
    /// Unknown, malformed, unsalted or broken; or not a hash at all.
    #[error(
        "This is not a password hash of a supported format. Import the account without a password and invite the person to set one."
    )]
    Unsupported,
    /// Verifying it would take too much time or memory.
    #[error(
        "This password hash costs too much to verify. Import the account without a password and invite the person to set one."
    )]
    TooCostly,
}

impl HashRefusal {
    /// The stable code, as reported for a row of an import.
    pub fn code(self) -> &'static str {
        match self {
            HashRefusal::Unsupported => "HASH_UNSUPPORTED",
            HashRefusal::TooCostly => "HASH_TOO_COSTLY",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_stable_codes() {
        assert_eq!(HashRefusal::Unsupported.code(), "HASH_UNSUPPORTED");
        assert_eq!(HashRefusal::TooCostly.code(), "HASH_TOO_COSTLY");
    }
}
