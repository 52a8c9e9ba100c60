//! Doing the same to several users at once: enabling and disabling.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base::AccountId;
use identity::accounts::{self, Account, BulkReport, Outcome};

use super::address::{ListAddress, PATH};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, local_path};
use crate::frame::Frame;
use crate::notice::Notice;
use crate::render::filters::{self, users};
use crate::render::{page, page_with};
use crate::site::Site;

/// More users than these at once would keep everybody else waiting for the database.
pub(crate) const MOST_AT_ONCE: usize = 1_000;

/// Whom a form is about.
pub(super) struct Selection {
    /// The accounts.
    pub(super) ids: Vec<AccountId>,
    /// How many matched when the person chose all that match.
    pub(super) all_seen: Option<u64>,
    /// The list that they were chosen in, to go back to.
    pub(super) return_to: String,
}

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

#[derive(Template)]
#[template(path = "console/accounts/bulk_result.html")]
struct ResultPage {
    frame: Frame,
    title: String,
    groups: Vec<ResultGroup>,
    return_to: String,
}

/// Users that had the same outcome.
struct ResultGroup {
    words: String,
    names: Vec<String>,
    more: usize,
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
    let selection = Selection::read(&site, &member, &form.fields).await?;
    if let Some(seen) = selection.all_seen {
        let is_same = seen == selection.ids.len() as u64;
        if !(is_same && form.fields.is_checked("confirmed")) {
            return Ok(page(&confirmation(frame, verb, &selection, (!is_same).then_some(seen))));
        }
    }
    let ids = &selection.ids;
    let write = site.identity().write(&member.caller, async |op| match verb {
        Verb::Enable => accounts::enable_many(op, ids).await,
        Verb::Disable => accounts::disable_many(op, ids).await,
    });
    let report = write.await.or_failure(&member.caller)?;
    let done = outcome_ids(&report, Outcome::Done);
    if done.len() == report.len() {
        let number = done.len() as u64;
        let notice = match verb {
            Verb::Enable => Notice::Enabled(number, done),
            Verb::Disable => Notice::Disabled(number, done),
        };
        let cookie = notice.cookie(site.is_tls());
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&selection.return_to)).into_response());
    }
    let (word, already) = match verb {
        Verb::Enable => ("enabled", "Enabled already"),
        Verb::Disable => ("disabled", "Disabled already"),
    };
    let names = names_of(&site, &member, ids).await?;
    Ok(result_page(frame, &report, &names, word, already, selection.return_to))
}

impl Selection {
    /// Reads whom a form is about. All that match are found anew: the list may have changed since it was shown.
    pub(super) async fn read(site: &Site, member: &Member, fields: &Fields) -> Result<Self, Failure> {
        let return_to = local_path(fields.text("return")).unwrap_or(PATH).to_owned();
        let mut ids: Vec<AccountId> = fields.all("id").filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        // Somebody who took a tick away after choosing all that match wants those that are still ticked.
        let shown = fields.text("shown").parse::<usize>().unwrap_or(0);
        let all_seen = (fields.text("scope") == "all" && ids.len() >= shown)
            .then(|| fields.text("matching").parse::<u64>().unwrap_or(0));
        if all_seen.is_some() {
            let filter = ListAddress::parse(&return_to).unwrap_or_default().filter();
            let limit = u32::try_from(MOST_AT_ONCE).unwrap_or(u32::MAX) + 1;
            let read = site
                .identity()
                .read(&member.caller, async |op| accounts::matching_ids(op, &filter, None, limit).await);
            ids = read.await.or_failure(&member.caller)?;
        }
        if ids.is_empty() {
            return Err(Failure::Invalid(vec!["Choose at least one user.".into()]));
        }
        if ids.len() > MOST_AT_ONCE {
            let most = filters::grouped(MOST_AT_ONCE as u64);
            return Err(Failure::Invalid(vec![format!("Choose at most {most} users at a time.")]));
        }
        Ok(Selection { ids, all_seen, return_to })
    }
}

/// The accounts that had this outcome.
pub(super) fn outcome_ids(report: &BulkReport, wanted: Outcome) -> Vec<AccountId> {
    report.iter().filter(|(_, outcome)| *outcome == wanted).map(|(id, _)| *id).collect()
}

/// Those of `ids` that exist.
pub(super) async fn existing(site: &Site, member: &Member, ids: &[AccountId]) -> Result<Vec<Account>, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            match accounts::find(op, *id).await {
                Ok(account) => found.push(account),
                Err(identity::Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    });
    read.await.or_failure(&member.caller)
}

/// The names of accounts, to speak of them after the deed.
pub(super) async fn names_of(
    site: &Site,
    member: &Member,
    ids: &[AccountId],
) -> Result<Vec<(AccountId, String)>, Failure> {
    let found = existing(site, member, ids).await?;
    Ok(found.into_iter().map(|account| (account.id, account.display_name())).collect())
}

/// What was done, what was so already, and what was skipped and why.
pub(super) fn result_page(
    frame: Frame,
    report: &BulkReport,
    names: &[(AccountId, String)],
    word: &str,
    already: &str,
    return_to: String,
) -> Response {
    let mut kinds: Vec<Outcome> = Vec::new();
    for (_, outcome) in report {
        if !kinds.contains(outcome) {
            kinds.push(*outcome);
        }
    }
    kinds.sort_by_key(|kind| match kind {
        Outcome::Done => 0,
        Outcome::Unchanged => 1,
        _ => 2,
    });
    let done = outcome_ids(report, Outcome::Done).len() as u64;
    let unchanged = outcome_ids(report, Outcome::Unchanged).len() as u64;
    let skipped = report.len() as u64 - done - unchanged;
    let mut title = format!("{} {word}", users(done));
    if unchanged > 0 {
        title.push_str(&format!(", {} unchanged", filters::grouped(unchanged)));
    }
    if skipped > 0 {
        title.push_str(&format!(", {} skipped", filters::grouped(skipped)));
    }
    let group = |kind: Outcome| {
        let ids = outcome_ids(report, kind);
        let words = match kind {
            Outcome::Done => format!("Now {word}"),
            Outcome::Unchanged => already.to_owned(),
            Outcome::Gone => "Skipped: no longer exists".to_owned(),
            Outcome::Pending => "Skipped: the registration waits for a decision".to_owned(),
            Outcome::Denied(denial) => format!("Skipped: {denial}"),
        };
        let named = |id: &AccountId| names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone());
        let all: Vec<String> = ids.iter().filter_map(named).collect();
        let shown = all.len().min(SHOWN_NAMES);
        ResultGroup { words: format!("{words} ({})", ids.len()), more: all.len() - shown, names: all[..shown].to_vec() }
    };
    let groups = kinds.into_iter().map(group).collect();
    page_with(StatusCode::OK, &ResultPage { frame, title, groups, return_to })
}

/// More names than these help nobody.
const SHOWN_NAMES: usize = 50;

fn confirmation(frame: Frame, verb: Verb, selection: &Selection, changed_from: Option<u64>) -> ConfirmPage {
    let all = users(selection.ids.len() as u64);
    let (verb, title, consequence) = match verb {
        Verb::Enable => ("enable", format!("Enable {all}"), "They can sign in again. Locks stay as they are."),
        Verb::Disable => {
            ("disable", format!("Disable {all}"), "They cannot sign in until somebody enables them. Their sessions end now.")
        }
    };
    let return_to = selection.return_to.clone();
    ConfirmPage { frame, verb, title, consequence, matching: selection.ids.len(), changed_from, return_to }
}
