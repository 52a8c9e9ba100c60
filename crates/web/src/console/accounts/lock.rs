//! Locking and unlocking one user.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::Timestamp;
use identity::Error;
use identity::accounts::{self, LockTerms};

use super::danger::{self, Section, TypedDanger};
use super::href;
use super::in_path::InPath;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, local_path};
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::render::page_with;
use crate::site::Site;

/// `POST /console/users/{id}/lock`: once the box is ticked.
pub(crate) async fn lock(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let mut problems = Problems::default();
    let terms = read_terms(&form.fields, &mut problems);
    if !form.fields.is_checked("lock_confirmed") {
        problems.add("lock_confirmed", "Tick the box to confirm that the account should be locked");
    }
    if problems.is_empty() {
        let write = site.identity().write(&member.caller, async |op| {
            let before = accounts::find(op, id).await?;
            Ok((before.version, accounts::lock(op, id, &terms).await?))
        });
        match write.await {
            Ok((before, after)) => {
                let is_done = before != after.version;
                let notice = if is_done { Notice::Locked(1, vec![after.id]) } else { Notice::Unchanged };
                return Ok(notice.told_at(local_path(form.fields.text("return")).unwrap_or(&href(&after)), &site));
            }
            Err(Error::Invalid(found)) => problems = of_form(&found),
            Err(error) => return Err(error).or_failure(&member.caller),
        }
    }
    let typed = TypedDanger {
        lock_note: form.fields.text("lock_note").to_owned(),
        lock_until: form.fields.text("lock_until").to_owned(),
        ..TypedDanger::default()
    };
    let page = danger::view(&site, frame.with_error(), &member, id, Section::Lock, typed, problems).await?;
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// `POST /console/users/{id}/unlock`: once the box is ticked.
pub(crate) async fn unlock(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    if !form.fields.is_checked("unlock_confirmed") {
        let mut problems = Problems::default();
        problems.add("unlock_confirmed", "Tick the box to confirm that the account should be unlocked");
        let typed = TypedDanger::default();
        let page = danger::view(&site, frame.with_error(), &member, id, Section::Unlock, typed, problems).await?;
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let write = site.identity().write(&member.caller, async |op| {
        let before = accounts::find(op, id).await?;
        Ok((before.version, accounts::unlock(op, id).await?))
    });
    let (before, after) = write.await.or_failure(&member.caller)?;
    let notice = if before == after.version { Notice::Unchanged } else { Notice::Unlocked(1) };
    Ok(notice.told_at(local_path(form.fields.text("return")).unwrap_or(&href(&after)), &site))
}

/// The terms of a lock as they were typed into `lock_note` and `lock_until`.
pub(super) fn read_terms(fields: &Fields, problems: &mut Problems) -> LockTerms {
    let (note, until) = (fields.text("lock_note"), fields.text("lock_until"));
    let instant = moment(until);
    if !until.is_empty() && instant.is_none() {
        problems.add("lock_until", "Enter a day and a time, as 2026-12-31 18:00");
    }
    LockTerms { note: (!note.is_empty()).then(|| note.to_owned()), until: instant }
}

/// What the core says about the terms of a lock, with the names of the fields.
pub(super) fn of_form(found: &[identity::Problem]) -> Problems {
    let mut problems = Problems::default();
    for problem in found {
        problems.add(&format!("lock_{}", problem.field), problem.message.clone());
    }
    problems
}

/// A day and a time in UTC, as browsers send it or as people type it.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.replace(' ', "T");
    let seconds = if text.len() == "2026-12-31T18:00".len() { ":00" } else { "" };
    Timestamp::parse(&format!("{text}{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_browsers_send_it() {
        let expected = Timestamp::parse("2026-12-31T18:00:00Z");
        for text in ["2026-12-31T18:00", "2026-12-31 18:00", "2026-12-31T18:00:00"] {
            assert_eq!(moment(text), expected, "{text}");
        }
        for text in ["tomorrow", "2026-12-31", "2026-02-30T10:00", ""] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
