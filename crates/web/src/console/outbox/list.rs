//! The list of messages, and what can be done to several of them.

use askama::Template;
use axum::extract::State as Owned;
use axum::response::Response;
use base::{MessageId, Timestamp};
use identity::access::Permission;
use identity::messages::{self, Channel, Counts, Listed, OutboxFilter, OutboxPage, State, Template as Text};

use super::PATH;
use super::words::{name, state, tries};
use crate::caller::Member;
use crate::console::pager::{Pager, Position};
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, Query, with_query};
use crate::frame::Frame;
use crate::input::Choice;
use crate::notice::Notice;
use crate::render::{filters, page};
use crate::site::Site;

/// Messages on a page.
const PAGE_SIZE: u64 = 50;
/// What waits and was tried before, in the address.
const RETRIED: &str = "trying";

#[derive(Template)]
#[template(path = "console/outbox/list.html")]
struct ListPage {
    frame: Frame,
    cells: Vec<Cell>,
    rows: Vec<Row>,
    /// Whether nothing says where mail leaves.
    has_no_server: bool,
    /// Whether this person may say so.
    may_choose_server: bool,
    is_narrowed: bool,
    state: &'static str,
    address: String,
    templates: Vec<Choice>,
    channels: Vec<Choice>,
    view: Foot,
    /// The place of the first message that is shown, and of the last.
    from: u64,
    to: u64,
    matching: u64,
}

/// What stands below the list.
struct Foot {
    pager: Option<Pager>,
}

/// A figure above the list, which narrows it.
struct Cell {
    label: &'static str,
    icon: &'static str,
    number: u64,
    href: String,
    is_current: bool,
}

struct Row {
    id: String,
    href: String,
    address: String,
    name: String,
    state: &'static str,
    class: &'static str,
    icon: &'static str,
    at: Timestamp,
    tries: String,
    detail: String,
    /// When it is tried next.
    next: Option<Timestamp>,
    /// Whether anything can be done to it.
    is_open: bool,
}

/// `GET /console/outbox`.
pub(crate) async fn show(
    Owned(site): Owned<Site>,
    frame: Frame,
    member: Member,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let filter = filter(&fields);
    let number = fields.text("page").parse::<u64>().unwrap_or(1).clamp(1, 1_000_000);
    let read =
        site.identity().read(&member.caller, async |op| messages::list_messages(op, &filter, number, PAGE_SIZE).await);
    let found = read.await.or_failure(&member.caller)?;
    let has_no_server = !found.has_mail_server && site.identity().mail_server().is_none();
    let may_choose_server = member.holds(Permission::ManageOutgoingMail);
    let may_take_back = member.holds(Permission::ManagePrivilegeTemplates);
    let rows = found.messages.iter().map(|listed| Row::new(listed, may_take_back)).collect();
    Ok(page(&ListPage { rows, has_no_server, may_choose_server, ..view(frame, &filter, number, &found) }))
}

/// `POST /console/outbox`: tries messages again, or takes them back.
pub(crate) async fn change(Owned(site): Owned<Site>, member: Member, posted: PostedForm) -> Result<Response, Failure> {
    let ids: Vec<MessageId> = posted.fields.all("id").filter_map(|id| id.parse().ok()).take(1_000).collect();
    let cancels = posted.fields.text("do") == "cancel";
    let write = site.identity().write(&member.caller, async |op| {
        if cancels { messages::cancel_messages(op, &ids).await } else { messages::retry_messages(op, &ids).await }
    });
    let number = write.await.or_failure(&member.caller)?;
    let notice = match number {
        0 => Notice::Unchanged,
        number if cancels => Notice::MessagesCancelled(number),
        number => Notice::MessagesRetried(number),
    };
    Ok(notice.told_at(PATH, &site))
}

fn filter(fields: &Fields) -> OutboxFilter {
    OutboxFilter {
        state: State::from_code(fields.text("state")),
        is_retried: fields.text("state") == RETRIED,
        template: Text::from_key(fields.text("template")),
        channel: Channel::from_code(fields.text("channel")),
        address: fields.text("q").to_owned(),
    }
}

