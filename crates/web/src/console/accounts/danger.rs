//! The danger zone of a user's profile.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::AccountId;
use identity::accounts::Why;

use super::in_path::InPath;
use super::profile::{Head, Standing, Tab, What};
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
    Lock,
    Unlock,
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
    /// Since when it is locked, and why.
    lock_facts: String,
    /// As `both open sessions end`.
    ending_sessions: String,
    lock_note: Input,
    lock_until: Input,
    lock_confirmed: Input,
    unlock_confirmed: Input,
    note: Input,
    typed_username: Input,
    disable_confirmed: Input,
    delete_confirmed: Input,
    problems: Vec<FormProblem>,
}

impl DangerPage {
    fn opens_lock(&self) -> bool {
        self.open == Section::Lock
    }

    fn opens_unlock(&self) -> bool {
        self.open == Section::Unlock
    }

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

/// What was typed into the fields of the danger zone.
#[derive(Default)]
pub(super) struct TypedDanger {
    pub(super) lock_note: String,
    pub(super) lock_until: String,
    pub(super) note: String,
    pub(super) username: String,
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
        "lock" => Section::Lock,
        "unlock" => Section::Unlock,
        "enable" => Section::Enable,
        "disable" => Section::Disable,
        "delete" => Section::Delete,
        _ => Section::None,
    };
    Ok(page(&view(&site, frame, &member, id, open, TypedDanger::default(), Problems::default()).await?))
}

/// The danger zone of an account with what was typed into it.
pub(super) async fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    id: AccountId,
    open: Section,
    typed: TypedDanger,
    problems: Problems,
) -> Result<DangerPage, Failure> {
    let known = known(site, member, id).await?;
    Ok(DangerPage {
        frame,
        head: Head::new(site, member, &known.account, &known.standing, known.groups.len(), Tab::Danger),
        open,
        lock_facts: lock_facts(&known.standing),
        ending_sessions: ending(known.standing.sessions),
        lock_note: problems.input("lock_note", typed.lock_note),
        lock_until: problems.input("lock_until", typed.lock_until),
        lock_confirmed: problems.input("lock_confirmed", ""),
        unlock_confirmed: problems.input("unlock_confirmed", ""),
        note: problems.input("note", typed.note),
        typed_username: problems.input("confirm_username", typed.username),
        disable_confirmed: problems.input("disable_confirmed", ""),
        delete_confirmed: problems.input("delete_confirmed", ""),
        problems: problems.0,
    })
}

/// Why the account is locked, and what ends that.
fn lock_facts(standing: &Standing) -> String {
    let locks = [Why::LockedByAdministrator, Why::LockedByInactivity, Why::LockedByFailures];
    let Some(lock) = standing.obstacles.iter().find(|obstacle| locks.contains(&obstacle.why)) else {
        return String::new();
    };
    let by = lock.by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
    let why = match (lock.why, lock.note.as_deref()) {
        (Why::LockedByInactivity, _) => ": nobody signed in for too long".to_owned(),
        (_, Some(note)) => format!(": {note}"),
        (_, None) => String::new(),
    };
    let end = if lock.ends_at.is_some() { "It also ends by itself." } else { "It ends when somebody ends it." };
    format!("Locked{by}{why}. {end}")
}

/// What a lock ends.
fn ending(sessions: usize) -> String {
    match sessions {
        0 => "no session stays open".to_owned(),
        1 => "the open session ends".to_owned(),
        many => format!("{many} open sessions end"),
    }
}
