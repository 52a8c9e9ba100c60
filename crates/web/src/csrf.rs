//! Proof that a form came from one of our own pages.
//!
//! Two guards. What the browser says of where a request comes from (`Sec-Fetch-Site`, `Origin`) is looked at for every
//! request that may change something. And every form bears a token that only our pages can know: it is derived from
//! the session's cookie, or before sign-in from a cookie made for the purpose, and proves nothing to anyone else.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Secret, hex};

use crate::caller::SESSION_COOKIE;
use crate::cookies::{self, Keep};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::site::Site;

/// The field that bears the token.
pub(crate) const FIELD: &str = "csrf";

const VISITOR_COOKIE: &str = "reeve-visitor";

/// The token that the forms of this browser bear. It is written another way in each answer: pages are compressed, and
/// the length of many answers with the same token would give it away letter by letter (BREACH).
#[derive(Clone, Default)]
pub(crate) struct FormToken {
    cookie: Option<Secret>,
    mask: [u8; 32],
}

impl FormToken {
    /// The token of the browser that holds `cookie`, for an answer with this `mask`.
    fn of(cookie: &str, mask: [u8; 32]) -> Self {
        FormToken { cookie: Some(Secret::new(cookie)), mask }
    }

    fn token(&self) -> Option<[u8; 32]> {
        let cookie = self.cookie.as_ref()?;
        Some(Secret::new(format!("reeve form {}", cookie.expose())).sha256())
    }

    /// The token as text, for a form; empty when the browser has none.
    pub(crate) fn text(&self) -> String {
        let Some(token) = self.token() else { return String::new() };
        format!("{}{}", hex::encode(&self.mask), hex::encode(&masked(&token, &self.mask)))
    }

    /// Whether a form sent this token, however it was written.
    pub(crate) fn is(&self, sent: &Secret) -> bool {
        let Some(sent) = hex::decode(sent.expose()).filter(|bytes| bytes.len() == 64) else { return false };
        let (mask, rest) = sent.split_at(32);
        // Compared as secrets are: in constant time.
        self.token()
            .is_some_and(|token| Secret::new(hex::encode(&masked(rest, mask))) == Secret::new(hex::encode(&token)))
    }
}

fn masked(bytes: &[u8], mask: &[u8]) -> Vec<u8> {
    bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
}

/// A posted form whose token was right; the only way to read one, but for [`PostedFile`](crate::posted_file::PostedFile).
pub(crate) struct PostedForm {
    /// What was filled in.
    pub(crate) fields: Fields,
}

impl<S: Send + Sync> FromRequest<S> for PostedForm {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Response> {
        let token = request.extensions().get::<FormToken>().cloned().unwrap_or_default();
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let mut fields = Fields::parse(&body);
        let sent = fields.take_secret(FIELD);
        if !token.is(&sent) {
            return Err(Failure::Forged.into_response());
        }
        Ok(PostedForm { fields })
    }
}

/// No form is longer, of those that hold long lists.
const MOST_BYTES_OF_A_LONG_FORM: usize = 8 * 1024 * 1024;

/// A posted form that may be longer than others; for handlers that ask for a [`Member`](crate::caller::Member) first,
/// so that strangers are turned away before it is read.
pub(crate) struct LongForm(pub(crate) PostedForm);

impl<S: Send + Sync> FromRequest<S> for LongForm {
    type Rejection = Response;

    async fn from_request(mut request: Request<Body>, state: &S) -> Result<Self, Response> {
        DefaultBodyLimit::max(MOST_BYTES_OF_A_LONG_FORM).apply(&mut request);
        PostedForm::from_request(request, state).await.map(LongForm)
    }
}

/// Refuses what another site started.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !is_from_here(request.headers(), request.uri()) {
        return Failure::Forged.into_response();
    }
    next.run(request).await
}

/// Gives every browser the token for its forms, and a cookie to know it by when there is no session.
pub(crate) async fn give_token(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let visitor = cookies::host_name(VISITOR_COOKIE, site.is_tls());
    let session = cookies::host_name(SESSION_COOKIE, site.is_tls());
    let known = [&session, &visitor]
        .into_iter()
        .find_map(|name| cookies::read(request.headers(), name).filter(|value| !value.is_empty()))
        .map(ToOwned::to_owned);
    let random = site.identity().random();
    let mask = random.bytes();
    let (token, new_cookie) = if let Some(cookie) = known {
        (FormToken::of(&cookie, mask), None)
    } else {
        let cookie = random.token();
        (FormToken::of(cookie.expose(), mask), Some(cookie))
    };
    request.extensions_mut().insert(token);
    let mut response = next.run(request).await;
    if let Some(cookie) = new_cookie
        && is_page(&response)
    {
        let cookie = cookies::write(&visitor, cookie.expose(), Keep::Session, site.is_tls());
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Whether the browser says that one of our own pages sent this, or it is no browser at all (which the token stops).
fn is_from_here(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    // Fetch Metadata: sent over TLS and on localhost.
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let host = text(header::HOST).or_else(|| uri.host());
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    origin_host.is_some() && origin_host == host
}

fn is_page(response: &Response) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn what_another_site_started_is_told_apart() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            is_from_here(&headers, &Uri::from_static("/x"))
        };
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(from(&[("origin", "http://sso.example:8080"), ("host", "sso.example:8080")]));
        assert!(!from(&[("origin", "http://evil.example"), ("host", "sso.example")]));
        assert!(!from(&[("origin", "null"), ("host", "sso.example")]));
        assert!(from(&[("host", "sso.example")]));
    }

    #[test]
    fn each_browser_has_its_own_token_written_another_way_in_each_answer() {
        let (one, two) = (FormToken::of("a", [1; 32]), FormToken::of("a", [2; 32]));
        assert_ne!(one.text(), two.text());
        for written in [&one, &two] {
            assert!(one.is(&Secret::new(written.text())));
            assert!(!FormToken::of("b", [1; 32]).is(&Secret::new(written.text())));
            assert!(!FormToken::default().is(&Secret::new(written.text())));
        }
        for forged in ["", "00", &"00".repeat(64), &"é".repeat(64), &one.text()[2..]] {
            assert!(!one.is(&Secret::new(forged)));
        }
    }
}
