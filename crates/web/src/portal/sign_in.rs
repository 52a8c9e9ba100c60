//! Signing in and out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base::Secret;
use identity::settings::Words;
use identity::sign_in::{Gate, SignIn, sign_out, with_password};

use super::recovery::Offered;
use super::verify_mobile;
use crate::caller::{Guest, forget_session, session_cookie, session_token, user_agent};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, Query, local_path, with_query};
use crate::frame::Frame;
use crate::input::Input;
use crate::notice::Notice;
use crate::page_size;
use crate::render::words::duration;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct SignInPage {
    frame: Frame,
    identifier: Input,
    password: Input,
    return_to: String,
    refusal: Option<Refusal>,
    offered: Offered,
}

#[derive(Template)]
#[template(path = "portal/session_ended.html")]
struct SessionEndedPage {
    frame: Frame,
    again_href: String,
}

/// Told of a name that was tried too often, whether or not it is somebody's.
#[derive(Template)]
#[template(path = "portal/sign_in_blocked.html")]
struct BlockedPage {
    frame: Frame,
    /// As `5 minutes`.
    again_in: String,
    offered: Offered,
}

/// Why somebody was not let in, as far as they may know.
struct Refusal {
    cause: String,
    way_out: &'static str,
    /// What the link is asked for with once more; empty when there is none to be sent.
    again: String,
    /// Whether a new password is a way in.
    takes_new_password: bool,
}

/// `GET /sign-in`. Whoever comes with the cookie of a session that is over is told so, once.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let return_to = destination(&fields);
    if guest.resumed.is_some() {
        return Ok(Redirect::to(&return_to).into_response());
    }
    if session_token(&headers, site.is_tls()).is_some() {
        let again_href = with_query("/sign-in", [("return", fields.text("return"))]);
        let forget = [(header::SET_COOKIE, forget_session(site.is_tls()))];
        return Ok((forget, page(&SessionEndedPage { frame, again_href })).into_response());
    }
    Ok(page(&SignInPage {
        frame,
        identifier: Input::default(),
        password: Input::default(),
        return_to,
        refusal: None,
        offered: Offered::now(&site, &guest).await?,
    }))
}

/// `POST /sign-in`. A refusal is the same page again with status 200, whatever the cause, so that the status tells
/// nothing.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    headers: HeaderMap,
    mut form: PostedForm,
) -> Result<Response, Failure> {
    let name = form.fields.text("identifier").chars().take(256).collect::<String>();
    let password = form.fields.take_secret("password");
    let return_to = destination(&form.fields);
    let answer = with_password(site.identity(), &guest.caller, &name, password, user_agent(&headers)).await;
    let now = site.identity().clock().now();
    let refusal = match answer.or_failure(&guest.caller)? {
        SignIn::Granted { session, .. } => {
            end_session(&site, &guest).await?;
            // Another person, or the same one tomorrow, begins with the list as the organization set it.
            let cookies = [session_cookie(&session.token, site.is_tls()), page_size::forget(site.is_tls())];
            let cookies = AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
            return Ok((cookies, Redirect::to(&return_to)).into_response());
        }
        SignIn::Refused => wrong(&frame.words),
        SignIn::Blocked { until } => {
            return Ok(page(&BlockedPage {
                frame: frame.with_error(),
                again_in: duration(until.since(now).as_secs()),
                offered: Offered::now(&site, &guest).await?,
            }));
        }
        SignIn::Shut { gate: Gate::MobileNotVerified, again } => {
            return Ok(verify_mobile::prompt(frame.with_error(), &name, token_of(again.as_ref())));
        }
        SignIn::Shut { gate, again } => Refusal { again: token_of(again.as_ref()), ..refusal_at(gate, &frame.words) },
    };
    Ok(page(&SignInPage {
        frame: frame.with_error(),
        identifier: Input { value: name, error: None },
        password: Input::default(),
        return_to,
        refusal: Some(refusal),
        offered: Offered::now(&site, &guest).await?,
    }))
}

/// `POST /sign-out`.
pub(crate) async fn leave(State(site): State<Site>, guest: Guest, _: PostedForm) -> Result<Response, Failure> {
    end_session(&site, &guest).await?;
    let is_tls = site.is_tls();
    let cookies = [forget_session(is_tls), page_size::forget(is_tls), Notice::SignedOut.cookie(is_tls)];
    let cookies = AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((cookies, Redirect::to("/sign-in")).into_response())
}

/// Ends the session that the browser came with, if it came with one.
async fn end_session(site: &Site, guest: &Guest) -> Result<(), Failure> {
    let Some(resumed) = &guest.resumed else { return Ok(()) };
    let write = site.identity().write(&guest.caller, async |op| sign_out(op, resumed).await);
    write.await.or_failure(&guest.caller)
}

/// One answer for an unknown name, a wrong password, too many attempts and a temporary password that has ended.
fn wrong(words: &Words) -> Refusal {
    Refusal {
        cause: format!("{} or {} is wrong.", words.username, words.password.inside()),
        way_out: "After too many attempts, wait a few minutes before you try again.",
        again: String::new(),
        takes_new_password: true,
    }
}

/// What is said to somebody who proved the password; who has to enter a code gets a page for it instead.
fn refusal_at(gate: Gate, words: &Words) -> Refusal {
    let (cause, way_out) = match gate {
        Gate::PendingActivation => ("Confirm your email first.", "Open the link in the email that we have sent you."),
        Gate::PendingApproval => ("This registration waits for approval.", "An administrator decides about it."),
        Gate::Disabled => ("This account is disabled.", "Contact an administrator."),
        Gate::LockedByAdministrator => ("This account is locked.", "Contact an administrator."),
        Gate::LockedByInactivity => {
            let cause = "This account was not used for a long time.";
            (cause, "We have mailed you a link to use it again. If you get none, contact an administrator.")
        }
        Gate::EmailNotVerified => {
            ("Verify your email address first.", "Open the link in the email that we have sent you.")
        }
        Gate::ResetRequired => {
            let cause = format!("A new {} is required.", words.password.inside());
            let way_out = "An administrator asked for it. Use the link or the code that we have sent you.";
            return Refusal { cause, way_out, again: String::new(), takes_new_password: false };
        }
        Gate::LockedByFailures | Gate::TemporaryPasswordExpired | Gate::MobileNotVerified => return wrong(words),
    };
    Refusal { cause: cause.to_owned(), way_out, again: String::new(), takes_new_password: false }
}

/// What a form bears to ask for another link or code; nothing when there is none.
fn token_of(again: Option<&Secret>) -> String {
    again.map(|token| token.expose().to_owned()).unwrap_or_default()
}

/// Where to go after signing in.
pub(super) fn destination(fields: &Fields) -> String {
    local_path(fields.text("return")).unwrap_or("/").to_owned()
}
