//! Taking users out of a group: those that were ticked at once, all that match after a question.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::GroupId;
use identity::access::Permission;
use identity::bulk_changes::BulkVerb;
use identity::groups::{self, Group};

use super::{GroupInPath, href};
use crate::caller::Member;
use crate::console::accounts::address::ListAddress;
use crate::console::accounts::bulk_change;
use crate::console::accounts::chosen::Chosen;
use crate::console::accounts::selection::{Selection, Ticked};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::local_path;
use crate::frame::Frame;
use crate::render::words::users;
use crate::render::{filters, page, wants_fragment};
use crate::site::Site;

/// What the question shows, on a page or in a dialog.
struct Question {
    title: String,
    name: String,
    href: String,
    chosen: Chosen,
}

#[derive(Template)]
#[template(path = "console/groups/remove.html")]
struct QuestionPage {
    frame: Frame,
    question: Question,
}

#[derive(Template)]
#[template(path = "console/groups/remove_dialog.html")]
struct QuestionDialog {
    frame: Frame,
    question: Question,
}

/// `POST /console/groups/{group}/remove`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    GroupInPath(id): GroupInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let group = find_open(&site, &member, id).await?;
    let selection = read(&site, &member, id, &posted).await?;
    let is_confirmed = posted.fields.is_checked("confirmed") && selection.changed_from().is_none();
    if selection.all_seen.is_some() && !is_confirmed {
        let question = question(&group, selection);
        return Ok(if wants_fragment(&headers) {
            page(&QuestionDialog { frame, question })
        } else {
            page(&QuestionPage { frame, question })
        });
    }
    bulk_change::change(&site, frame, &member, &BulkVerb::Leave(id), &selection.ids, selection.return_to).await
}

/// The group, for somebody who may change who is in it; others are refused before they are asked anything.
async fn find_open(site: &Site, member: &Member, id: GroupId) -> Result<Group, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let group = groups::find(op, id).await?;
        let _ = op.allow(Permission::ManageGroups, group.target())?;
        Ok(group)
    });
    read.await.or_failure(&member.caller)
}

/// Whom the form is about, on the page of the group that it came from.
async fn read(site: &Site, member: &Member, id: GroupId, posted: &PostedForm) -> Result<Selection, Failure> {
    let own = href(id);
    let here = local_path(posted.fields.text("return"));
    let list = here.and_then(|here| Some((here, ListAddress::parse_at(&own, here)?)));
    let (return_to, list) =
        list.map_or_else(|| (own.clone(), ListAddress::default()), |(here, list)| (here.to_owned(), list));
    let ticked = Ticked { return_to, ..Ticked::read(&posted.fields) };
    let list = ListAddress { group: Some(id), ..list };
    Selection::of(site, member, Permission::ManageGroups, ticked, &list).await
}

fn question(group: &Group, selection: Selection) -> Question {
    Question {
        title: format!("Remove {}", users(selection.ids.len() as u64)),
        name: group.name.clone(),
        href: href(group.id),
        chosen: selection.into(),
    }
}
