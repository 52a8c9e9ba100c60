//! What became of several users: done, unchanged, skipped and why.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use base::AccountId;
use identity::accounts::{BulkReport, Outcome};

use crate::frame::Frame;
use crate::render::words::{grouped, users};
use crate::render::{filters, page};

/// More names than these help nobody.
const SHOWN_NAMES: usize = 50;

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

/// The accounts that had this outcome.
pub(super) fn outcome_ids(report: &BulkReport, wanted: Outcome) -> Vec<AccountId> {
    report.iter().filter(|(_, outcome)| *outcome == wanted).map(|(id, _)| *id).collect()
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
    let names: HashMap<AccountId, &str> = names.iter().map(|(id, name)| (*id, name.as_str())).collect();
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
        title = format!("{title}, {} unchanged", grouped(unchanged));
    }
    if skipped > 0 {
        title = format!("{title}, {} skipped", grouped(skipped));
    }
    let group = |kind: Outcome| {
        let ids = outcome_ids(report, kind);
        let words = match kind {
            Outcome::Done => format!("Now {word}"),
            Outcome::Unchanged => already.to_owned(),
            Outcome::Gone => "Skipped: no longer exists".to_owned(),
            Outcome::Pending => "Skipped: the registration waits for a decision".to_owned(),
            Outcome::Denied(denial) => format!("Skipped: {denial}"),
            Outcome::NotReached => "Not reached: the server was interrupted. Choose them again".to_owned(),
        };
        let named = ids.iter().filter_map(|id| names.get(id)).take(SHOWN_NAMES);
        let names: Vec<String> = named.map(|name| (*name).to_owned()).collect();
        ResultGroup { words: format!("{words} ({})", grouped(ids.len() as u64)), more: ids.len() - names.len(), names }
    };
    let groups = kinds.into_iter().map(group).collect();
    page(&ResultPage { frame, title, groups, return_to })
}
