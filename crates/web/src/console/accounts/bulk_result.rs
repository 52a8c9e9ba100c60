//! What became of several users: done, unchanged, skipped and why.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use base::{AccountId, Timestamp};
use identity::accounts::{BulkReport, Outcome};
use identity::bulk_changes::BulkVerb;

use super::address::PATH;
use crate::console::registrations;
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
    ending: Option<Ending>,
    groups: Vec<ResultGroup>,
    return_to: String,
    /// What leads back there.
    back: &'static str,
}

/// How the job of a change ended.
pub(crate) struct Ending {
    pub(crate) what: String,
    pub(crate) started_at: Timestamp,
    pub(crate) started_by: String,
    /// Why it did not come to its end; empty when it did.
    pub(crate) trouble: String,
}

/// Users that had the same outcome.
pub(crate) struct ResultGroup {
    words: String,
    names: Vec<String>,
    more: u64,
}

/// How many users had an outcome, and the names of some of them.
pub(crate) struct Told {
    pub(crate) outcome: Outcome,
    pub(crate) number: u64,
    pub(crate) names: Vec<String>,
}

/// The words for what is done.
pub(crate) struct VerbWords {
    /// As `disabled`.
    pub(crate) done: &'static str,
    already: &'static str,
}

impl VerbWords {
    pub(crate) fn of(verb: &BulkVerb) -> Self {
        let (done, already) = match verb {
            BulkVerb::Enable => ("enabled", "Enabled already"),
            BulkVerb::Disable => ("disabled", "Disabled already"),
            BulkVerb::Lock(_) => ("locked", "Locked by an administrator already"),
            BulkVerb::Unlock => ("unlocked", "Not locked"),
            BulkVerb::Delete => ("deleted", "Deleted already"),
            BulkVerb::Approve => ("approved", "Approved already"),
            BulkVerb::Reject(_) => ("rejected", "Rejected already"),
            BulkVerb::Join(_) => ("added", "Members already"),
            BulkVerb::Leave(_) => ("removed", "Not in the group already"),
        };
        VerbWords { done, already }
    }
}

impl Told {
    /// What a report tells, with these names.
    pub(crate) fn of(report: &BulkReport, names: &[(AccountId, String)]) -> Vec<Self> {
        let names: HashMap<AccountId, &String> = names.iter().map(|(id, name)| (*id, name)).collect();
        let mut all: Vec<Told> = Vec::new();
        for (id, outcome) in report {
            let place = all.iter().position(|told| told.outcome == *outcome).unwrap_or_else(|| {
                all.push(Told { outcome: *outcome, number: 0, names: Vec::new() });
                all.len() - 1
            });
            all[place].number += 1;
            all[place].names.extend(names.get(id).map(|name| (*name).clone()));
        }
        all
    }
}

impl ResultGroup {
    /// Those with these names, and what became of them.
    pub(crate) fn new(words: String, names: Vec<String>) -> Self {
        ResultGroup { words, names, more: 0 }
    }

    fn of(told: &Told, words: &VerbWords) -> Self {
        let what = match told.outcome {
            Outcome::Done => format!("Now {}", words.done),
            Outcome::Unchanged => words.already.to_owned(),
            Outcome::Gone => "Skipped: no longer exists".to_owned(),
            Outcome::Pending => "Skipped: the registration waits for a decision".to_owned(),
            Outcome::Disabled => "Skipped: disabled, nobody can sign in anyway".to_owned(),
            Outcome::Denied(denial) => format!("Skipped: {denial}"),
            Outcome::NotWaiting => "Skipped: no registration that waits for approval".to_owned(),
            Outcome::NotReached => "Not reached: nothing was done to them".to_owned(),
        };
        let names: Vec<_> = told.names.iter().take(SHOWN_NAMES).cloned().collect();
        ResultGroup {
            words: format!("{what} ({})", grouped(told.number)),
            more: told.number.saturating_sub(names.len() as u64),
            names,
        }
    }
}

/// A page of outcomes, and the way back from it.
pub(crate) fn outcome_page(frame: Frame, title: String, groups: Vec<ResultGroup>, return_to: String) -> Response {
    let back = back(&return_to);
    page(&ResultPage { frame, title, ending: None, groups, return_to, back })
}

/// What leads back to a place.
fn back(return_to: &str) -> &'static str {
    if return_to.starts_with(registrations::PATH) {
        return "Back to registrations";
    }
    match return_to.strip_prefix(PATH) {
        Some(rest) if rest.starts_with('/') => "Back to the user",
        Some(_) => "Back to users",
        None => "Back to the group",
    }
}

/// The accounts that had this outcome.
pub(crate) fn outcome_ids(report: &BulkReport, wanted: Outcome) -> Vec<AccountId> {
    report.iter().filter(|(_, outcome)| *outcome == wanted).map(|(id, _)| *id).collect()
}

/// What was done, what was so already, and what was skipped and why; then what became of `others`.
pub(crate) fn result_page(
    frame: Frame,
    told: &[Told],
    words: &VerbWords,
    ending: Option<Ending>,
    others: Vec<ResultGroup>,
    return_to: String,
) -> Response {
    let mut in_order: Vec<&Told> = told.iter().collect();
    in_order.sort_by_key(|told| match told.outcome {
        Outcome::Done => 0,
        Outcome::Unchanged => 1,
        Outcome::NotReached => 3,
        _ => 2,
    });
    let groups = in_order.into_iter().map(|told| ResultGroup::of(told, words)).chain(others).collect();
    let back = back(&return_to);
    page(&ResultPage { frame, title: title(told, words), ending, groups, return_to, back })
}

/// As `5 users disabled, 1 unchanged, 2 skipped`.
fn title(told: &[Told], words: &VerbWords) -> String {
    let number = |wanted| told.iter().filter(|told| told.outcome == wanted).map(|told| told.number).sum::<u64>();
    let (done, unchanged) = (number(Outcome::Done), number(Outcome::Unchanged));
    let not_reached = number(Outcome::NotReached);
    let skipped = told.iter().map(|told| told.number).sum::<u64>() - done - unchanged - not_reached;
    let mut title = format!("{} {}", users(done), words.done);
    for (number, what) in [(unchanged, "unchanged"), (skipped, "skipped"), (not_reached, "not reached")] {
        if number > 0 {
            title = format!("{title}, {} {what}", grouped(number));
        }
    }
    title
}
