//! The outbox: which messages wait, left or failed, and one message with its text.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use base::MessageId;

use crate::failure::Failure;

pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod words;

/// Where messages are.
pub(crate) const PATH: &str = "/console/outbox";

/// The message that `{message}` in the address of a route names; what is no identifier names nothing.
pub(crate) struct MessageInPath(MessageId);

impl<S: Send + Sync> FromRequestParts<S> for MessageInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        text.parse().map(MessageInPath).map_err(|_| Failure::NotFound)
    }
}
