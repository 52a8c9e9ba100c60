//! From the core's few kinds of no to what a browser is told; the only place that translates them.

use base::RequestId;
use identity::access::Denial;
use identity::{Caller, Error, Problem};

use crate::failure::Failure;
use crate::input::Problems;

/// What a browser is told of `error`. A defect is logged here, under the request that met it.
pub(crate) fn failure(error: &Error, request: Option<RequestId>) -> Failure {
    let request = request.map(|request| request.to_string()).unwrap_or_default();
    match error {
        Error::NotFound => Failure::NotFound,
        Error::Denied(Denial::SignInRequired) => Failure::SignInRequired,
        Error::Denied(Denial::StepUpRequired) => Failure::StepUpRequired,
        Error::Denied(denial) => Failure::Denied { code: denial.code(), message: denial.to_string() },
        Error::Conflict { code, message } => Failure::Conflict { code, message: message.clone() },
        Error::Invalid(problems) => Failure::Invalid(problems.iter().map(|problem| problem.message.clone()).collect()),
        Error::Stale => Failure::Conflict { code: "stale", message: error.to_string() },
        Error::Throttled { retry_after } => Failure::Throttled { retry_after_s: retry_after.as_secs() },
        Error::Unavailable(what) => {
            tracing::warn!(request.id = request, what, "a request was not answered: something it needs is unavailable");
            Failure::Unavailable
        }
        Error::Internal(what) => {
            tracing::error!(request.id = request, what, "a request met a defect");
            Failure::Internal
        }
    }
}

/// Gives answers of the core to `caller`'s request as answers of a door.
pub(crate) trait OrFailure<T> {
    /// The value, or what the browser is told instead.
    fn or_failure(self, caller: &Caller) -> Result<T, Failure>;
}

impl<T> OrFailure<T> for identity::Result<T> {
    fn or_failure(self, caller: &Caller) -> Result<T, Failure> {
        self.map_err(|error| failure(&error, Some(caller.request)))
    }
}

/// The problems of a form's fields.
impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Self {
        let mut all = Problems::default();
        for problem in problems {
            all.add(&problem.field, problem.message);
        }
        all
    }
}
