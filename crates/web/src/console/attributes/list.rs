//! The list of attributes, and their order.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use identity::access::{Permission, Target};
use identity::attributes::{self, Access, Attribute, Direction, Kind, State as Standing};
use identity::settings::Words;

use super::{AttributeInPath, PATH, href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::words::grouped;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/attributes/list.html")]
struct ListPage {
    frame: Frame,
    built_in: [BuiltIn; 4],
    rows: Vec<Row>,
    /// Whether this person may change anything here.
    is_open: bool,
}

/// A field that every account has.
struct BuiltIn {
    label: String,
    key: &'static str,
    kind: &'static str,
}

/// An attribute.
struct Row {
    href: String,
    label: String,
    key: String,
    kind: String,
    is_required: bool,
    is_asked_at_registration: bool,
    in_my_account: &'static str,
    sent_as: Vec<String>,
    is_indexing: bool,
}

/// `GET /console/attributes`.
pub(crate) async fn show(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    let read = site.identity().read(&member.caller, async |op| attributes::list(op).await);
    let all = read.await.or_failure(&member.caller)?;
    let rows = all.iter().map(Row::new).collect();
    let is_open = member.may(&site, Permission::ManageSettings, Target::Organization);
    Ok(page(&ListPage { built_in: built_in(&frame.words), frame, rows, is_open }))
}

/// `POST /console/attributes/{field}/move`: one place up or down.
pub(crate) async fn rearrange(
    State(site): State<Site>,
    member: Member,
    AttributeInPath(id): AttributeInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let direction = match posted.fields.text("direction") {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => {
            super::find_open(&site, &member, id).await?;
            return Err(Failure::Invalid(vec!["Choose up or down.".to_owned()]));
        }
    };
    let write = site.identity().write(&member.caller, async |op| attributes::rearrange(op, id, direction).await);
    write.await.or_failure(&member.caller)?;
    Ok(Redirect::to(PATH).into_response())
}

fn built_in(words: &Words) -> [BuiltIn; 4] {
    let field = |label: &str, key, kind| BuiltIn { label: label.to_owned(), key, kind };
    [
        field("First name", "first_name", "Text, 128"),
        field("Last name", "last_name", "Text, 128"),
        field(&words.username.to_string(), "username", "Its own rules"),
        field("Email", "email", "Email, 128"),
    ]
}

impl Row {
    fn new(attribute: &Attribute) -> Self {
        let definition = &attribute.definition;
        let names = [("OIDC", &definition.oidc_claim), ("SAML", &definition.saml_attribute)];
        let sent_as = names.into_iter().filter(|(_, name)| !name.is_empty()).map(|(_, name)| name.clone());
        Row {
            href: href(attribute.id),
            label: definition.label.clone(),
            key: attribute.key.clone(),
            kind: kind_words(attribute),
            is_required: definition.is_required,
            is_asked_at_registration: definition.is_asked_at_registration,
            in_my_account: access_words(definition.in_my_account),
            sent_as: sent_as.collect(),
            is_indexing: attribute.state == Standing::Indexing,
        }
    }
}

/// What somebody may do with an attribute, in words.
pub(super) fn access_words(access: Access) -> &'static str {
    match access {
        Access::Hidden => "Hidden",
        Access::ReadOnly => "Read only",
        Access::Editable => "Can edit",
    }
}

/// The kind with what narrows it: `Text, pattern`, `Choice of 14, several`.
fn kind_words(attribute: &Attribute) -> String {
    let definition = &attribute.definition;
    let mut words = match definition.kind {
        Kind::Choice => format!("Choice of {}", grouped(definition.choices.len() as u64)),
        kind => kind.words().to_owned(),
    };
    let most = definition.max_length.map(|most| grouped(u64::from(most)));
    let traits = [
        most.as_deref(),
        (!definition.pattern.is_empty()).then_some("pattern"),
        definition.is_multi.then_some("several"),
        definition.is_unique.then_some("unique"),
    ];
    for word in traits.into_iter().flatten() {
        words.push_str(", ");
        words.push_str(word);
    }
    words
}
