//! Making somebody super administrator, and taking that away: the question, and the deed once it was answered.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::AccountId;
use identity::Error;
use identity::access::{Denial, Permission, Role};
use identity::accounts::{self, Account, Lifecycle};

use super::PATH;
use crate::caller::Member;
use crate::console::accounts::in_path::InPath;
use crate::console::step_up::{UNSAVED, ask_for_password};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, Query};
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Grant,
    Revoke,
}

#[derive(Template)]
#[template(path = "console/administrators/confirm.html")]
struct QuestionPage {
    frame: Frame,
    deed: Deed,
    name: String,
    username: String,
    is_oneself: bool,
    /// The other roles that stay when this one goes, in words; empty when there are none.
    kept: String,
    /// Why there is nothing to ask; empty when there is.
    hindrance: &'static str,
    /// Whether the question was answered before the password was asked for.
    is_unsaved: bool,
    action: String,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

/// `GET /console/administrators/{id}/grant`.
pub(crate) async fn ask_to_grant(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, id, &fields, Deed::Grant).await
}

/// `GET /console/administrators/{id}/revoke`.
pub(crate) async fn ask_to_revoke(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    ask(&site, frame, &member, id, &fields, Deed::Revoke).await
}

/// `POST /console/administrators/{id}/grant`.
pub(crate) async fn grant(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    carry_out(&site, frame, &member, id, &form, Deed::Grant).await
}

/// `POST /console/administrators/{id}/revoke`.
pub(crate) async fn revoke(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    carry_out(&site, frame, &member, id, &form, Deed::Revoke).await
}

async fn ask(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: AccountId,
    fields: &Fields,
    deed: Deed,
) -> Result<Response, Failure> {
    let account = find(site, member, id).await?;
    Ok(page(&question(frame, member, &account, deed, fields.is_checked(UNSAVED), Problems::default())))
}

async fn carry_out(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: AccountId,
    form: &PostedForm,
    deed: Deed,
) -> Result<Response, Failure> {
    let account = find(site, member, id).await?;
    if !form.fields.is_checked("confirmed") {
        let mut problems = Problems::default();
        problems.add("confirmed", "Tick the box to confirm");
        let page = question(frame.with_error(), member, &account, deed, false, problems);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (id, role) = (account.id, Role::SuperAdministrator);
    let write = site.identity().write(&member.caller, async |op| match deed {
        Deed::Grant => accounts::grant_role(op, id, role).await,
        Deed::Revoke => accounts::revoke_role(op, id, role).await,
    });
    match write.await {
        Ok(after) => {
            let notice = if after.roles == account.roles { Notice::Unchanged } else { Notice::RolesSaved };
            // Whoever gave up the role may not see the list any more.
            let is_out = member.caller.actor.is(id) && !after.roles.has(role);
            Ok(notice.told_at(if is_out { "/" } else { PATH }, site))
        }
        Err(Error::Denied(Denial::StepUpRequired)) => {
            Ok(ask_for_password(&format!("{}?{UNSAVED}=1", action(&account, deed))))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

/// The account, for somebody who may see administrators.
async fn find(site: &Site, member: &Member, id: AccountId) -> Result<Account, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        let _ = op.allow(Permission::ViewAdministrators, account.target())?;
        Ok(account)
    });
    read.await.or_failure(&member.caller)
}

fn action(account: &Account, deed: Deed) -> String {
    let verb = match deed {
        Deed::Grant => "grant",
        Deed::Revoke => "revoke",
    };
    format!("{PATH}/{}/{verb}", account.id)
}

fn question(
    frame: Frame,
    member: &Member,
    account: &Account,
    deed: Deed,
    is_unsaved: bool,
    problems: Problems,
) -> QuestionPage {
    let is_super = account.roles.has(Role::SuperAdministrator);
    let kept = account.roles.without(Role::SuperAdministrator);
    QuestionPage {
        frame,
        deed,
        name: account.display_name(),
        username: account.username.clone(),
        is_oneself: member.caller.actor.is(account.id),
        kept: kept.iter().map(|role| role.to_string()).collect::<Vec<_>>().join(", "),
        hindrance: match deed {
            Deed::Grant if is_super => "This user is super administrator already.",
            Deed::Grant if account.state.lifecycle != Lifecycle::Active => {
                "Only an active account can be an administrator, and this one is not active yet."
            }
            Deed::Revoke if !is_super => "This user is not a super administrator.",
            Deed::Grant | Deed::Revoke => "",
        },
        is_unsaved,
        action: action(account, deed),
        confirmed: problems.input("confirmed", ""),
        problems: problems.0,
    }
}

impl QuestionPage {
    fn grants(&self) -> bool {
        self.deed == Deed::Grant
    }

    fn title(&self) -> String {
        match self.deed {
            Deed::Grant => format!("Make {} super administrator", self.name),
            Deed::Revoke => format!("Take super administrator away from {}", self.name),
        }
    }

    fn confirmation(&self) -> String {
        match self.deed {
            Deed::Grant => format!("I confirm that {} should be super administrator", self.name),
            Deed::Revoke => format!("I confirm that {} should not be super administrator any more", self.name),
        }
    }
}
