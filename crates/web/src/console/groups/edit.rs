//! Creating a group, and changing its name, description and protection.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::GroupId;
use identity::Error;
use identity::access::{Permission, Target};
use identity::groups::{self, Group, GroupProfile};

use super::{GroupInPath, Head, href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/groups/new.html")]
struct NewPage {
    frame: Frame,
    entry: GroupForm,
}

#[derive(Template)]
#[template(path = "console/groups/settings.html")]
struct SettingsPage {
    frame: Frame,
    head: Head,
    entry: GroupForm,
}

/// The fields of a group.
struct GroupForm {
    version: i64,
    name: Input,
    description: Input,
    is_protected: bool,
    /// Whether this person may protect groups.
    may_protect: bool,
    problems: Vec<FormProblem>,
}

/// `GET /console/groups/new`.
pub(crate) async fn new(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let _ = op.allow(Permission::ManageGroups, Target::Organization)?;
        Ok(())
    });
    read.await.or_failure(&member.caller)?;
    let entry = GroupForm::new(&site, &member, &GroupProfile::default(), 0, Problems::default());
    Ok(page(&NewPage { frame, entry }))
}

/// `POST /console/groups`.
pub(crate) async fn create(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let profile = read(&posted);
    let wanted = profile.clone();
    let write = site.identity().write(&member.caller, async |op| groups::create(op, wanted).await);
    match write.await {
        Ok(group) => Ok(Notice::GroupCreated.told_at(&href(group.id), &site)),
        Err(Error::Invalid(problems)) => {
            let entry = GroupForm::new(&site, &member, &profile, 0, Problems::from(problems));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { frame: frame.with_error(), entry }))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

/// `GET /console/groups/{group}/settings`.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    GroupInPath(id): GroupInPath,
) -> Result<Response, Failure> {
    let group = find(&site, &member, id).await?;
    let entry = GroupForm::new(&site, &member, &GroupProfile::of(&group), group.version, Problems::default());
    Ok(page(&SettingsPage { frame, head: Head::new(&site, &member, &group, true), entry }))
}

/// `POST /console/groups/{group}/settings`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    GroupInPath(id): GroupInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let profile = read(&posted);
    let version = posted.fields.text("version").parse::<i64>().unwrap_or(-1);
    let wanted = profile.clone();
    let write = site.identity().write(&member.caller, async |op| groups::update(op, id, Some(version), wanted).await);
    let (status, version, problems) = match write.await {
        Ok(group) => return Ok(Notice::GroupSaved.told_at(&href(group.id), &site)),
        Err(Error::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, version, Problems::from(problems)),
        Err(Error::Stale) => {
            let present = find(&site, &member, id).await?;
            let mut problems = Problems::default();
            problems.add("", meanwhile(&present));
            (StatusCode::CONFLICT, present.version, problems)
        }
        Err(error) => return Err(error).or_failure(&member.caller),
    };
    let group = find(&site, &member, id).await?;
    let entry = GroupForm::new(&site, &member, &profile, version, problems);
    let head = Head::new(&site, &member, &group, true);
    Ok(page_with(status, &SettingsPage { frame: frame.with_error(), head, entry }))
}

/// What somebody else saved, for whoever was about to save something else.
fn meanwhile(present: &Group) -> String {
    let description = if present.description.is_empty() { "without a description" } else { &present.description };
    format!(
        "This group was changed meanwhile: it is “{}”, {description}. Save once more to replace that.",
        present.name
    )
}

fn read(posted: &PostedForm) -> GroupProfile {
    GroupProfile {
        name: posted.fields.text("name").to_owned(),
        description: posted.fields.text("description").to_owned(),
        is_protected: posted.fields.is_checked("protected"),
    }
}

async fn find(site: &Site, member: &Member, id: GroupId) -> Result<Group, Failure> {
    let read = site.identity().read(&member.caller, async |op| groups::find(op, id).await);
    read.await.or_failure(&member.caller)
}

impl GroupForm {
    fn new(site: &Site, member: &Member, profile: &GroupProfile, version: i64, problems: Problems) -> Self {
        GroupForm {
            version,
            name: problems.input("name", &profile.name),
            description: problems.input("description", &profile.description),
            is_protected: profile.is_protected,
            may_protect: member.may(site, Permission::ProtectGroup, Target::Organization),
            problems: problems.0,
        }
    }
}
