//! Choosing a preset, or the defaults of a page: what would change is shown before it is done.

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use identity::Error;
use identity::settings::{self, Change, Page, Preset, Settings};
use serde_json::{Map, Value as Json};

use super::form::{self, ChangeInWords};
use super::{Link, POLICIES, PageInPath, href, links, present};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/settings/plan.html")]
struct PlanPage {
    frame: Frame,
    links: Vec<Link>,
    title: String,
    introduction: String,
    deviations: Vec<&'static str>,
    /// Where it is done, and where one goes back to.
    href: String,
    back: String,
    done: &'static str,
    changes: Vec<ChangeInWords>,
    /// The values that would change, as they were when this was shown.
    seen: String,
    problems: Vec<FormProblem>,
}

/// What somebody considers choosing.
#[derive(Clone, Copy)]
enum Plan {
    Preset(Preset),
    Reset(Page),
}

/// The preset that `{preset}` in the address of a route names.
pub(crate) struct PresetInPath(Preset);

impl<S: Send + Sync> FromRequestParts<S> for PresetInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(code) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        Preset::from_code(&code).map(PresetInPath).ok_or(Failure::NotFound)
    }
}

/// The address of a preset.
pub(super) fn preset_href(preset: Preset) -> String {
    format!("{POLICIES}/presets/{}", preset.code())
}

/// `GET /console/policies/presets/{preset}`.
pub(crate) async fn show_preset(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PresetInPath(preset): PresetInPath,
) -> Result<Response, Failure> {
    show(&site, frame, &member, Plan::Preset(preset)).await
}

/// `POST /console/policies/presets/{preset}`.
pub(crate) async fn choose_preset(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PresetInPath(preset): PresetInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    carry_out(&site, frame, &member, Plan::Preset(preset), &posted).await
}

/// `GET` of a page of settings with `/reset` behind it.
pub(crate) async fn show_reset(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PageInPath(shown): PageInPath,
) -> Result<Response, Failure> {
    show(&site, frame, &member, Plan::Reset(shown)).await
}

/// `POST` of a page of settings with `/reset` behind it.
pub(crate) async fn reset(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PageInPath(shown): PageInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    carry_out(&site, frame, &member, Plan::Reset(shown), &posted).await
}

async fn show(site: &Site, frame: Frame, member: &Member, plan: Plan) -> Result<Response, Failure> {
    let present = present(site, member).await?;
    let changes = settings::changes(&present, &plan.values()).or_failure(&member.caller)?;
    Ok(page(&view(frame, plan, &present, &changes, Problems::default())))
}

async fn carry_out(
    site: &Site,
    frame: Frame,
    member: &Member,
    plan: Plan,
    posted: &PostedForm,
) -> Result<Response, Failure> {
    let seen = form::seen(&posted.fields);
    // Whoever saw nothing that would change has agreed to nothing.
    let done = if seen.is_empty() {
        present(site, member).await?;
        Err(Error::Stale)
    } else {
        site.identity().write(&member.caller, async |op| settings::save(op, &plan.values(), &seen).await).await
    };
    match done {
        Ok(changes) if changes.is_empty() => Ok(Notice::Unchanged.told_at(&plan.back(), site)),
        Ok(_) => Ok(Notice::SettingsSaved.told_at(&plan.back(), site)),
        Err(Error::Stale) => {
            let present = present(site, member).await?;
            let changes = settings::changes(&present, &plan.values()).or_failure(&member.caller)?;
            let mut problems = Problems::default();
            problems.add("", "Settings were changed meanwhile. Look at what would change now, then confirm once more.");
            Ok(page_with(StatusCode::CONFLICT, &view(frame.with_error(), plan, &present, &changes, problems)))
        }
        Err(error) => Err(error).or_failure(&member.caller),
    }
}

impl Plan {
    fn values(self) -> Map<String, Json> {
        match self {
            Plan::Preset(preset) => preset.values(),
            Plan::Reset(page) => page.definitions().map(|known| (known.key.to_owned(), known.standard())).collect(),
        }
    }

    fn back(self) -> String {
        match self {
            Plan::Preset(_) => POLICIES.to_owned(),
            Plan::Reset(page) => href(page),
        }
    }
}

fn view(frame: Frame, plan: Plan, present: &Settings, changes: &[Change], problems: Problems) -> PlanPage {
    let all = present.all();
    let seen: Map<String, Json> = plan.values().keys().map(|key| (key.clone(), all[key].clone())).collect();
    let (title, introduction, deviations, href, done, links) = match plan {
        Plan::Preset(preset) => (
            format!("Preset {}", preset.title()),
            preset.purpose().to_owned(),
            preset.deviations().collect(),
            preset_href(preset),
            "Use this preset",
            links(None),
        ),
        Plan::Reset(page) => (
            format!("Reset: {}", page.title()),
            "All settings of this page get their defaults again.".to_owned(),
            Vec::new(),
            format!("{}/reset", href(page)),
            "Reset to defaults",
            links(Some(page)),
        ),
    };
    PlanPage {
        frame,
        links,
        title,
        introduction,
        deviations,
        href,
        back: plan.back(),
        done,
        changes: changes.iter().map(ChangeInWords::of).collect(),
        seen: Json::Object(seen).to_string(),
        problems: problems.0,
    }
}
