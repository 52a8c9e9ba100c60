//! The texts that an organization wrote in place of those that are shipped.

mod check;
mod html;
mod leaks;
mod rows;

use std::collections::HashMap;

use base::Timestamp;

use super::outbox::{Content, queue_content};
use super::render::{Common, Reader, Rendered, Wording, context, render_text};
use super::texts::shipped;
use super::variables::COMMON;
use super::{Address, Channel, Group, Language, Template, Text, Values, alert};
use crate::access::{Permission, Target, decide};
use crate::events::Event;
use crate::{Error, Operation, Problem, Result, attributes, organizations, settings};
use rows::OwnText;

/// A template as it is now.
#[derive(Clone, Debug)]
pub struct Present {
    /// Which.
    pub template: Template,
    /// Its text; the English one, where there is none in the language that was asked for.
    pub text: Text,
    /// The other languages that it was written in.
    pub languages: Vec<Language>,
    /// When and by whom it was changed; `None` while it is as it was shipped.
    pub modified: Option<(Timestamp, String)>,
}

/// Every template that the caller may change, in the order of the catalogue.
///
/// Errors: `Denied` without `ManageTemplates`.
pub async fn list_templates(op: &mut Operation<'_>) -> Result<Vec<Present>> {
    let _ = op.allow(Permission::ManageTemplates, Target::Organization)?;
    let privileges =
        decide(&op.caller.actor, Permission::ManagePrivilegeTemplates, Target::Organization, op.now).is_ok();
    let own = own_texts(op).await?;
    let may = |template: &Template| privileges || template.entry().group != Group::Privileges;
    Ok(Template::ALL.iter().copied().filter(may).map(|template| present(template, Language::ENGLISH, &own)).collect())
}

/// One template in one language.
///
/// Errors: `Denied` without `ManageTemplates`, or `ManagePrivilegeTemplates` for one about privileges.
pub async fn find_template(op: &mut Operation<'_>, template: Template, language: Language) -> Result<Present> {
    let _ = op.allow(permission(template), Target::Organization)?;
    Ok(present(template, language, &own_texts(op).await?))
}

/// Puts `text` in place of a template, for those who read `language`; the English one is for everybody else too. All
/// super administrators are told (G7).
///
/// Errors: as [`find_template`]; `Invalid` with everything that is wrong with each part.
pub async fn save_template(op: &mut Operation<'_>, template: Template, language: Language, text: &Text) -> Result<()> {
    let permit = op.allow(permission(template), Target::Organization)?;
    let text = tidied(text);
    let common = common(op).await?;
    let problems = check::problems(template, &text, &common);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let own = OwnText {
        template: template.key().to_owned(),
        language,
        text,
        modified_at: op.now,
        modified_by: op.caller.actor.name().to_owned(),
    };
    let organization = op.organization();
    rows::put(&mut op.tx, organization, own).await?;
    op.record(permit, Event::TemplateChanged { template: template.key(), language: language.tag() });
    alert(op, &title(template, language), "was changed").await
}

/// Brings the text back that was shipped; forgets the one in a language that none is shipped in. All super
/// administrators are told, as of [`save_template`].
///
/// Errors: as [`find_template`].
pub async fn restore_template(op: &mut Operation<'_>, template: Template, language: Language) -> Result<()> {
    let permit = op.allow(permission(template), Target::Organization)?;
    let organization = op.organization();
    if rows::remove(&mut op.tx, organization, template.key(), language).await? > 0 {
        op.record(permit, Event::TemplateRestored { template: template.key(), language: language.tag() });
        alert(op, &title(template, language), "was brought back to the original").await?;
    }
    Ok(())
}

/// What a message would look like, with invented values, by each way that it goes.
///
/// Errors: as [`find_template`]; `Invalid` for a part that can't be filled in.
pub async fn preview_template(
    op: &mut Operation<'_>,
    template: Template,
    language: Language,
    text: &Text,
) -> Result<Vec<(Channel, Rendered)>> {
    let _ = op.allow(permission(template), Target::Organization)?;
    let common = common(op).await?;
    let values = context(template, &samples(template), &common, Reader::Recipient);
    let ways = Channel::ALL.into_iter().filter(|channel| template.goes_by(*channel));
    let rendered = ways.map(|channel| {
        let rendered = render_text(text, language, channel, &values);
        rendered
            .map(|rendered| (channel, rendered))
            .map_err(|(part, problem)| Problem::new(part, "BAD_TEMPLATE", problem))
    });
    rendered.collect::<Result<_, Problem>>().map_err(|problem| Error::Invalid(vec![problem]))
}

