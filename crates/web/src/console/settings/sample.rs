//! What people see beside the field that a policy is about, and what becomes of something that is entered there: by the
//! policy as it stands in the form, before it is saved.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::Secret;
use identity::accounts::rules::Username;
use identity::settings::{self, Page, Settings};
use identity::{Error, Problem, accounts};

use super::{PageInPath, edit, form, href, present};
use crate::caller::Member;
use crate::csrf::LongForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page_with, wants_fragment};
use crate::site::Site;

/// The field that a policy is about.
pub(super) struct Sample {
    pub(super) field: String,
    pub(super) is_secret: bool,
    /// What was entered, unless that is nobody's business.
    pub(super) value: String,
    /// Where it is tried.
    pub(super) href: String,
    pub(super) verdict: Verdict,
}

/// What htmx exchanges.
#[derive(Template, Default)]
#[template(path = "console/settings/verdict.html")]
pub(super) struct Verdict {
    /// Whether something was entered.
    is_given: bool,
    problems: Vec<String>,
    /// The hint beside the field, sentence by sentence.
    sentences: Vec<String>,
}

/// The field that is shown on the page of the policy that it is about, with the hint that `settings` lead to.
pub(super) fn of(page: Page, settings: &Settings) -> Option<Sample> {
    let words = settings.words();
    let (field, sentences) = match page {
        Page::Username => (words.username.to_string(), vec![Username::help(settings)]),
        Page::Password => (words.password.to_string(), accounts::password_help(settings)),
        _ => return None,
    };
    Some(Sample {
        field,
        is_secret: page == Page::Password,
        value: String::new(),
        href: format!("{}/try", href(page)),
        verdict: Verdict { sentences, ..Verdict::default() },
    })
}

/// `POST /console/policies/{policy}/try`: nothing is saved. A form without scripts tries the policy that is in force.
pub(crate) async fn tell(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    PageInPath(shown): PageInPath,
    headers: HeaderMap,
    LongForm(mut posted): LongForm,
) -> Result<Response, Failure> {
    let present = present(&site, &member).await?;
    let tried = posted.fields.take_secret("tried");
    let is_in_form = !form::seen(&posted.fields).is_empty();
    let wanted = if is_in_form {
        form::read(shown, &posted.fields, &present, form::is_super(&site, &member))
    } else {
        serde_json::Map::new()
    };
    let mut sample = of(shown, &present).ok_or(Failure::NotFound)?;
    sample.verdict = match settings::imagine(&present, &wanted) {
        Ok(imagined) => {
            let sentences = of(shown, &imagined).map(|sample| sample.verdict.sentences).unwrap_or_default();
            let problems = problems(&site, &member, shown, &imagined, &tried).await?;
            Verdict { is_given: !tried.is_empty(), problems, sentences }
        }
        Err(Error::Invalid(found)) => {
            let first = found.first().and_then(|problem| {
                let definition = shown.definitions().find(|known| known.key == problem.field)?;
                Some(format!("{}: {}", definition.label, problem.message))
            });
            Verdict { is_given: true, problems: first.into_iter().collect(), sentences: Vec::new() }
        }
        Err(error) => return Err(error).or_failure(&member.caller),
    };
    if wants_fragment(&headers) {
        return Ok(page_with(StatusCode::OK, &sample.verdict));
    }
    if !sample.is_secret {
        sample.value = tried.expose().to_owned();
    }
    edit::show_with(&site, frame, &member, shown, sample).await
}

/// What is wrong with what was entered; nothing was entered when it is empty.
async fn problems(
    site: &Site,
    member: &Member,
    shown: Page,
    settings: &Settings,
    tried: &Secret,
) -> Result<Vec<String>, Failure> {
    if tried.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Problem> = if shown == Page::Username {
        Username::parse(tried.expose(), settings).err().into_iter().collect()
    } else {
        let read = site.identity().read(&member.caller, async |op| accounts::try_password(op, settings, tried).await);
        read.await.or_failure(&member.caller)?
    };
    Ok(found.into_iter().map(|problem| problem.message).collect())
}
