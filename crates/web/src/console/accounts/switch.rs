//! Enabling and disabling one user.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::AccountId;
use identity::accounts::{self, Account};

use super::danger::{self, Section, TypedDanger};
use super::href;
use super::in_path::InPath;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::local_path;
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::render::page_with;
use crate::site::Site;

/// Most characters of the note beside a disabled account.
pub(super) const NOTE_MAX: usize = 500;

/// `POST /console/users/{id}/enable`: at once.
pub(crate) async fn enable(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
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
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let note = form.fields.text("note");
    let mut problems = Problems::default();
    if base::text::length(note) > NOTE_MAX {
        problems.add("note", format!("Enter at most {NOTE_MAX} characters"));
    }
    if !form.fields.is_checked("disable_confirmed") {
        problems.add("disable_confirmed", "Tick the box to confirm that the account should be disabled");
    }
    if !problems.is_empty() {
        let typed = TypedDanger { note: note.to_owned(), ..TypedDanger::default() };
        let page = danger::view(&site, frame.with_error(), &member, id, Section::Disable, typed, problems).await?;
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
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
    let profile = href(after);
    let target = local_path(form.fields.text("return")).unwrap_or(&profile);
    let notice = if before.status() == after.status() { Notice::Unchanged } else { notice(vec![after.id]) };
    notice.told_at(target, site)
}
