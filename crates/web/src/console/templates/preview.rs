//! What a message looks like: a page of its own for the frame beside the form. Nothing in it runs, leads anywhere or
//! loads anything: it may use its own style, and that is all.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use identity::Error;
use identity::messages::{self, Channel, Language, Rendered, Template, Text};

use super::edit::typed;
use super::{LanguageAsked, TemplateInPath};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::site::Site;

/// Replaces what every other page is told.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/// `GET /console/templates/{template}/preview`: the template as it is saved.
pub(crate) async fn saved(
    State(site): State<Site>,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    LanguageAsked(language): LanguageAsked,
) -> Result<Response, Failure> {
    let read = site.identity().read(&member.caller, async |op| messages::find_template(op, template, language).await);
    let present = read.await.or_failure(&member.caller)?;
    show(&site, &member, (template, language), present.text).await
}

/// `POST /console/templates/{template}/preview`: what was typed.
pub(crate) async fn of_typed(
    State(site): State<Site>,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    LanguageAsked(language): LanguageAsked,
    posted: PostedForm,
) -> Result<Response, Failure> {
    show(&site, &member, (template, language), typed(&posted.fields)).await
}

async fn show(
    site: &Site,
    member: &Member,
    (template, language): (Template, Language),
    text: Text,
) -> Result<Response, Failure> {
    let read = site
        .identity()
        .read(&member.caller, async |op| messages::preview_template(op, template, language, &text).await);
    let html = match read.await {
        Ok(rendered) => {
            rendered.iter().map(|(channel, rendered)| with_envelope(*channel, rendered)).collect::<String>()
        }
        Err(Error::Invalid(problems)) => {
            let lines = problems.iter().map(|problem| plain_page("This can’t be shown", &problem.message));
            return Ok(framed(StatusCode::UNPROCESSABLE_ENTITY, lines.collect()));
        }
        Err(error) => return Err(error).or_failure(&member.caller),
    };
    Ok(framed(StatusCode::OK, html))
}

/// A message as a page; one without HTML as the text that it is.
pub(crate) fn html_of(channel: Channel, rendered: &Rendered) -> String {
    match channel {
        Channel::Mail if !rendered.html.trim().is_empty() => rendered.html.clone(),
        Channel::Mail => plain_page(&rendered.subject, &rendered.plain),
        Channel::Sms => plain_page("SMS", &rendered.plain),
    }
}

/// The same with the subject above it: both change with what is typed.
fn with_envelope(channel: Channel, rendered: &Rendered) -> String {
    let html = html_of(channel, rendered);
    if channel == Channel::Sms {
        return html;
    }
    let envelope = format!(
        "<p style=\"margin: 0; padding: 10px 16px; border-bottom: 1px solid #8886; font: 14px/1.5 system-ui, sans-serif; \
         overflow-wrap: anywhere\">Subject: <b>{}</b></p>\n",
        escape(&rendered.subject)
    );
    // Within the document, after what says how it looks.
    match html.find("<body>") {
        Some(at) => {
            let (head, body) = (&html[..at], &html[at + "<body>".len()..]);
            let body = body.replacen("</body>", "</div></body>", 1);
            format!("{head}<body style=\"padding: 0\">{envelope}<div style=\"padding: 24px 16px\">{body}")
        }
        None => html.replacen("<pre ", &format!("{envelope}<pre "), 1),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn plain_page(title: &str, text: &str) -> String {
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>{title}</title><pre style=\"font: 15px/1.5 system-ui, sans-serif; \
         white-space: pre-wrap; overflow-wrap: anywhere; margin: 16px\">{text}</pre>\n",
        title = escape(title),
        text = escape(text)
    )
}

/// A page that may stand in a frame of ours, and do nothing.
pub(crate) fn framed(status: StatusCode, html: String) -> Response {
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    (status, headers, html).into_response()
}