/// Sends what a text looks like to whoever asks, with invented values.
///
/// Errors: as [`save_template`]; `Invalid` `NO_ADDRESS` when who asks has no address; `Conflict` `not_by_mail` for a
/// template that goes by SMS only.
pub async fn send_template_test(
    op: &mut Operation<'_>,
    template: Template,
    language: Language,
    text: &Text,
) -> Result<()> {
    let permit = op.allow(permission(template), Target::Organization)?;
    if !template.goes_by(Channel::Mail) {
        return Err(Error::conflict("not_by_mail", "This message goes by SMS only, so that no test can be mailed."));
    }
    let text = tidied(text);
    let problems = check::problems(template, &text, &common(op).await?);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let me = op.caller.actor.account().ok_or_else(|| Error::conflict("nobody", "Sign in to have a test sent."))?;
    let address = super::outbox::address_of(op, me).await?;
    let content = Content { values: samples(template), own: Some(text), leaves_by: None };
    queue_content(op, template, language, Address::email(address).about(me), content).await?;
    op.record(permit, Event::TemplateTested { template: template.key() });
    Ok(())
}

/// A template, for those who are told of a change.
fn title(template: Template, language: Language) -> String {
    let name = template.entry().name;
    if language == Language::ENGLISH {
        format!("The message template “{name}”")
    } else {
        format!("The message template “{name}” in {}", language.name())
    }
}

fn permission(template: Template) -> Permission {
    match template.entry().group {
        Group::Privileges => Permission::ManagePrivilegeTemplates,
        _ => Permission::ManageTemplates,
    }
}

fn present(template: Template, language: Language, own: &[OwnText]) -> Present {
    let of = |language| own.iter().find(|own| own.template == template.key() && own.language == language);
    let of_it = own.iter().filter(|own| own.template == template.key()).map(|own| own.language);
    let present = of(language);
    Present {
        template,
        text: present.or_else(|| of(Language::ENGLISH)).map_or_else(|| shipped(template), |own| own.text.clone()),
        languages: of_it.filter(|language| *language != Language::ENGLISH).collect(),
        modified: present.map(|own| (own.modified_at, own.modified_by.clone())),
    }
}

/// The texts that the organization wrote.
async fn own_texts(op: &mut Operation<'_>) -> Result<Vec<OwnText>> {
    let organization = op.organization();
    rows::all(&mut op.tx, organization).await
}

/// The texts that an organization wrote, for who sends them.
#[derive(Debug, Default)]
pub(super) struct OwnTexts(HashMap<(String, Language), Wording>);

impl OwnTexts {
    /// What somebody is sent who reads `language`; `None` for what is shipped.
    pub(super) fn for_reader(&self, template: Template, language: Language) -> Option<&Wording> {
        let key = |language| (template.key().to_owned(), language);
        language.for_its_readers().find_map(|language| self.0.get(&key(language)))
    }
}

/// The texts of the organization, to be sent.
pub(super) async fn own(op: &mut Operation<'_>) -> Result<OwnTexts> {
    let worded = |own: OwnText| ((own.template, own.language), Wording { text: own.text, language: own.language });
    Ok(OwnTexts(own_texts(op).await?.into_iter().map(worded).collect()))
}

/// What is the same in all messages.
pub(super) async fn common(op: &mut Operation<'_>) -> Result<Common> {
    let organization = organizations::present(op).await?;
    let settings = settings::load(op).await?;
    let attributes = attributes::load(op).await?;
    let words = settings.words();
    let contact = if settings.contact_enabled { settings.contact_email.clone() } else { String::new() };
    Ok(Common {
        app_name: organization.name,
        base_url: op.public_url.to_owned(),
        contact_email: contact,
        username_label: words.username.to_string(),
        username_word: words.username.inside(),
        password_label: words.password.to_string(),
        password_word: words.password.inside(),
        attributes: attributes.iter().map(|attribute| attribute.key.clone()).collect(),
    })
}

/// Invented values.
pub(super) fn samples(template: Template) -> Values {
    let organizations_own = ["app_name", "base_url", "login_url", "contact_email", "contact"];
    let labels = ["username_label", "username_word", "password_label", "password_word"];
    let invented = COMMON.iter().chain(template.entry().variables);
    let invented =
        invented.filter(|variable| !organizations_own.contains(&variable.name) && !labels.contains(&variable.name));
    invented.fold(Values::new(), |values, variable| values.with(variable.name, variable.sample))
}

/// Lines end as text files end them, and no part begins or ends with blanks.
fn tidied(text: &Text) -> Text {
    let lines = |part: &str| {
        let part = part.replace("\r\n", "\n");
        let part = part.trim();
        if part.is_empty() { String::new() } else { format!("{part}\n") }
    };
    Text {
        subject: text.subject.trim().to_owned(),
        plain: lines(&text.plain),
        html: lines(&text.html),
        sms: text.sms.trim().to_owned(),
    }
}
