//! Files that an import leaves behind.

use axum::extract::State;
use axum::response::Response;
use identity::drafts::{self, Download};

use super::InPath;
use super::upload::csv_file;
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::site::Site;

/// `GET /console/imports/{id}/report.csv`: what became of each row.
pub(crate) async fn report(State(site): State<Site>, member: Member, id: InPath) -> Result<Response, Failure> {
    give(&site, &member, id, Download::Report, "import-report.csv").await
}

/// `GET /console/imports/{id}/failed.csv`: the rows that failed, to be put right and imported again.
pub(crate) async fn failed(State(site): State<Site>, member: Member, id: InPath) -> Result<Response, Failure> {
    give(&site, &member, id, Download::Failed, "import-failed-rows.csv").await
}

/// `GET /console/imports/{id}/problems.csv`: what the last review found.
pub(crate) async fn problems(State(site): State<Site>, member: Member, id: InPath) -> Result<Response, Failure> {
    give(&site, &member, id, Download::Problems, "import-problems.csv").await
}

async fn give(
    site: &Site,
    member: &Member,
    InPath(id): InPath,
    what: Download,
    name: &str,
) -> Result<Response, Failure> {
    let found = drafts::download(site.identity(), &member.caller, id, what).await.or_failure(&member.caller)?;
    Ok(csv_file(name, found.ok_or(Failure::NotFound)?))
}
