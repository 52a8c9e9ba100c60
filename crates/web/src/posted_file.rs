//! A posted form that brings a file.

use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Secret;

use crate::csrf::{self, FormToken, PostedForm};
use crate::failure::Failure;

/// The largest file that is taken, and what stands around it in a form. The core has its own limit for each kind.
const MOST_BYTES: usize = 60 * 1024 * 1024;
const LONGEST_TOKEN: usize = 1024;

/// A posted form whose token was right, and stood before the file: what comes without one is not even read.
pub(crate) struct PostedFile(Option<Multipart>);

impl PostedFile {
    /// The next field that bears a file with a name; none at the end.
    ///
    /// Errors: what was sent is no form.
    pub(crate) async fn next(&mut self) -> Result<Option<Field<'_>>, MultipartError> {
        match &mut self.0 {
            Some(form) => form.next_field().await,
            None => Ok(None),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for PostedFile {
    type Rejection = Response;

    async fn from_request(mut request: Request<Body>, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if !kind.starts_with(b"multipart/form-data") {
            PostedForm::from_request(request, state).await?;
            return Ok(PostedFile(None));
        }
        let token = request.extensions().get::<FormToken>().cloned().unwrap_or_default();
        DefaultBodyLimit::max(MOST_BYTES).apply(&mut request);
        let mut form = Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let sent = read_token(&mut form).await.map_err(IntoResponse::into_response)?;
        if token.is(&sent) { Ok(PostedFile(Some(form))) } else { Err(Failure::Forged.into_response()) }
    }
}

/// The token, if the form begins with it.
async fn read_token(form: &mut Multipart) -> Result<Secret, MultipartError> {
    let mut text = Vec::new();
    if let Some(mut field) = form.next_field().await?
        && field.name() == Some(csrf::FIELD)
    {
        while let Some(piece) = field.chunk().await? {
            if text.len() + piece.len() > LONGEST_TOKEN {
                return Ok(Secret::default());
            }
            text.extend_from_slice(&piece);
        }
    }
    Ok(Secret::new(String::from_utf8_lossy(&text)))
}
