//! One template: its text, what may stand in it, and what can be done with it.

use askama::Template as Page;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::Timestamp;
use identity::Error;
use identity::messages::{self, COMMON, Channel, Present, Template, Text, Variable};

use super::{PATH, TemplateInPath, href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

#[derive(Page)]
#[template(path = "console/templates/edit.html")]
struct EditPage {
    frame: Frame,
    href: String,
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

/// `GET /console/templates/{template}`.
pub(crate) async fn form(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    TemplateInPath(template): TemplateInPath,
) -> Result<Response, Failure> {
    let present = find(&site, &member, template).await?;
    let text = present.text.clone();
    Ok(page(&view(frame, present, text, Problems::default())))
}

/// `POST /console/templates/{template}`.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let text = typed(&posted.fields);
    let write = site.identity().write(&member.caller, async |op| messages::save_template(op, template, &text).await);
    match write.await {
        Ok(()) => Ok(Notice::TemplateSaved.told_at(PATH, &site)),
        Err(error) => again(&site, frame, &member, template, text, error).await,
    }
}

/// `POST /console/templates/{template}/test`: sends what was typed to whoever asks, and saves nothing.
pub(crate) async fn test(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    posted: PostedForm,
) -> Result<Response, Failure> {
    let text = typed(&posted.fields);
    let sent =
        site.identity().write(&member.caller, async |op| messages::send_template_test(op, template, &text).await);
    match sent.await {
        Ok(()) => {
            let present = find(&site, &member, template).await?;
            let frame = Frame { toast: Some(Notice::TestQueued.toast()), ..frame };
            Ok(page(&view(frame, present, text, Problems::default())))
        }
        Err(error) => again(&site, frame, &member, template, text, error).await,
    }
}

/// `POST /console/templates/{template}/restore`.
pub(crate) async fn restore(
    State(site): State<Site>,
    member: Member,
    TemplateInPath(template): TemplateInPath,
    _: PostedForm,
) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| messages::restore_template(op, template).await);
    write.await.or_failure(&member.caller)?;
    Ok(Notice::TemplateRestored.told_at(&href(template), &site))
}

/// The form once more, with what was typed and what is wrong with it.
async fn again(
    site: &Site,
    frame: Frame,
    member: &Member,
    template: Template,
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
    let present = find(site, member, template).await?;
    Ok(page_with(status, &view(frame.with_error(), present, text, problems)))
}

async fn find(site: &Site, member: &Member, template: Template) -> Result<Present, Failure> {
    let read = site.identity().read(&member.caller, async |op| messages::find_template(op, template).await);
    read.await.or_failure(&member.caller)
}

/// What was typed; a part that the form doesn't show is empty.
pub(super) fn typed(fields: &Fields) -> Text {
    let part = |name: &str| fields.text(name).to_owned();
    Text { subject: part("subject"), plain: part("plain"), html: part("html"), sms: part("sms") }
}

fn view(frame: Frame, present: Present, text: Text, problems: Problems) -> EditPage {
    let entry = present.template.entry();
    EditPage {
        frame,
        href: href(present.template),
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
