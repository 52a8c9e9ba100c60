//! A page of settings as a form: all of it is saved or none, and nobody overwrites what they did not see.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::Error;
use identity::settings::{self, Change, LastChange, Page, Settings};
use serde_json::{Map, Value as Json};

use super::form::{self, SettingsForm, is_super};
use super::sample::{self, Sample};
use super::{Link, PageInPath, href, links, present};
use crate::caller::Member;
use crate::csrf::LongForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::Problems;
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/settings/edit.html")]
struct EditPage {
    frame: Frame,
    title: &'static str,
    introduction: &'static str,
    is_policy: bool,
    href: String,
    links: Vec<Link>,
    entry: SettingsForm,
    /// What people see beside the field that the policy is about.
    sample: Option<Sample>,
    /// What is to be thought of before anything is saved.
    question: Option<Question>,
    last_change: Option<LastChange>,
}

struct Question {
    warnings: Vec<&'static str>,
    /// The settings that were warned of.
    mark: String,
}

/// `GET` of a page of settings.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PageInPath(shown): PageInPath,
) -> Result<Response, Failure> {
    let present = present(&site, &member).await?;
    let values = present.all();
    Ok(page(&view(&site, frame, &member, shown, &present, &values, Problems::default(), None).await?))
}

/// A page of settings where something was tried.
pub(super) async fn show_with(
    site: &Site,
    frame: Frame,
    member: &Member,
    shown: Page,
    sample: Sample,
) -> Result<Response, Failure> {
    let present = present(site, member).await?;
    let values = present.all();
    let shown = view(site, frame, member, shown, &present, &values, Problems::default(), None).await?;
    Ok(page(&EditPage { sample: Some(sample), ..shown }))
}

/// `POST` of a page of settings. Where a value speaks against a standard, the first answer is a question.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PageInPath(shown): PageInPath,
    LongForm(posted): LongForm,
) -> Result<Response, Failure> {
    let present = present(&site, &member).await?;
    let wanted = form::read(shown, &posted.fields, &present, is_super(&site, &member));
    let seen = form::seen(&posted.fields);
    // What this person may not change, and so was not sent, is shown as it is.
    let mut values = present.all();
    values.extend(wanted.clone());
    if let Some(question) = question(&present, &wanted, posted.fields.text("accepted")) {
        return Ok(page(
            &view(&site, frame, &member, shown, &present, &values, Problems::default(), Some(question)).await?,
        ));
    }
    let save = site.identity().write(&member.caller, async |op| settings::save(op, &wanted, &seen).await);
    let (status, problems, present) = match save.await {
        Ok(changes) if changes.is_empty() => return Ok(Notice::Unchanged.told_at(&href(shown), &site)),
        Ok(_) => return Ok(Notice::SettingsSaved.told_at(&href(shown), &site)),
        Err(Error::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, Problems::from(problems), present),
        Err(Error::Stale) => {
            let present = super::present(&site, &member).await?;
            (StatusCode::CONFLICT, meanwhile(&settings::differences(&present, &seen)), present)
        }
        Err(error) => return Err(error).or_failure(&member.caller),
    };
    let page = view(&site, frame.with_error(), &member, shown, &present, &values, problems, None).await?;
    Ok(page_with(status, &page))
}

/// What somebody else saved, for whoever was about to save something else.
fn meanwhile(changes: &[Change]) -> Problems {
    let mut problems = Problems::default();
    problems
        .add("", "Somebody else saved this page meanwhile. Look at what changed, then save once more to replace it.");
    for Change { definition, before, after } in changes {
        let (before, after) = (definition.in_words(before), definition.in_words(after));
        problems.add(definition.key, format!("{}: was {before}, is {after} now", definition.label));
    }
    problems
}

/// What is to be thought of before `wanted` is saved, unless that was accepted.
fn question(present: &Settings, wanted: &Map<String, Json>, accepted: &str) -> Option<Question> {
    // What is wrong otherwise is said first.
    let changes = settings::changes(present, wanted).ok()?;
    let warned =
        changes.iter().filter_map(|change| Some((change.definition.key, change.definition.warning_of(&change.after)?)));
    let warned: Vec<(&str, &str)> = warned.collect();
    let mark = warned.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(" ");
    let mut warnings: Vec<&'static str> =
        changes.iter().filter_map(|change| change.definition.warning_of(&change.after)).collect();
    warnings.dedup();
    (!warnings.is_empty() && mark != accepted).then_some(Question { warnings, mark })
}

#[expect(clippy::too_many_arguments, reason = "the parts of a page")]
async fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    shown: Page,
    present: &Settings,
    values: &Map<String, Json>,
    problems: Problems,
    question: Option<Question>,
) -> Result<EditPage, Failure> {
    let last = site.identity().read(&member.caller, async |op| settings::last_change(op, shown).await);
    Ok(EditPage {
        title: shown.title(),
        introduction: shown.introduction(),
        is_policy: shown.is_policy(),
        href: href(shown),
        links: links(Some(shown)),
        entry: SettingsForm::new(shown, present, values, problems, is_super(site, member)),
        sample: sample::of(shown, present),
        question,
        last_change: last.await.or_failure(&member.caller)?,
        frame,
    })
}
