//! Doing the same to several users at once: enabling and disabling.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::access::Permission;
use identity::accounts::{self, BulkVerb, Outcome};

use super::bulk_result::{outcome_ids, result_page};
use super::selection::{Selection, existing};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::notice::Notice;
use crate::render::words::users;
use crate::render::{filters, page};
use crate::site::Site;

/// What can be done to several users in one go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Enable,
    Disable,
}

#[derive(Template)]
#[template(path = "console/accounts/bulk_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    verb: &'static str,
    title: String,
    consequence: &'static str,
    matching: usize,
    /// How many matched when they were chosen, if that is another number by now.
    changed_from: Option<u64>,
    return_to: String,
}

/// `POST /console/users/bulk`: at once for those that were ticked, after a question for all that match.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    form: PostedForm,
) -> Result<Response, Failure> {
    let verb = match form.fields.text("do") {
        "enable" => Verb::Enable,
        "disable" => Verb::Disable,
        _ => return Err(Failure::Invalid(vec!["Choose what to do.".into()])),
    };
    let permission = match verb {
        Verb::Enable => Permission::EnableAccount,
        Verb::Disable => Permission::DisableAccount,
    };
    let selection = Selection::read(&site, &member, permission, &form.fields).await?;
    if let Some(seen) = selection.all_seen {
        let is_same = seen == selection.ids.len() as u64;
        if !(is_same && form.fields.is_checked("confirmed")) {
            return Ok(page(&confirmation(frame, verb, &selection, (!is_same).then_some(seen))));
        }
    }
    let ids = &selection.ids;
    let bulk_verb = match verb {
        Verb::Enable => BulkVerb::Enable,
        Verb::Disable => BulkVerb::Disable,
    };
    let work = accounts::in_batches(site.identity(), &member.caller, ids, bulk_verb);
    let report = work.await.or_failure(&member.caller)?;
    let done = outcome_ids(&report, Outcome::Done);
    if done.len() == report.len() {
        let number = done.len() as u64;
        let notice = match verb {
            Verb::Enable => Notice::Enabled(number, done),
            Verb::Disable => Notice::Disabled(number, done),
        };
        return Ok(notice.told_at(&selection.return_to, &site));
    }
    let (word, already) = match verb {
        Verb::Enable => ("enabled", "Enabled already"),
        Verb::Disable => ("disabled", "Disabled already"),
    };
    let names = existing(&site, &member, ids).await?;
    let names: Vec<_> = names.into_iter().map(|account| (account.id, account.display_name())).collect();
    Ok(result_page(frame, &report, &names, word, already, selection.return_to))
}

fn confirmation(frame: Frame, verb: Verb, selection: &Selection, changed_from: Option<u64>) -> ConfirmPage {
    let all = users(selection.ids.len() as u64);
    let (verb, title, consequence) = match verb {
        Verb::Enable => ("enable", format!("Enable {all}"), "They can sign in again. Locks stay as they are."),
        Verb::Disable => (
            "disable",
            format!("Disable {all}"),
            "They cannot sign in until somebody enables them. Their sessions end now.",
        ),
    };
    let return_to = selection.return_to.clone();
    ConfirmPage { frame, verb, title, consequence, matching: selection.ids.len(), changed_from, return_to }
}
