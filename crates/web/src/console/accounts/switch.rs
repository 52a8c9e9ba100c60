//! Enabling and disabling one user.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base::AccountId;
use identity::accounts::{self, Account};

use super::danger::{self, Section};
use super::{address::PATH, show::account_id};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::local_path;
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::site::Site;

/// Most characters of the note beside a disabled account.
pub(super) const NOTE_MAX: usize = 500;

/// `POST /console/users/{id}/enable`: at once.
pub(crate) async fn enable(
    State(site): State<Site>,
    member: Member,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Failure> {
    let id = account_id(&id)?;
    let write = site.identity().write(&member.caller, async |op| {
        let before = accounts::find(op, id).await?;
        Ok((before, accounts::enable(op, id).await?))
    });
    let (before, after) = write.await.or_failure(&member.caller)?;
    Ok(back(&site, &form, &before, &after, |ids| Notice::Enabled(1, ids)))
}

/// `POST /console/users/{id}/disable`: once the box is ticked.
pub(crate) async fn disable(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Failure> {
    let id = account_id(&id)?;
    let note = form.fields.text("note");
    let mut problems = Problems::default();
    if base::text::length(note) > NOTE_MAX {
        problems.add("note", format!("Enter at most {NOTE_MAX} characters"));
    }
    if !form.fields.is_checked("disable_confirmed") {
        problems.add("disable_confirmed", "Tick the box to confirm that the account should be disabled");
    }
    if !problems.is_empty() {
        let page = danger::view(&site, frame.with_error(), &member, id, Section::Disable, note, "", problems).await?;
        return Ok(crate::render::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let note = (!note.is_empty()).then_some(note);
    let write = site.identity().write(&member.caller, async |op| {
        let before = accounts::find(op, id).await?;
        Ok((before, accounts::disable(op, id, note).await?))
    });
    let (before, after) = write.await.or_failure(&member.caller)?;
    Ok(back(&site, &form, &before, &after, |ids| Notice::Disabled(1, ids)))
}

/// Back to where the person came from, with a notice of what was changed.
fn back(
    site: &Site,
    form: &PostedForm,
    before: &Account,
    after: &Account,
    notice: impl Fn(Vec<AccountId>) -> Notice,
) -> Response {
    let profile = format!("{PATH}/{}", after.id);
    let target = local_path(form.fields.text("return")).unwrap_or(&profile);
    let notice = if before.status() == after.status() { Notice::Unchanged } else { notice(vec![after.id]) };
    ([(header::SET_COOKIE, notice.cookie(site.is_tls()))], Redirect::to(target)).into_response()
}