/// The name of the state in the address.
fn state_of(filter: &OutboxFilter) -> &'static str {
    if filter.is_retried { RETRIED } else { filter.state.map_or("", State::code) }
}

/// The address of the list with these wishes.
fn href(filter: &OutboxFilter, number: u64) -> String {
    let page = if number > 1 { number.to_string() } else { String::new() };
    let pairs = [
        ("state", state_of(filter)),
        ("q", filter.address.as_str()),
        ("template", filter.template.map_or("", Text::key)),
        ("channel", filter.channel.map_or("", Channel::code)),
        ("page", page.as_str()),
    ];
    with_query(PATH, pairs)
}

fn view(frame: Frame, filter: &OutboxFilter, number: u64, found: &OutboxPage) -> ListPage {
    let has_next = number * PAGE_SIZE < found.matching;
    let position = Position {
        number,
        last: Some(found.matching.div_ceil(PAGE_SIZE).max(1)),
        has_next,
        previous: href(filter, number.saturating_sub(1)),
        next: href(filter, number + 1),
    };
    let templates = Text::ALL
        .iter()
        .map(|template| Choice::new(template.key(), template.entry().name, filter.template == Some(*template)));
    ListPage {
        frame,
        cells: cells(filter, found.counts),
        rows: Vec::new(),
        has_no_server: false,
        may_choose_server: false,
        is_narrowed: !state_of(filter).is_empty()
            || filter.template.is_some()
            || filter.channel.is_some()
            || !filter.address.is_empty(),
        state: state_of(filter),
        address: filter.address.clone(),
        templates: std::iter::once(Choice::new("", "Any message", filter.template.is_none()))
            .chain(templates)
            .collect(),
        channels: vec![
            Choice::new("", "Mail and SMS", filter.channel.is_none()),
            Choice::new("mail", "Mail", filter.channel == Some(Channel::Mail)),
            Choice::new("sms", "SMS", filter.channel == Some(Channel::Sms)),
        ],
        view: Foot { pager: Pager::at(position, |number| href(filter, number)) },
        from: (number - 1) * PAGE_SIZE + 1,
        to: (number - 1) * PAGE_SIZE + found.messages.len() as u64,
        matching: found.matching,
    }
}

fn cells(filter: &OutboxFilter, counts: Counts) -> Vec<Cell> {
    let narrowed = |label, icon, number, narrowed: OutboxFilter| Cell {
        label,
        icon,
        number,
        href: href(&narrowed, 1),
        is_current: state_of(filter) == state_of(&narrowed),
    };
    let cell = |label, icon, number, state| {
        narrowed(label, icon, number, OutboxFilter { state, is_retried: false, ..filter.clone() })
    };
    let retried = OutboxFilter { state: None, is_retried: true, ..filter.clone() };
    vec![
        cell("All, 30 days", "", counts.all, None),
        cell("Queued", "clock", counts.queued, Some(State::Queued)),
        narrowed("Trying again", "rotate-cw", counts.retried, retried),
        cell("Failed", "circle-x", counts.failed, Some(State::Failed)),
        cell("Sent", "circle-check", counts.sent, Some(State::Sent)),
        cell("Taken back", "ban", counts.cancelled, Some(State::Cancelled)),
        cell("Expired", "hourglass", counts.expired, Some(State::Expired)),
    ]
}

impl Row {
    /// The row of a message; of what is about privileges, those who may not take it back select none.
    fn new(listed: &Listed, may_take_back: bool) -> Self {
        let (words, class, icon) = state(listed);
        let waits = matches!(listed.state, State::Queued | State::Failed);
        let is_open = waits && (may_take_back || !listed.is_about_privileges());
        Row {
            id: listed.id.to_string(),
            href: format!("{PATH}/{}", listed.id),
            address: listed.address.clone(),
            name: name(listed),
            state: words,
            class,
            icon,
            at: listed.finished_at.unwrap_or(listed.created_at),
            tries: tries(listed),
            detail: listed.answer.clone(),
            next: (listed.state == State::Queued && listed.tries > 0).then_some(listed.due_at),
            is_open,
        }
    }
}
