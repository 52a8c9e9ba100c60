//! From a template to an answer.

use askama::Template;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::failure::Failure;

pub(crate) mod filters;
pub(crate) mod words;

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// A page, or the piece of one that htmx asked for.
pub(crate) fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with another status than 200.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::VARY, "HX-Request")];
            (status, headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Failure::Internal.into_response()
        }
    }
}

/// Whether htmx asks, which wants only the piece of the page that it will exchange.
pub(crate) fn wants_fragment(headers: &HeaderMap) -> bool {
    headers.get(HX_REQUEST).is_some_and(|value| value == "true")
}

/// Leads a browser on when htmx asked for a piece of a page, and there is none any more: to `place`, a whole page.
pub(crate) fn lead_htmx_to(place: &str) -> Response {
    ([(HX_REDIRECT, place)], StatusCode::NO_CONTENT).into_response()
}

/// Whether a program asks, which wants JSON.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/html")
}
