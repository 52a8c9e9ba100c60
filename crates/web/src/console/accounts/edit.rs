//! Changing a user's profile.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Change, Timestamp};
use identity::Error;
use identity::accounts::{self, Account, AccountChange};

use super::href;
use super::in_path::InPath;
use super::show::{Known, Typed, known, view};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::render::{filters, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/conflict.html")]
struct ConflictPage {
    frame: Frame,
    name: String,
    href: String,
    /// The version that saving anyway replaces.
    version: i64,
    saved_at: Timestamp,
    saved_by: String,
    fields: Vec<ConflictField>,
}

/// One field of both versions.
struct ConflictField {
    name: &'static str,
    label: String,
    typed: String,
    saved: String,
    differs: bool,
}

/// `POST /console/users/{id}`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let typed = read(&form);
    let version = form.fields.text("version").parse::<i64>().unwrap_or(-1);
    let write = site.identity().write(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        accounts::update(op, id, Some(version), change(&account, &typed)).await
    });
    match write.await {
        Ok(account) => Ok(Notice::Updated.told_at(&href(&account), &site)),
        Err(Error::Invalid(problems)) => {
            let known = known(&site, &member, id).await?;
            let page = view(&site, frame.with_error(), &member, &known, &typed, &Problems::from(problems));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(Error::Stale) => {
            let known = known(&site, &member, id).await?;
            Ok(page_with(StatusCode::CONFLICT, &conflict(frame.with_error(), &known, &typed)))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

fn read(form: &PostedForm) -> Typed {
    let text = |name| form.fields.text(name).to_owned();
    Typed {
        first_name: text("first_name"),
        last_name: text("last_name"),
        username: text("username"),
        email: text("email"),
        mobile: text("mobile"),
        external_id: text("external_id"),
    }
}

/// What `typed` changes about `account`. A field left as it was is kept, so that an imported account without an
/// address can be renamed.
fn change(account: &Account, typed: &Typed) -> AccountChange {
    let present = Typed::of(account);
    let set = |present: &str, typed: &str| {
        if present == typed { Change::Keep } else { Change::Set(typed.to_owned()) }
    };
    let set_or_clear = |present: &str, typed: &str| match set(present, typed) {
        Change::Set(text) if text.is_empty() => Change::Clear,
        other => other,
    };
    AccountChange {
        username: set(&present.username, &typed.username),
        first_name: set(&present.first_name, &typed.first_name),
        last_name: set(&present.last_name, &typed.last_name),
        email: set(&present.email, &typed.email),
        mobile: set_or_clear(&present.mobile, &typed.mobile),
        external_id: set_or_clear(&present.external_id, &typed.external_id),
        ..AccountChange::default()
    }
}

fn conflict(frame: Frame, known: &Known, typed: &Typed) -> ConflictPage {
    let Known { account, history, .. } = known;
    let saved = Typed::of(account);
    let saved_by = history.iter().find(|entry| entry.at == account.modified_at);
    let username = frame.words.username.to_string();
    let fields = [
        ("first_name", "First name", &typed.first_name, &saved.first_name),
        ("last_name", "Last name", &typed.last_name, &saved.last_name),
        ("username", username.as_str(), &typed.username, &saved.username),
        ("email", "Email", &typed.email, &saved.email),
        ("mobile", "Mobile", &typed.mobile, &saved.mobile),
        ("external_id", "External ID", &typed.external_id, &saved.external_id),
    ];
    ConflictPage {
        frame,
        name: account.display_name(),
        href: href(account),
        version: account.version,
        saved_at: account.modified_at,
        saved_by: saved_by.map(|entry| entry.actor_name.clone()).unwrap_or_default(),
        fields: fields
            .into_iter()
            .map(|(name, label, typed, saved)| ConflictField {
                name,
                label: label.to_owned(),
                typed: typed.clone(),
                saved: saved.clone(),
                differs: typed != saved,
            })
            .collect(),
    }
}
