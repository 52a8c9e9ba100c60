//! The few kinds of no.

use std::fmt;
use std::time::Duration;

use crate::access::Denial;

/// Why an operation was not carried out. Nothing was changed.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// The caller may not do this.
    Denied(Denial),
    /// What was asked doesn't fit the present state; the code is stable, the message says what to do.
    Conflict {
        /// A stable name, as `license_limit`.
        code: &'static str,
        /// What to do, for people.
        message: String,
    },
    /// Values that break a rule, each with its field.
    Invalid(Vec<Problem>),
    /// Somebody else changed it meanwhile.
    Stale,
    /// Too many attempts.
    Throttled {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// A part that is needed can't be reached, or is too busy; the same call may succeed later.
    Unavailable(String),
    /// A defect of ours, or a damaged database.
    Internal(String),
}

/// The answer of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One value that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// The field, as `email`.
    pub field: String,
    /// The rule, as `TOO_LONG`; stable.
    pub code: String,
    /// What to do, for people; never holds a secret.
    pub message: String,
}

impl Problem {
    /// A problem of `field` with rule `code`.
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> Self {
        Problem { field: field.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

impl Error {
    /// A stable name of the kind of no.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotFound => "not_found",
            Error::Denied(denial) => denial.code(),
            Error::Conflict { code, .. } => code,
            Error::Invalid(_) => "invalid",
            Error::Stale => "stale",
            Error::Throttled { .. } => "throttled",
            Error::Unavailable(_) => "unavailable",
            Error::Internal(_) => "internal",
        }
    }

    /// A conflict with its code and message.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Error::Conflict { code, message: message.into() }
    }

    /// One value that breaks one rule.
    pub fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        Error::Invalid(vec![Problem::new(field, code, message)])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => f.write_str("There is no such thing."),
            Error::Denied(denial) => denial.fmt(f),
            Error::Conflict { message, .. } => f.write_str(message),
            Error::Invalid(problems) => {
                for (index, problem) in problems.iter().enumerate() {
                    let space = if index > 0 { " " } else { "" };
                    write!(f, "{space}{}: {}", problem.field, problem.message)?;
                }
                Ok(())
            }
            Error::Stale => f.write_str("Someone else changed this meanwhile. Look at their change, then try again."),
            Error::Throttled { retry_after } => {
                write!(f, "Too many attempts. Try again in {} seconds.", retry_after.as_secs().max(1))
            }
            Error::Unavailable(what) => write!(f, "Not available at the moment: {what}"),
            Error::Internal(what) => write!(f, "Internal error: {what}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(text) | store::Error::Undone(text) | store::Error::Full(text) => {
                Error::Unavailable(text)
            }
            // A constraint that an operation did not foresee: somebody else was faster.
            store::Error::NotUnique(text) => Error::Conflict { code: "not_unique", message: text },
            store::Error::Failed(text) => Error::Internal(text),
        }
    }
}

impl From<crate::credentials::Busy> for Error {
    fn from(_: crate::credentials::Busy) -> Self {
        Error::Unavailable("too many people are signing in at this moment; try again in a few seconds".into())
    }
}
