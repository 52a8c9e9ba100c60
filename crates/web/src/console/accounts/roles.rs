//! The administrator roles of a user: a form with three boxes, for super administrators.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::AccountId;
use identity::Error;
use identity::access::{Denial, Permission, Role, Roles, STEP_UP_AGE};
use identity::accounts::{self, Account, Lifecycle};

use super::address::PATH;
use super::in_path::InPath;
use super::profile::{Head, Tab, What};
use super::show::{Known, known_to};
use crate::caller::Member;
use crate::console::administrators;
use crate::console::menu::menu_for;
use crate::console::step_up::{UNSAVED, ask_for_password};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, Query, with_query};
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::notice::Notice;
use crate::render::words::duration;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/accounts/roles.html")]
struct RolesPage {
    frame: Frame,
    head: Head,
    version: i64,
    boxes: Vec<RoleBox>,
    /// Whether the account may hold roles at all.
    is_active: bool,
    is_super: bool,
    /// Where it is made a super administrator, or an ordinary one again.
    super_href: String,
    /// Whether the boxes show a choice that was sent before the password was asked for.
    is_unsaved: bool,
    password_age: String,
    problems: Vec<FormProblem>,
}

/// One box of the form.
struct RoleBox {
    code: &'static str,
    name: String,
    help: String,
    is_ticked: bool,
}

/// The boxes that were ticked, and over which version of the account.
#[derive(Clone, Copy)]
struct Choice {
    version: i64,
    roles: Roles,
}

/// `GET /console/users/{id}/roles`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let known = known_to(&site, &member, Permission::ViewAdministrators, id).await?;
    let unsaved = if fields.is_checked(UNSAVED) { Choice::read(&fields) } else { None };
    Ok(page(&view(&site, frame, &member, &known, unsaved, Problems::default())))
}

/// `POST /console/users/{id}/roles`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let Some(choice) = Choice::read(&form.fields) else {
        // Whoever may not choose at all is told that first.
        known_to(&site, &member, Permission::ViewAdministrators, id).await?;
        return Err(Failure::Invalid(vec!["Choose among the roles that the form shows.".to_owned()]));
    };
    let tells = form.fields.is_checked("notify");
    let write = site.identity().write(&member.caller, async |op| {
        let before = accounts::find(op, id).await?;
        let version = Some(choice.version);
        let after = if tells {
            accounts::set_roles_and_tell(op, id, version, choice.roles).await?
        } else {
            accounts::set_roles(op, id, version, choice.roles).await?
        };
        Ok(if before.roles == after.roles { Notice::Unchanged } else { Notice::RolesSaved })
    });
    match write.await {
        Ok(notice) => Ok(notice.told_at(&roles_href(id), &site)),
        Err(Error::Denied(Denial::StepUpRequired)) => Ok(ask_for_password(&choice.href(id))),
        Err(Error::Stale) => {
            let known = known_to(&site, &member, Permission::ViewAdministrators, id).await?;
            let mut problems = Problems::default();
            problems.add("", "This user was changed meanwhile. These are the roles of now: choose once more.");
            let page = view(&site, frame.with_error(), &member, &known, None, problems);
            Ok(page_with(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

impl Choice {
    /// The choice that came; `None` when a role was named that has no box.
    fn read(fields: &Fields) -> Option<Self> {
        let role = |code| Role::from_code(code).filter(|role| Role::KINDS.contains(role));
        let roles = fields.all("role").map(role).collect::<Option<Roles>>()?;
        Some(Choice { version: fields.text("version").parse().unwrap_or(-1), roles })
    }

    /// The address of the form with these boxes ticked.
    fn href(self, id: AccountId) -> String {
        let version = self.version.to_string();
        let mut pairs = vec![(UNSAVED, "1"), ("version", version.as_str())];
        pairs.extend(self.roles.iter().map(|role| ("role", role.code())));
        with_query(&roles_href(id), pairs)
    }
}

fn roles_href(id: AccountId) -> String {
    format!("{PATH}/{id}/roles")
}

fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    Known { account, standing, groups, .. }: &Known,
    unsaved: Option<Choice>,
    problems: Problems,
) -> RolesPage {
    let present = Choice { version: account.version, roles: account.roles };
    let shown = unsaved.unwrap_or(present);
    RolesPage {
        frame,
        head: Head::new(site, member, account, standing, groups.len(), Tab::Roles),
        version: shown.version,
        boxes: Role::KINDS.map(|role| RoleBox::new(role, shown.roles)).into(),
        is_active: account.state.lifecycle == Lifecycle::Active,
        is_super: account.roles.has(Role::SuperAdministrator),
        super_href: super_href(account),
        is_unsaved: unsaved.is_some(),
        password_age: duration(STEP_UP_AGE.as_secs()),
        problems: problems.0,
    }
}

fn super_href(account: &Account) -> String {
    let verb = if account.roles.has(Role::SuperAdministrator) { "revoke" } else { "grant" };
    format!("{}/{}/{verb}", administrators::PATH, account.id)
}

impl RoleBox {
    fn new(role: Role, ticked: Roles) -> Self {
        let groups: Vec<_> = menu_for(Roles::NONE.with(role)).iter().map(|group| group.name).collect();
        let sees = match groups.as_slice() {
            [] => "This version has no pages for it yet.".to_owned(),
            names => format!("Sees {}.", names.join(", ")),
        };
        RoleBox {
            code: role.code(),
            name: role.to_string(),
            help: format!("{} {sees}", role.duty()),
            is_ticked: ticked.has(role),
        }
    }
}
