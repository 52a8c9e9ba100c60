//! A page, or JSON, for every request that got no proper answer.

use std::path::Path;

use askama::Template;
use axum::Json;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::caller::Guest;
use crate::failure::Failure;
use crate::fields::with_query;
use crate::frame::Frame;
use crate::render::words::duration;
use crate::render::{filters, lead_htmx_to, page_with, wants_fragment, wants_json};

#[derive(Template)]
#[template(path = "errors/console.html")]
struct ConsolePage {
    frame: Frame,
    title: String,
    icon: &'static str,
    message: String,
    details: Vec<String>,
    reference: String,
    way_out: &'static str,
    way_out_words: &'static str,
}

#[derive(Template)]
#[template(path = "errors/public.html")]
struct PublicPage {
    frame: Frame,
    title: String,
    icon: &'static str,
    message: String,
    details: Vec<String>,
    reference: String,
    way_out: &'static str,
    way_out_words: &'static str,
}

/// What the answer depends on, kept from the request before it is consumed.
struct Asked {
    frame: Frame,
    reference: String,
    is_console: bool,
    form: Form,
}

/// In which form the answer is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Fragment,
    Json,
}

impl Form {
    fn wanted(parts: &Parts) -> Self {
        let names_json = Path::new(parts.uri.path()).extension().is_some_and(|extension| extension == "json");
        if names_json || wants_json(&parts.headers) {
            Form::Json
        } else if wants_fragment(&parts.headers) {
            Form::Fragment
        } else {
            Form::Page
        }
    }
}

/// Puts a page in place of every bare failure, and leads whoever must sign in there and back.
pub(crate) async fn show(mut request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked {
        frame: Frame::of(&parts.headers, &parts),
        reference: parts.extensions.get::<Guest>().map(|guest| guest.caller.request.to_string()).unwrap_or_default(),
        is_console: parts.uri.path().starts_with("/console"),
        form: Form::wanted(&parts),
    };
    let earlier = parts.extensions.get::<Failure>().cloned();
    request = Request::from_parts(parts, body);
    let mut response = match earlier {
        Some(failure) => failure.into_response(),
        None => next.run(request).await,
    };
    let Some(failure) = failure_of(&mut response) else {
        return response;
    };
    let status = response.status();
    let mut page = answer(&failure, status, asked);
    if let Some(after) = response.headers_mut().remove(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, after);
    }
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow);
    }
    page
}

/// For every address that the table does not name.
pub(crate) async fn nowhere() -> Failure {
    Failure::NotFound
}

/// The failure that an answer stands for: ours, or one of the framework's own without a page.
fn failure_of(response: &mut Response) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_ours = content_type.starts_with(b"text/html") || content_type.starts_with(b"application/json");
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Failure::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => {
            Failure::Denied { code: "method_not_allowed", message: "This address does not take such a request.".into() }
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::Denied { code: "too_large", message: "What was sent is larger than this form can hold.".into() }
        }
        _ if status.is_client_error() => {
            Failure::Denied { code: "bad_request", message: "The server could not read what was sent.".into() }
        }
        _ => Failure::Internal,
    })
}

fn answer(failure: &Failure, status: StatusCode, asked: Asked) -> Response {
    if asked.form == Form::Json {
        return json_answer(failure, status, &asked);
    }
    let elsewhere = match failure {
        Failure::SignInRequired => Some("/sign-in"),
        Failure::PasswordChangeRequired => Some("/set-password"),
        Failure::StepUpRequired => Some("/reauth"),
        _ => None,
    };
    if let Some(place) = elsewhere {
        // What was posted can't be posted again by a redirect, so there is only the page to go back to.
        let back = if asked.frame.come_back == "/" { "" } else { asked.frame.come_back.as_str() };
        let target = with_query(place, [("return", back)]);
        return if asked.form == Form::Fragment {
            lead_htmx_to(&target)
        } else {
            Redirect::to(&target).into_response()
        };
    }
    let Words { title, icon, message, details } = words(failure, status, &asked.frame.words.password.inside());
    let in_console = asked.is_console && asked.frame.viewer.is_some();
    let (way_out, way_out_words) = way_out(failure, &asked, in_console);
    let Asked { frame, reference, .. } = asked;
    if in_console {
        let page = ConsolePage { frame, title, icon, message, details, reference, way_out, way_out_words };
        page_with(status, &page)
    } else {
        let page = PublicPage { frame, title, icon, message, details, reference, way_out, way_out_words };
        page_with(status, &page)
    }
}

fn json_answer(failure: &Failure, status: StatusCode, asked: &Asked) -> Response {
    let Words { title, message, details, .. } = words(failure, status, &asked.frame.words.password.inside());
    let body = json!({
        "code": failure.code(), "title": title, "message": message, "details": details, "reference": asked.reference,
    });
    (status, Json(body)).into_response()
}

struct Words {
    title: String,
    icon: &'static str,
    message: String,
    details: Vec<String>,
}

fn words(failure: &Failure, status: StatusCode, password: &str) -> Words {
    let plain = |title: &str, icon, message: &str| Words {
        title: title.to_owned(),
        icon,
        message: message.to_owned(),
        details: Vec::new(),
    };
    match failure {
        Failure::NotFound => {
            plain("Page not found", "search-x", "It may have been deleted, or the address is not complete.")
        }
        Failure::Denied { message, .. } if status == StatusCode::PAYLOAD_TOO_LARGE => {
            plain("Too large", "circle-x", message)
        }
        Failure::Denied { message, .. } if status != StatusCode::FORBIDDEN => {
            plain("Not possible", "circle-x", message)
        }
        Failure::Denied { message, .. } => plain("You may not do this", "lock", message),
        Failure::SignInRequired => plain("Sign in first", "lock", "This place is for people who are signed in."),
        Failure::PasswordChangeRequired => {
            plain(&format!("Choose a new {password} first"), "key-round", "The present one is temporary.")
        }
        Failure::StepUpRequired => {
            plain(&format!("Enter your {password} again"), "lock", "This change needs a fresh sign-in.")
        }
        Failure::Forged => plain(
            "This form is out of date",
            "circle-alert",
            "It was made before you signed in or out, or by another site. Nothing was changed. Go back, reload the page and try again.",
        ),
        Failure::Conflict { message, .. } => plain("This does not fit the present state", "circle-alert", message),
        Failure::Invalid(details) => {
            Words { details: details.clone(), ..plain("Check what was entered", "circle-alert", "") }
        }
        Failure::Throttled { retry_after_s } => Words {
            message: format!("Try again in {}.", duration(*retry_after_s)),
            ..plain("Too many attempts", "clock", "")
        },
        Failure::Unavailable => plain(
            "Not available at the moment",
            "unplug",
            "Something that Reeve needs did not answer in time. Try again in a moment.",
        ),
        Failure::Internal => plain(
            "Something went wrong",
            "circle-x",
            "This is a defect of Reeve. Check whether the change was made before you try again, and give the reference to whoever runs the server.",
        ),
    }
}

fn way_out(failure: &Failure, asked: &Asked, in_console: bool) -> (&'static str, &'static str) {
    let manages_users = asked.frame.viewer.as_ref().is_some_and(|viewer| viewer.manages_users);
    match failure {
        _ if in_console && manages_users => ("/console/users", "Go to users"),
        _ if asked.frame.viewer.is_some() => ("/", "Go to the start page"),
        _ => ("/sign-in", "Go to sign in"),
    }
}
