//! Why a request got no proper answer; `error_pages` makes a page of it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why a request got no proper answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is no such thing, or the person may not know that there is.
    NotFound,
    /// The person may not do this; why, in words.
    Denied {
        /// A stable name.
        code: &'static str,
        /// Why, for people.
        message: String,
    },
    /// Nobody is signed in, and this place is for those who are.
    SignInRequired,
    /// The password is temporary, and nothing may be done before it is changed.
    PasswordChangeRequired,
    /// The password must be entered again first.
    StepUpRequired,
    /// A form that none of our pages sent, or one from before sign-in.
    Forged,
    /// What was asked doesn't fit the present state.
    Conflict {
        /// A stable name.
        code: &'static str,
        /// What to do, for people.
        message: String,
    },
    /// Values that break a rule, where there is no form to show them in.
    Invalid(Vec<String>),
    /// Too many attempts.
    Throttled {
        /// When it is worth trying again.
        retry_after_s: u64,
    },
    /// Something that is needed can't be reached.
    Unavailable,
    /// A defect of ours.
    Internal,
}

impl Failure {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::SignInRequired => StatusCode::UNAUTHORIZED,
            Failure::Denied { .. } | Failure::PasswordChangeRequired | Failure::StepUpRequired | Failure::Forged => {
                StatusCode::FORBIDDEN
            }
            Failure::Conflict { .. } => StatusCode::CONFLICT,
            Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Failure::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable name, for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Failure::NotFound => "not_found",
            Failure::Denied { code, .. } | Failure::Conflict { code, .. } => code,
            Failure::SignInRequired => "sign_in_required",
            Failure::PasswordChangeRequired => "password_change_required",
            Failure::StepUpRequired => "step_up_required",
            Failure::Forged => "forged",
            Failure::Invalid(_) => "invalid",
            Failure::Throttled { .. } => "throttled",
            Failure::Unavailable => "unavailable",
            Failure::Internal => "internal",
        }
    }
}

/// The bare status with the failure beside it, from which `error_pages` makes the page.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let retry_after_s = match self {
            Failure::Throttled { retry_after_s } => Some(retry_after_s.max(1)),
            Failure::Unavailable => Some(5),
            _ => None,
        };
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
