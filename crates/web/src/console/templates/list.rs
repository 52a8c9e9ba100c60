//! The list of templates, under the headings of the catalogue (ES-203).

use askama::Template as Page;
use axum::extract::State;
use axum::response::Response;
use base::Timestamp;
use identity::messages::{self, Channel, Group, Language, Present};

use super::href;
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Page)]
#[template(path = "console/templates/list.html")]
struct ListPage {
    frame: Frame,
    groups: Vec<Section>,
}

/// A heading with its templates.
struct Section {
    name: &'static str,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    name: &'static str,
    about: &'static str,
    /// By which ways it goes, in words.
    ways: &'static str,
    modified_at: Option<Timestamp>,
    /// The other languages that it is written in, with where.
    languages: Vec<(&'static str, String)>,
}

/// `GET /console/templates`.
pub(crate) async fn show(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    let read = site.identity().read(&member.caller, async |op| messages::list_templates(op).await);
    let all = read.await.or_failure(&member.caller)?;
    let groups = Group::ALL.into_iter().map(|group| Section {
        name: group.name(),
        rows: all.iter().filter(|present| present.template.entry().group == group).map(Row::new).collect(),
    });
    Ok(page(&ListPage { frame, groups: groups.filter(|group| !group.rows.is_empty()).collect() }))
}

impl Row {
    fn new(present: &Present) -> Self {
        let template = present.template;
        let ways = match (template.goes_by(Channel::Mail), template.goes_by(Channel::Sms)) {
            (true, true) => "Mail and SMS",
            (false, true) => "SMS",
            _ => "Mail",
        };
        Row {
            href: href(template, Language::ENGLISH),
            languages: present.languages.iter().map(|language| (language.name(), href(template, *language))).collect(),
            name: template.entry().name,
            about: template.entry().about,
            ways,
            modified_at: present.modified.as_ref().map(|(at, _)| *at),
        }
    }
}
