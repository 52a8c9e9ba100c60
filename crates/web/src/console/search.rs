//! Searching the whole console: a field in the top bar, and a page of what was found, kind by kind.

mod groups;
mod pages;
mod users;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::accounts::address::clipped;
use super::home::administrator;
use crate::caller::Member;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::{Frame, Viewer};
use crate::render::{filters, page, wants_fragment};
use crate::site::Site;

/// What was found of one kind of thing.
pub(crate) struct Found {
    pub(crate) heading: &'static str,
    pub(crate) hits: Vec<Hit>,
    /// Where the rest is, when more was found than is shown.
    pub(crate) more: Option<More>,
}

/// One thing that was found.
pub(crate) struct Hit {
    pub(crate) icon: &'static str,
    pub(crate) name: String,
    pub(crate) detail: String,
    pub(crate) href: String,
}

/// A list that holds everything that was found.
pub(crate) struct More {
    pub(crate) words: String,
    pub(crate) href: String,
}

#[derive(Template)]
#[template(path = "console/search.html")]
struct SearchPage {
    frame: Frame,
    results: Results,
}

/// What htmx exchanges.
#[derive(Template)]
#[template(path = "console/search_results.html")]
struct SearchResults {
    results: Results,
}

struct Results {
    /// What the username is called.
    username: String,
    q: String,
    found: Vec<Found>,
    /// Whether users and groups are looked for too, for this person.
    finds_users: bool,
}

impl Results {
    fn count(&self) -> usize {
        self.found.iter().map(|found| found.hits.len()).sum()
    }
}

/// `GET /console/search`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let viewer = administrator(&frame)?;
    let q = clipped(fields.text("q"));
    let found = if q.is_empty() { Vec::new() } else { find(&site, &member, viewer, &q).await? };
    let results = Results { username: frame.words.username.inside(), q, found, finds_users: viewer.manages_users };
    Ok(if wants_fragment(&headers) { page(&SearchResults { results }) } else { page(&SearchPage { frame, results }) })
}

/// What `q` finds, kind by kind; kinds of which nothing was found are left out. A kind is a function that looks for
/// what the person may see, and a line here.
async fn find(site: &Site, member: &Member, viewer: &Viewer, q: &str) -> Result<Vec<Found>, Failure> {
    let kinds = [users::find(site, member, q).await?, groups::find(site, member, q).await?, pages::find(viewer, q)];
    Ok(kinds.into_iter().flatten().collect())
}
