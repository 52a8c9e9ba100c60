//! Deciding about a registration: the question, and the deed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::AccountId;
use identity::Error;
use identity::accounts::{self, Account, Decision};

use super::address::PATH;
use super::href;
use super::in_path::InPath;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, lead_htmx_to, page, page_with, wants_fragment};
use crate::site::Site;

/// What the question shows, on a page or in a dialog.
struct Question {
    decision: Decision,
    name: String,
    href: String,
    reason: Input,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/decide.html")]
struct DecidePage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/decide_dialog.html")]
struct DecideDialog {
    frame: Frame,
    question: Question,
}

/// `GET /console/users/{id}/approve`.
pub(crate) async fn ask_to_approve(
    site: State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, &headers, id, Decision::Approve).await
}

/// `GET /console/users/{id}/activate`.
pub(crate) async fn ask_to_activate(
    site: State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, &headers, id, Decision::Activate).await
}

/// `GET /console/users/{id}/reject`.
pub(crate) async fn ask_to_reject(
    site: State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, &headers, id, Decision::Reject).await
}

async fn ask(
    site: &Site,
    frame: Frame,
    member: &Member,
    headers: &HeaderMap,
    id: AccountId,
    decision: Decision,
) -> Result<Response, Failure> {
    let read = site.identity().read(&member.caller, async |op| accounts::find_undecided(op, id, decision).await);
    let account = match read.await.or_failure(&member.caller) {
        // A dialog has no place for why not; the page of the same address says it.
        Err(Failure::Conflict { .. } | Failure::NotFound) if wants_fragment(headers) => {
            return Ok(lead_htmx_to(&frame.here));
        }
        answer => answer?,
    };
    let question = Question::new(decision, &account, "", Problems::default());
    Ok(if wants_fragment(headers) {
        page(&DecideDialog { frame, question })
    } else {
        page(&DecidePage { frame, question })
    })
}

/// `POST /console/users/{id}/approve`.
pub(crate) async fn approve(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    _: PostedForm,
) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| accounts::approve(op, id).await);
    let account = write.await.or_failure(&member.caller)?;
    Ok(Notice::Approved.told_at(&href(&account), &site))
}

/// `POST /console/users/{id}/activate`.
pub(crate) async fn activate(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    _: PostedForm,
) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| accounts::activate(op, id).await);
    let account = write.await.or_failure(&member.caller)?;
    Ok(Notice::Activated.told_at(&href(&account), &site))
}

/// `POST /console/users/{id}/reject`: once the box is ticked.
pub(crate) async fn reject(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let identity = site.identity();
    let reason = form.fields.text("reason");
    let read = identity.read(&member.caller, async |op| accounts::find_undecided(op, id, Decision::Reject).await);
    let account = read.await.or_failure(&member.caller)?;
    let mut problems = Problems::default();
    if form.fields.is_checked("reject_confirmed") {
        match identity.write(&member.caller, async |op| accounts::reject(op, id, reason).await).await {
            Err(Error::Invalid(found)) => problems = Problems::from(found),
            answer => {
                answer.or_failure(&member.caller)?;
                return Ok(Notice::Rejected.told_at(PATH, &site));
            }
        }
    } else {
        problems.add("reject_confirmed", "Tick the box to confirm that the pending account should be deleted");
    }
    let question = Question::new(Decision::Reject, &account, reason, problems);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &DecidePage { frame: frame.with_error(), question }))
}

impl Question {
    fn new(decision: Decision, account: &Account, reason: &str, problems: Problems) -> Self {
        Question {
            decision,
            name: account.display_name(),
            href: href(account),
            reason: problems.input("reason", reason),
            confirmed: problems.input("reject_confirmed", ""),
            problems: problems.0,
        }
    }

    fn title(&self) -> String {
        match self.decision {
            Decision::Approve => format!("Approve {}?", self.name),
            Decision::Activate => format!("Activate {} without confirmation?", self.name),
            Decision::Reject => format!("Reject the registration of {}?", self.name),
        }
    }

    /// The last part of the address.
    fn verb(&self) -> &'static str {
        match self.decision {
            Decision::Approve => "approve",
            Decision::Activate => "activate",
            Decision::Reject => "reject",
        }
    }

    /// What the page is called among the places one came by.
    fn place(&self) -> &'static str {
        match self.decision {
            Decision::Approve => "Approve",
            Decision::Activate => "Activate",
            Decision::Reject => "Reject",
        }
    }

    fn button(&self) -> &'static str {
        match self.decision {
            Decision::Approve => "Approve user",
            Decision::Activate => "Activate user",
            Decision::Reject => "Reject and delete",
        }
    }

    fn button_class(&self) -> &'static str {
        if self.decision == Decision::Reject { "btn--danger" } else { "btn--primary" }
    }
}
