//! Imports of users: the wizard, step by step, and the list of those there were.

mod choices;
pub(crate) mod downloads;
pub(crate) mod execute;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod mappings;
pub(crate) mod merge;
pub(crate) mod options;
pub(crate) mod review;
mod translations;
pub(crate) mod undo;
pub(crate) mod upload;
mod wizard;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use base::ImportId;
use identity::drafts::{self, Draft, Step};

use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::site::Site;

/// Where they are listed.
const PATH: &str = "/console/imports";

/// The import that `{id}` in the address of a route names; what is no identifier names nothing.
pub(crate) struct InPath(ImportId);

impl<S: Send + Sync> FromRequestParts<S> for InPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        text.parse().map(InPath).map_err(|_| Failure::NotFound)
    }
}

/// Why a step is not shown: it failed, or another comes first.
pub(crate) enum Turned {
    Away(Failure),
    To(String),
}

impl From<Failure> for Turned {
    fn from(failure: Failure) -> Self {
        Turned::Away(failure)
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Turned::Away(failure) => failure.into_response(),
            Turned::To(place) => Redirect::to(&place).into_response(),
        }
    }
}

/// Where a step is.
fn step_href(id: ImportId, step: Step) -> String {
    format!("{PATH}/{id}/{}", step.number())
}

/// The draft, for its page of `step`. Whoever skips a step is led to the first that is not done (ES-71).
async fn draft_at(site: &Site, member: &Member, id: ImportId, step: Step) -> Result<Draft, Turned> {
    let read = site.identity().read(&member.caller, async |op| drafts::open(op, id).await);
    let draft = read.await.or_failure(&member.caller)?;
    let first_undone = next(&draft);
    if draft.started_at.is_some() || step > first_undone {
        return Err(Turned::To(step_href(id, first_undone)));
    }
    Ok(draft)
}

/// The first step that is not done.
fn next(draft: &Draft) -> Step {
    Step::from_number(u64::from(draft.step.number()) + 1).unwrap_or(Step::Execute)
}

/// `GET /console/imports/{id}`: where the import stands.
pub(crate) async fn open(
    axum::extract::State(site): axum::extract::State<Site>,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let standing = site.identity().read(&member.caller, async |op| drafts::standing(op, id).await).await;
    if standing.is_ok() {
        return Ok(Redirect::to(&step_href(id, Step::Execute)).into_response());
    }
    let read = site.identity().read(&member.caller, async |op| drafts::open(op, id).await);
    let draft = read.await.or_failure(&member.caller)?;
    Ok(Redirect::to(&step_href(id, next(&draft))).into_response())
}
