//! One template: its text, what may stand in it, and what can be done with it.

use askama::Template as Page;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::Timestamp;
use identity::Error;
use identity::messages::{self, COMMON, Channel, Language, Present, Template, Text, Variable};

use super::{LanguageAsked, PATH, TemplateInPath, href, query};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::frame::Frame;
use crate::input::{Choice, FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Page)]
#[template(path = "console/templates/edit.html")]
struct EditPage {
    frame: Frame,
    /// The address without the language.
    place: String,
    /// What names the language in an address.
    query: String,
    languages: Languages,
    name: &'static str,
    about: &'static str,
    by_mail: bool,
    by_sms: bool,
    subject: Input,
    plain: Input,
    html: Input,
    sms: Input,
    own_variables: &'static [Variable],
    common_variables: &'static [Variable],
    /// When and by whom it was changed.
    modified: Option<(Timestamp, String)>,
    problems: Vec<FormProblem>,
}

/// The languages that there is a choice of, and the chosen one.
struct Languages {
    /// Those that the template is written in; English first.
    written: Vec<Choice>,
    others: Vec<Choice>,
    /// The chosen one, when it is not English.
    chosen: Option<Language>,
    is_written: bool,
}

impl Languages {
    fn of(present: &Present, chosen: Language) -> Self {
        let is_written = |language: &Language| *language == Language::ENGLISH || present.languages.contains(language);
        let choice = |language: Language| {
            let label = match language {
                Language::ENGLISH => "English (default)".to_owned(),
                other => format!("{} · {}", other.name(), other.own_name()),
            };
            Choice::new(language.tag(), label, language == chosen)
        };
        Languages {
            written: Language::all().filter(is_written).map(choice).collect(),
            others: Language::all().filter(|language| !is_written(language)).map(choice).collect(),
            chosen: Some(chosen).filter(|chosen| *chosen != Language::ENGLISH),
            is_written: is_written(&chosen),
        }
    }
}

/// `GET /console/templates/{template}`.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    LanguageAsked(language): LanguageAsked,
) -> Result<Response, Failure> {
    let present = find(&site, &member, (template, language)).await?;
    let text = present.text.clone();
    Ok(page(&view(frame, present, language, text, Problems::default())))
}

/// `POST /console/templates/{template}`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    LanguageAsked(language): LanguageAsked,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let text = typed(&posted.fields);
    let write =
        site.identity().write(&member.caller, async |op| messages::save_template(op, template, language, &text).await);
    match write.await {
        Ok(()) => Ok(Notice::TemplateSaved.told_at(PATH, &site)),
        Err(error) => again(&site, frame, &member, (template, language), text, error).await,
    }
}

/// `POST /console/templates/{template}/test`: sends what was typed to whoever asks, and saves nothing.
pub(crate) async fn test(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    LanguageAsked(language): LanguageAsked,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let text = typed(&posted.fields);
    let sent = site
        .identity()
        .write(&member.caller, async |op| messages::send_template_test(op, template, language, &text).await);
    match sent.await {
        Ok(()) => {
            let present = find(&site, &member, (template, language)).await?;
            let frame = Frame { toast: Some(Notice::TestQueued.toast()), ..frame };
            Ok(page(&view(frame, present, language, text, Problems::default())))
        }
        Err(error) => again(&site, frame, &member, (template, language), text, error).await,
    }
}

/// `POST /console/templates/{template}/restore`; a text in another language than the shipped one is forgotten.
pub(crate) async fn restore(
    State(site): State<Site>,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    LanguageAsked(language): LanguageAsked,
    _: PostedForm,
) -> Result<Response, Failure> {
    let write =
        site.identity().write(&member.caller, async |op| messages::restore_template(op, template, language).await);
    write.await.or_failure(&member.caller)?;
    if language == Language::ENGLISH {
        return Ok(Notice::TemplateRestored.told_at(&href(template, language), &site));
    }
    Ok(Notice::TranslationRemoved.told_at(&href(template, Language::ENGLISH), &site))
}

/// The form once more, with what was typed and what is wrong with it.
async fn again(
    site: &Site,
    frame: Frame,
    member: &Member,
    place: (Template, Language),
    text: Text,
    error: Error,
) -> Result<Response, Failure> {
    let (status, problems) = match error {
        Error::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, Problems::from(problems)),
        Error::Conflict { message, .. } => {
            let mut problems = Problems::default();
            problems.add("", message);
            (StatusCode::CONFLICT, problems)
        }
        other => return Err(other).or_failure(&member.caller),
    };
    let present = find(site, member, place).await?;
    Ok(page_with(status, &view(frame.with_error(), present, place.1, text, problems)))
}

async fn find(site: &Site, member: &Member, (template, language): (Template, Language)) -> Result<Present, Failure> {
    let read = site.identity().read(&member.caller, async |op| messages::find_template(op, template, language).await);
    read.await.or_failure(&member.caller)
}

/// What was typed; a part that the form doesn't show is empty.
pub(super) fn typed(fields: &Fields) -> Text {
    let part = |name: &str| fields.text(name).to_owned();
    Text { subject: part("subject"), plain: part("plain"), html: part("html"), sms: part("sms") }
}

fn view(frame: Frame, present: Present, language: Language, text: Text, problems: Problems) -> EditPage {
    let entry = present.template.entry();
    EditPage {
        frame,
        place: href(present.template, Language::ENGLISH),
        query: query(language),
        languages: Languages::of(&present, language),
        name: entry.name,
        about: entry.about,
        by_mail: present.template.goes_by(Channel::Mail),
        by_sms: present.template.goes_by(Channel::Sms),
        subject: problems.input("subject", text.subject),
        plain: problems.input("plain", text.plain),
        html: problems.input("html", text.html),
        sms: problems.input("sms", text.sms),
        own_variables: entry.variables,
        common_variables: COMMON,
        modified: present.modified,
        problems: problems.0,
    }
}
