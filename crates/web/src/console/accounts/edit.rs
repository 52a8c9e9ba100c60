//! Changing a user's profile.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{AccountId, Change, Timestamp};
use identity::Error;
use identity::accounts::{self, Account, AccountChange};
use identity::attributes::{self, Attribute, Attributes, Entrant, Values, field_of};

use super::custom;
use super::href;
use super::in_path::InPath;
use super::show::{Known, Typed, known, view};
use crate::caller::Member;
use crate::csrf::{LongForm, PostedForm};
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
    name: String,
    label: String,
    /// What was typed, text by text; one that is blank when there is none.
    values: Vec<String>,
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
    LongForm(form): LongForm,
) -> Result<Response, Failure> {
    let attributes = attributes_for(&site, &member, id).await?;
    let typed = read(&form, &attributes);
    let version = form.fields.text("version").parse::<i64>().unwrap_or(-1);
    let write = site.identity().write(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        accounts::update(op, id, Some(version), change(&account, &typed, &attributes)).await
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

fn read(form: &PostedForm, attributes: &Attributes) -> Typed {
    let text = |name| form.fields.text(name).to_owned();
    Typed {
        first_name: text("first_name"),
        last_name: text("last_name"),
        username: text("username"),
        email: text("email"),
        mobile: text("mobile"),
        external_id: text("external_id"),
        custom: custom::read(&form.fields, attributes),
    }
}

/// The attributes, for somebody who may see the account.
async fn attributes_for(site: &Site, member: &Member, id: AccountId) -> Result<Arc<Attributes>, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        accounts::find(op, id).await?;
        attributes::list(op).await
    });
    read.await.or_failure(&member.caller)
}

/// What `typed` changes about `account`. A field left as it was is kept, so that an imported account without an
/// address can be renamed.
fn change(account: &Account, typed: &Typed, attributes: &Attributes) -> AccountChange {
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
        custom: custom::changed(attributes, &present.custom, &typed.custom),
    }
}

fn conflict(frame: Frame, known: &Known, typed: &Typed) -> ConflictPage {
    let Known { account, history, attributes, .. } = known;
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
            .map(|(name, label, typed, saved)| ConflictField::new(name, label, typed, saved))
            .chain(custom_fields(attributes, &typed.custom, &saved.custom))
            .collect(),
    }
}

impl ConflictField {
    fn new(name: &str, label: &str, typed: &str, saved: &str) -> Self {
        ConflictField {
            name: name.to_owned(),
            label: label.to_owned(),
            values: vec![typed.to_owned()],
            typed: typed.to_owned(),
            saved: saved.to_owned(),
            differs: typed != saved,
        }
    }
}

/// The attributes that the form held.
fn custom_fields(attributes: &Attributes, typed: &Values, saved: &Values) -> impl Iterator<Item = ConflictField> {
    let field = |attribute: &Attribute| {
        let texts = typed.get(&attribute.key);
        let codes: Vec<_> = texts.iter().map(|text| custom::canonical(&attribute.definition, text)).collect();
        let words = |values: &[String]| custom::words(&attribute.definition, values);
        let (typed, saved) = (words(&codes), words(saved.get(&attribute.key)));
        let values = if codes.is_empty() { vec![String::new()] } else { codes };
        let (name, label) = (field_of(&attribute.key), attribute.definition.label.clone());
        ConflictField { name, label, values, differs: typed != saved, typed, saved }
    };
    let held = attributes
        .iter()
        .filter(|attribute| attribute.is_open_to(Entrant::Administrator) && typed.names(&attribute.key));
    held.map(field).collect::<Vec<_>>().into_iter()
}
