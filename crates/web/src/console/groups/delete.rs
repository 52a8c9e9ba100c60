//! Deleting a group: the question, and the deed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::GroupId;
use identity::access::Permission;
use identity::groups::{self, Group};
use identity::memberships;

use super::{GroupInPath, PATH, href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::words::users;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/groups/delete.html")]
struct DeletePage {
    frame: Frame,
    name: String,
    href: String,
    members: String,
    confirmed: Input,
    problems: Vec<FormProblem>,
}

/// `GET /console/groups/{group}/delete`.
pub(crate) async fn ask(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    GroupInPath(id): GroupInPath,
) -> Result<Response, Failure> {
    let group = find_deletable(&site, &member, id).await?;
    Ok(page(&question(frame, &group, Problems::default())))
}

/// `POST /console/groups/{group}/delete`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    GroupInPath(id): GroupInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let group = find_deletable(&site, &member, id).await?;
    if !posted.fields.is_checked("confirmed") {
        let mut problems = Problems::default();
        problems.add("confirmed", "Tick the box to confirm that the group cannot be recovered");
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &question(frame.with_error(), &group, problems)));
    }
    let write = site.identity().write(&member.caller, async |op| memberships::delete_group(op, id).await);
    write.await.or_failure(&member.caller)?;
    Ok(Notice::GroupDeleted.told_at(PATH, &site))
}

/// The group, for somebody who may delete it; others are refused before they are asked anything.
async fn find_deletable(site: &Site, member: &Member, id: GroupId) -> Result<Group, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let group = groups::find(op, id).await?;
        let _ = op.allow(Permission::ManageGroups, group.target())?;
        Ok(group)
    });
    read.await.or_failure(&member.caller)
}

fn question(frame: Frame, group: &Group, problems: Problems) -> DeletePage {
    DeletePage {
        frame,
        name: group.name.clone(),
        href: href(group.id),
        members: users(group.members),
        confirmed: problems.input("confirmed", ""),
        problems: problems.0,
    }
}
