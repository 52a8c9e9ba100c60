//! Doing the same to several users at once: enabling, disabling, unlocking.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::bulk_changes::BulkVerb;

use super::bulk_change;
use super::chosen::Chosen;
use super::selection::Selection;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::words::users;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/bulk_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    verb: &'static str,
    title: String,
    consequence: &'static str,
    chosen: Chosen,
}

/// `POST /console/users/bulk`: at once for those that were ticked, after a question for all that match.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    form: PostedForm,
) -> Result<Response, Failure> {
    let verb = match form.fields.text("do") {
        "enable" => BulkVerb::Enable,
        "disable" => BulkVerb::Disable,
        "unlock" => BulkVerb::Unlock,
        _ => return Err(Failure::Invalid(vec!["Choose what to do.".into()])),
    };
    let selection = Selection::read(&site, &member, verb.permission(), &form.fields).await?;
    let is_confirmed = form.fields.is_checked("confirmed") && selection.changed_from().is_none();
    if selection.all_seen.is_some() && !is_confirmed {
        return Ok(page(&confirmation(frame, &verb, selection)));
    }
    bulk_change::change(&site, frame, &member, &verb, &selection.ids, selection.return_to).await
}

fn confirmation(frame: Frame, verb: &BulkVerb, selection: Selection) -> ConfirmPage {
    let all = users(selection.ids.len() as u64);
    let (verb, title, consequence) = match verb {
        BulkVerb::Unlock => (
            "unlock",
            format!("Unlock {all}"),
            "They can sign in again, whatever they were locked for. Who is disabled stays so.",
        ),
        BulkVerb::Enable => ("enable", format!("Enable {all}"), "They can sign in again. Locks stay as they are."),
        _ => (
            "disable",
            format!("Disable {all}"),
            "They cannot sign in until somebody enables them. Their sessions end now.",
        ),
    };
    ConfirmPage { frame, verb, title, consequence, chosen: selection.into() }
}
