//! Deleting one user: the question, and the deed once the username was typed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::AccountId;
use base::text::fold;
use identity::access::Permission;
use identity::accounts::{self, Account};

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
use crate::render::{filters, page, page_with, wants_fragment};
use crate::site::Site;

/// What the question shows, on a page or in a dialog.
struct Question {
    name: String,
    username: String,
    href: String,
    is_administrator: bool,
    typed: Input,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

#[derive(Template)]
#[template(path = "console/accounts/delete.html")]
struct DeletePage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/accounts/delete_dialog.html")]
struct DeleteDialog {
    frame: Frame,
    question: Question,
}

/// `GET /console/users/{id}/delete`.
pub(crate) async fn ask(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    InPath(id): InPath,
) -> Result<Response, Failure> {
    let account = find_deletable(&site, &member, id).await?;
    let question = question(&account, "", Problems::default());
    if wants_fragment(&headers) {
        return Ok(page(&DeleteDialog { frame, question }));
    }
    Ok(page(&DeletePage { frame, question }))
}

/// `POST /console/users/{id}/delete`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let account = find_deletable(&site, &member, id).await?;
    let typed = form.fields.text("confirm_username");
    let mut problems = Problems::default();
    if fold(typed) != fold(&account.username) {
        problems.add("confirm_username", format!("Type {} to confirm", account.username));
    }
    if !form.fields.is_checked("delete_confirmed") {
        problems.add("delete_confirmed", "Tick the box to confirm that the account cannot be recovered");
    }
    if !problems.is_empty() {
        let question = question(&account, typed, problems);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &DeletePage { frame: frame.with_error(), question }));
    }
    let id = account.id;
    let write = site.identity().write(&member.caller, async |op| accounts::delete(op, id).await);
    write.await.or_failure(&member.caller)?;
    Ok(Notice::Deleted(1).told_at(PATH, &site))
}

/// The account, for somebody who may delete it; others are refused before they are asked anything.
async fn find_deletable(site: &Site, member: &Member, id: AccountId) -> Result<Account, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        let _ = op.allow(Permission::DeleteAccount, account.target())?;
        Ok(account)
    });
    read.await.or_failure(&member.caller)
}

fn question(account: &Account, typed: &str, problems: Problems) -> Question {
    Question {
        name: account.display_name(),
        username: account.username.clone(),
        href: href(account),
        is_administrator: !account.roles.is_empty(),
        typed: problems.input("confirm_username", typed),
        confirmed: problems.input("delete_confirmed", ""),
        problems: problems.0,
    }
}
