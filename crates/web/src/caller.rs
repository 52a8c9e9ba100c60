//! Who is knocking: the session cookie makes a caller of a request.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use base::{RequestId, Secret};
use identity::access::{Actor, Permission, Target, decide, includes};
use identity::settings::Words;
use identity::sign_in::{Resumed, visit};
use identity::{Caller, Door};

use crate::cookies::{self, Keep};
use crate::errors::failure;
use crate::failure::Failure;
use crate::frame::{OrganizationName, Viewer};
use crate::site::Site;

/// The cookie that holds the token of a session.
pub(crate) const SESSION_COOKIE: &str = "reeve-session";

/// A request's caller, signed in or not.
#[derive(Clone)]
pub(crate) struct Guest {
    /// Who asks, for the core.
    pub(crate) caller: Caller,
    /// What the organization calls what people sign in with.
    pub(crate) words: Words,
    /// The session, when there is one.
    pub(crate) resumed: Option<Arc<Resumed>>,
}

/// A request's caller who is signed in and may go on.
#[derive(Clone)]
pub(crate) struct Member {
    /// Who asks, for the core.
    pub(crate) caller: Caller,
    /// What the organization calls what people sign in with.
    pub(crate) words: Words,
    /// The session.
    pub(crate) resumed: Arc<Resumed>,
}

impl Guest {
    fn member(self) -> Option<Member> {
        let resumed = self.resumed.filter(|resumed| !resumed.must_change_password)?;
        Some(Member { caller: self.caller, words: self.words, resumed })
    }
}

impl Member {
    /// Whether this person may do what `permission` names to `target`, to offer it or not; the core asks again.
    pub(crate) fn may(&self, site: &Site, permission: Permission, target: Target) -> bool {
        decide(&self.caller.actor, permission, target, site.identity().clock().now()).is_ok()
    }

    /// Whether a role of this person includes `permission`, to offer what it leads to; the password may have to be
    /// entered again first.
    pub(crate) fn holds(&self, permission: Permission) -> bool {
        let person = self.caller.actor.person();
        person.is_some_and(|person| person.roles.iter().any(|role| includes(role, permission)))
    }
}

/// Recognizes the caller of each request, and puts them and what the frame shows of them beside it.
pub(crate) async fn recognize(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    if let Err(error) = put_caller(&site, &mut request).await {
        // The page of this failure is made further inside, where pages are made.
        let failure = failure(&error, None);
        request.extensions_mut().insert(failure);
    }
    next.run(request).await
}

async fn put_caller(site: &Site, request: &mut Request) -> identity::Result<()> {
    let identity = site.identity();
    let door = if request.uri().path().starts_with("/console") { Door::Console } else { Door::Portal };
    let mut caller = identity.caller(Actor::Anonymous, door);
    // The audit log, the page of a failure and the logs name a request alike.
    if let Some(id) = request.extensions().get::<RequestId>() {
        caller.request = *id;
    }
    caller.address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    // Already now, so that a failure below has its reference.
    request.extensions_mut().insert(Guest { caller: caller.clone(), words: Words::default(), resumed: None });

    let token = session_token(request.headers(), site.is_tls());
    let visit = visit(identity, &caller, token.as_ref()).await?;
    request.extensions_mut().insert(OrganizationName(visit.organization.name));
    let resumed = visit.resumed.map(Arc::new);
    if let Some(resumed) = &resumed {
        caller.actor = resumed.actor();
        if let Some(person) = caller.actor.person() {
            request.extensions_mut().insert(Viewer {
                name: person.name.clone(),
                username: person.username.clone(),
                roles: person.roles.iter().map(|role| role.to_string()).collect::<Vec<_>>().join(", "),
                held: person.roles,
                manages_users: person.roles.iter().any(|role| includes(role, Permission::ViewAccounts)),
                registrations: visit.registrations,
            });
        }
    }
    request.extensions_mut().insert(Guest { caller, words: visit.words, resumed });
    Ok(())
}

/// The token of the session that the browser holds.
pub(crate) fn session_token(headers: &HeaderMap, is_tls: bool) -> Option<Secret> {
    let token = cookies::read(headers, &cookies::host_name(SESSION_COOKIE, is_tls))?;
    (!token.is_empty()).then(|| Secret::new(token))
}

/// The cookie that holds a session's token until the browser is closed.
pub(crate) fn session_cookie(token: &Secret, is_tls: bool) -> HeaderValue {
    cookies::write(&cookies::host_name(SESSION_COOKIE, is_tls), token.expose(), Keep::Session, is_tls)
}

/// Leads to `target` with the token of a new session.
pub(crate) fn go_on(token: &Secret, target: &str, site: &Site) -> Response {
    ([(header::SET_COOKIE, session_cookie(token, site.is_tls()))], Redirect::to(target)).into_response()
}

/// The cookie that makes a browser forget its session.
pub(crate) fn forget_session(is_tls: bool) -> HeaderValue {
    cookies::write(&cookies::host_name(SESSION_COOKIE, is_tls), "", Keep::Forget, is_tls)
}

/// What the browser calls itself.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok())
}

impl<S: Send + Sync> FromRequestParts<S> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Guest>().cloned().ok_or(Failure::Internal)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let guest = Guest::from_request_parts(parts, state).await?;
        let must_change = guest.resumed.as_ref().is_some_and(|resumed| resumed.must_change_password);
        guest.member().ok_or(if must_change { Failure::PasswordChangeRequired } else { Failure::SignInRequired })
    }
}
