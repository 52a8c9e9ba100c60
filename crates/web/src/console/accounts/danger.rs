//! The danger zone of a user's profile.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::AccountId;

use super::in_path::InPath;
use super::profile::{Banner, Head, Tab};
use super::show::known;
use crate::caller::Member;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page};
use crate::site::Site;

/// A section of the danger zone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    None,
    Enable,
    Disable,
    Delete,
}

#[derive(Template)]
#[template(path = "console/accounts/danger.html")]
pub(super) struct DangerPage {
    frame: Frame,
    head: Head,
    open: Section,
    note: Input,
    typed_username: Input,
    disable_confirmed: Input,
    delete_confirmed: Input,
    problems: Vec<FormProblem>,
}

impl DangerPage {
    fn opens_enable(&self) -> bool {
        self.open == Section::Enable
    }

    fn opens_disable(&self) -> bool {
        self.open == Section::Disable
    }

    fn opens_delete(&self) -> bool {
        self.open == Section::Delete
    }
}

/// `GET /console/users/{id}/danger?open=disable`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let open = match fields.text("open") {
        "enable" => Section::Enable,
        "disable" => Section::Disable,
        "delete" => Section::Delete,
        _ => Section::None,
    };
    Ok(page(&view(&site, frame, &member, id, open, "", "", Problems::default()).await?))
}

/// The danger zone of an account with what was typed into it.
#[expect(clippy::too_many_arguments, reason = "a page and what was typed into it; called in two places")]
pub(super) async fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: AccountId,
    open: Section,
    note: &str,
    username: &str,
    problems: Problems,
) -> Result<DangerPage, Failure> {
    let known = known(site, member, id).await?;
    Ok(DangerPage {
        frame,
        head: Head::new(site, member, &known.account, &known.history, known.groups.len(), Tab::Danger),
        open,
        note: problems.input("note", note),
        typed_username: problems.input("confirm_username", username),
        disable_confirmed: problems.input("disable_confirmed", ""),
        delete_confirmed: problems.input("delete_confirmed", ""),
        problems: problems.0,
    })
}
