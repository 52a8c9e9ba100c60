//! Changing an attribute: what that means for the users that there are is asked before it is saved.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::attributes::{self, Attribute, Definition, Preview};

use super::form::{AttributeForm, Typed};
use super::{AttributeInPath, PATH, find_open, href};
use crate::caller::Member;
use crate::csrf::LongForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::render::words::users;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/attributes/edit.html")]
struct EditPage {
    frame: Frame,
    href: String,
    label: String,
    /// How many users have a value, in words.
    with_value: String,
    entry: AttributeForm,
    question: Option<Question>,
}

/// What saving would mean, before it is done.
struct Question {
    consequences: Vec<String>,
    /// What tells this question from one about other users or other rules.
    mark: String,
}

/// `GET /console/attributes/{field}`.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    AttributeInPath(id): AttributeInPath,
) -> Result<Response, Failure> {
    let attribute = find_open(&site, &member, id).await?;
    let entry = AttributeForm::new(&Typed::of(&attribute), attribute.version, Problems::default());
    Ok(page(&view(&site, frame, &member, &attribute, entry, None).await?))
}

/// `POST /console/attributes/{field}`. Where users would break the new rules, the first answer is a question.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    AttributeInPath(id): AttributeInPath,
    LongForm(posted): LongForm,
) -> Result<Response, Failure> {
    let attribute = find_open(&site, &member, id).await?;
    let typed = Typed { key: attribute.key.clone(), ..Typed::read(&posted.fields) };
    let version = posted.fields.text("version").parse::<i64>().unwrap_or(-1);
    let mut problems = Problems::default();
    let definition = typed.definition(&mut problems);
    let saved = if !problems.is_empty() {
        Err(Error::Invalid(Vec::new()))
    } else if version != attribute.version {
        Err(Error::Stale)
    } else {
        match question(&site, &member, &attribute, &definition).await {
            Ok(Some(question)) if question.mark != posted.fields.text("accepted") => {
                let entry = AttributeForm::new(&typed, version, problems);
                return Ok(page(&view(&site, frame, &member, &attribute, entry, Some(question)).await?));
            }
            Ok(_) => attributes::update(site.identity(), &member.caller, id, Some(version), definition).await,
            Err(error) => Err(error),
        }
    };
    let (status, version) = match saved {
        Ok(_) => return Ok(Notice::AttributeSaved.told_at(PATH, &site)),
        Err(Error::Invalid(found)) => {
            problems.0.extend(Problems::from(found).0);
            (StatusCode::UNPROCESSABLE_ENTITY, version)
        }
        Err(Error::Conflict { code, message }) => {
            let field = match code {
                "values_shared" => "unique",
                "values_of_another_kind" => "kind",
                _ => "",
            };
            problems.add(field, message);
            (StatusCode::CONFLICT, version)
        }
        Err(Error::Stale) => {
            let present = find_open(&site, &member, id).await?;
            problems.add("", meanwhile(&present));
            (StatusCode::CONFLICT, present.version)
        }
        Err(error) => return Err(error).or_failure(&member.caller),
    };
    let entry = AttributeForm::new(&typed, version, problems);
    Ok(page_with(status, &view(&site, frame.with_error(), &member, &attribute, entry, None).await?))
}

/// What somebody else saved, for whoever was about to save something else.
fn meanwhile(present: &Attribute) -> String {
    let Definition { label, kind, .. } = &present.definition;
    format!(
        "This attribute was changed meanwhile: it is “{label}” of the type {} now. Save once more to replace that.",
        kind.words()
    )
}

/// What `after` would mean for users; nothing when none of them is concerned, or the rules stay as they are.
async fn question(
    site: &Site,
    member: &Member,
    attribute: &Attribute,
    after: &Definition,
) -> identity::Result<Option<Question>> {
    if has_same_rules(&attribute.definition, after) {
        return Ok(None);
    }
    let preview = attributes::preview(site.identity(), &member.caller, attribute.id, after.clone()).await?;
    // These are refused, and the refusal says why.
    if preview.of_another_kind > 0 || preview.sharing > 0 {
        return Ok(None);
    }
    let mut consequences = Vec::new();
    if preview.violating > 0 {
        let (have, keep) = if preview.violating == 1 { ("has", "keeps it") } else { ("have", "keep it") };
        let number = users(preview.violating);
        consequences
            .push(format!("{number} {have} a value that breaks the new rules, and {keep} until it is changed."));
    }
    if preview.missing > 0 {
        let (have, are) = if preview.missing == 1 { ("has", "is") } else { ("have", "are") };
        let number = users(preview.missing);
        consequences.push(format!("{number} {have} no value, and {are} asked for one at the next change."));
    }
    let mark = format!("{}-{}", preview.violating, preview.missing);
    Ok((!consequences.is_empty()).then_some(Question { consequences, mark }))
}

/// Whether both ask the same of values.
fn has_same_rules(before: &Definition, after: &Definition) -> bool {
    rules(before) == rules(after)
}

fn rules(definition: &Definition) -> impl PartialEq {
    let Definition { kind, choices, pattern, min_length, max_length, least, greatest, .. } = definition;
    let Definition { is_multi, is_required, is_unique, .. } = definition;
    let bounds = (min_length, max_length, least, greatest);
    (kind, choices, pattern, bounds, is_multi, is_required, is_unique)
}

async fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    attribute: &Attribute,
    entry: AttributeForm,
    question: Option<Question>,
) -> Result<EditPage, Failure> {
    let Preview { with_value, .. } = holders(site, member, attribute).await?;
    Ok(EditPage {
        frame,
        href: href(attribute.id),
        label: attribute.definition.label.clone(),
        with_value: users(with_value),
        entry,
        question,
    })
}

/// What the present definition means for users: among it, how many have a value.
pub(super) async fn holders(site: &Site, member: &Member, attribute: &Attribute) -> Result<Preview, Failure> {
    let definition = attribute.definition.clone();
    attributes::preview(site.identity(), &member.caller, attribute.id, definition).await.or_failure(&member.caller)
}
