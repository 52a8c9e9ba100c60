//! The list of imports, and one's own drafts.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::Timestamp;
use identity::drafts::{self, Draft, Standing};
use identity::imports::{self, Ending, Past};
use identity::jobs;

use super::next;
use crate::caller::Member;
use crate::console::pager::{Pager, Position};
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::render::{filters, page};
use crate::site::Site;

const ROWS_ON_A_PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "console/imports/list.html")]
struct ListPage {
    frame: Frame,
    drafts: Vec<DraftRow>,
    rows: Vec<Row>,
    pager: Option<Pager>,
    first: u64,
    last: u64,
    total: u64,
}

/// An import that one prepares.
struct DraftRow {
    id: String,
    file_name: String,
    step: u8,
    created_at: Timestamp,
}

/// An import that was begun.
struct Row {
    id: String,
    file_name: String,
    started_at: Timestamp,
    started_by: String,
    result: &'static str,
    class: &'static str,
    icon: &'static str,
    created: u64,
    updated: u64,
    failed: u64,
    can_be_undone: bool,
}

/// `GET /console/imports?page=…`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    Query(query): Query,
) -> Result<Response, Failure> {
    let number: u64 = query.text("page").parse().unwrap_or(1).max(1);
    let skip = (number - 1).saturating_mul(u64::from(ROWS_ON_A_PAGE));
    let read = site.identity().read(&member.caller, async |op| {
        let mine = drafts::mine(op).await?;
        let (past, total) = imports::list(op, ROWS_ON_A_PAGE, skip).await?;
        let mut standings = Vec::new();
        for import in &past {
            standings.push(match import.ending {
                // Only of those that have not ended the job knows more.
                None => Some(drafts::standing(op, import.id).await?),
                Some(_) => None,
            });
        }
        Ok((mine, past, standings, total))
    });
    let (mine, past, standings, total) = read.await.or_failure(&member.caller)?;
    let last = total.div_ceil(u64::from(ROWS_ON_A_PAGE)).max(1);
    let on_page = |number: u64| format!("{}?page={number}", super::PATH);
    let position = Position {
        number,
        last: Some(last),
        has_next: number < last,
        previous: on_page(number.saturating_sub(1)),
        next: on_page(number.saturating_add(1)),
    };
    let (shown, now) = (past.len() as u64, site.identity().clock().now());
    Ok(page(&ListPage {
        frame,
        drafts: mine.iter().map(DraftRow::from).collect(),
        rows: past.iter().zip(&standings).map(|(past, standing)| Row::new(past, standing.as_ref(), now)).collect(),
        pager: Pager::at(position, on_page),
        first: if shown == 0 { 0 } else { skip + 1 },
        last: skip + shown,
        total,
    }))
}

impl From<&Draft> for DraftRow {
    fn from(draft: &Draft) -> Self {
        DraftRow {
            id: draft.id.to_string(),
            file_name: draft.file_name.clone(),
            step: next(draft).number(),
            created_at: draft.created_at,
        }
    }
}

impl Row {
    fn new(past: &Past, standing: Option<&Standing>, now: Timestamp) -> Self {
        let state = standing.and_then(|standing| standing.job.as_ref()).map(|job| job.state);
        let (result, class, icon) = match (past.ending, state) {
            _ if past.undo.ended_at.is_some() => ("Undone", "off", "rotate-cw"),
            _ if past.undo.begun_at.is_some() => ("Being undone", "wait", "loader-circle"),
            (Some(Ending::Completed), _) => ("Finished", "good", "circle-check"),
            (Some(Ending::Failed), _) => ("Ended early", "bad", "circle-x"),
            (Some(Ending::Stopped), _) => ("Stopped", "lock", "octagon-pause"),
            (None, Some(jobs::State::Queued | jobs::State::Running)) => ("In progress", "wait", "loader-circle"),
            (None, Some(_)) => ("Failed", "bad", "circle-x"),
            (None, None) => ("Not finished", "wait", "hourglass"),
        };
        Row {
            id: past.id.to_string(),
            file_name: past.file_name.clone(),
            started_at: past.started_at,
            started_by: past.started_by.clone(),
            result,
            class,
            icon,
            created: past.totals.created,
            updated: past.totals.updated,
            failed: past.totals.failed,
            can_be_undone: past.can_be_undone(now),
        }
    }
}
