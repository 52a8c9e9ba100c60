//! Mappings that are kept under a name: used for this file, forgotten.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::drafts::{self, Step};
use identity::imports::{self, Choices};
use identity::{Error, Result as CoreResult};

use super::map::{attributes_for, propose, view};
use super::{InPath, Turned, draft_at, step_href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{Choice, Problems};
use crate::render::page_with;
use crate::site::Site;

/// `POST /console/imports/{id}/mapping/use`: the columns are mapped as it says.
pub(crate) async fn apply(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Turned> {
    let mut draft = draft_at(&site, &member, id, Step::Map).await?;
    let name = form.fields.text("saved");
    if name.is_empty() {
        return Ok(Redirect::to(&step_href(id, Step::Map)).into_response());
    }
    let (import, _) = propose(&site, &member, &draft, draft.choices.clone())?;
    let choices = draft.choices.clone();
    let read = site
        .identity()
        .read(&member.caller, async |op| imports::apply_mapping(op, name, import.columns(), choices.clone()).await);
    let applied = read.await.or_failure(&member.caller)?;
    let kept = drafts::keep(site.identity(), &member.caller, id, Step::Options, applied.choices.clone(), draft.rows);
    kept.await.or_failure(&member.caller)?;
    draft.choices = applied.choices;
    draft.step = Step::Options;
    let (import, _) = propose(&site, &member, &draft, draft.choices.clone())?;
    let saved = choices_of(&site, &member, name).await?;
    let attributes = attributes_for(&site, &member).await?;
    let mut page = view(frame, &member, &draft, &import, &attributes, saved, Problems::default())?;
    page.told = applied.notices;
    Ok(page_with(StatusCode::OK, &page))
}

/// `POST /console/imports/{id}/mapping/delete`.
pub(crate) async fn delete(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Turned> {
    draft_at(&site, &member, id, Step::Map).await?;
    let name = form.fields.text("saved");
    match site.identity().write(&member.caller, async |op| imports::delete_mapping(op, name).await).await {
        // Somebody else was faster, or none was chosen.
        Ok(()) | Err(Error::NotFound) => Ok(Redirect::to(&step_href(id, Step::Map)).into_response()),
        Err(error) => Err(error).or_failure(&member.caller).map_err(Turned::Away),
    }
}

/// Keeps a mapping under the name that was entered, if one was.
pub(super) async fn save(site: &Site, member: &Member, name: &str, choices: &Choices) -> CoreResult<()> {
    if name.is_empty() {
        return Ok(());
    }
    site.identity().write(&member.caller, async |op| imports::save_mapping(op, name, choices).await).await
}

/// The mappings that are kept, to choose from.
pub(super) async fn choices_of(site: &Site, member: &Member, chosen: &str) -> Result<Vec<Choice>, Failure> {
    let read = site.identity().read(&member.caller, async |op| imports::saved_mappings(op).await);
    let saved = read.await.or_failure(&member.caller)?;
    if saved.is_empty() {
        return Ok(Vec::new());
    }
    let mut choices = vec![Choice::new("", "None", chosen.is_empty())];
    choices.extend(saved.into_iter().map(|one| Choice::new(one.name.clone(), one.name.clone(), one.name == chosen)));
    Ok(choices)
}
