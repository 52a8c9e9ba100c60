//! The account that an address names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use base::AccountId;

use crate::failure::Failure;

/// The account that `{id}` in the address of a route names; what is no identifier names nothing.
pub(crate) struct InPath(pub(crate) AccountId);

impl<S: Send + Sync> FromRequestParts<S> for InPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        account_id(&text).map(InPath)
    }
}

/// The account with the identifier that `text` is.
pub(super) fn account_id(text: &str) -> Result<AccountId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}
