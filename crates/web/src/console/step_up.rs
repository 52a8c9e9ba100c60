//! Entering the password again in the middle of a form: what was chosen comes back with the person.

use axum::response::{IntoResponse, Redirect, Response};

use crate::fields::with_query;

/// The field of an address that tells that its form was sent already, and only the password was missing.
pub(super) const UNSAVED: &str = "unsaved";

/// To the password, and from there back to `form`: an address of ours with what was chosen.
pub(super) fn ask_for_password(form: &str) -> Response {
    Redirect::to(&with_query("/reauth", [("return", form)])).into_response()
}
