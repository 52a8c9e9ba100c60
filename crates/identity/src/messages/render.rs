//! From a text and values to what is sent, or shown to administrators.

use std::collections::BTreeMap;

use minijinja::Value as Filled;

use super::sandbox::{Form, fill_in};
use super::texts::{LAYOUT, Text, shipped};
use super::values::{Value, Values, spoken};
use super::variables::COMMON;
use super::{Channel, Language, Template};

/// Most characters of a subject; longer ones are cut.
const MOST_OF_SUBJECT: usize = 200;
/// Most characters of a text message: ten parts of it.
const MOST_OF_SMS: usize = 1_530;
/// Stands for what only the recipient may read.
const HIDDEN: &str = "••••••";

/// A message as it is sent or shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The subject of a mail.
    pub subject: String,
    /// A mail as plain text; a text message as it is.
    pub plain: String,
    /// A mail as a whole page of HTML; empty for a text message.
    pub html: String,
}

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// Whoever gets it.
    Recipient,
    /// An administrator, who may not know its secrets.
    Administrator,
}

/// A text in the language that it is written in.
#[derive(Clone, Debug)]
pub(super) struct Wording {
    pub(super) text: Text,
    pub(super) language: Language,
}

/// What is the same in all messages of an organization.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    pub(super) app_name: String,
    pub(super) base_url: String,
    pub(super) contact_email: String,
    pub(super) username_label: String,
    pub(super) username_word: String,
    pub(super) password_label: String,
    pub(super) password_word: String,
    /// The keys of all attributes.
    pub(super) attributes: Vec<String>,
}

/// Fills a text in; the one that is shipped when an own one can't be, so that nobody waits in vain for a message.
pub(super) fn render(
    template: Template,
    own: Option<&Wording>,
    channel: Channel,
    values: &Values,
    common: &Common,
    reader: Reader,
) -> Result<Rendered, String> {
    let values = context(template, values, common, reader);
    if let Some(own) = own {
        match render_text(&own.text, own.language, channel, &values) {
            Ok(rendered) => return Ok(rendered),
            Err((part, problem)) => {
                tracing::warn!(
                    template = template.key(),
                    part,
                    problem,
                    "a template can't be filled in; the original is used"
                );
            }
        }
    }
    render_text(&shipped(template), Language::ENGLISH, channel, &values).map_err(|(_, problem)| problem)
}

/// Fills all parts in that go by `channel`.
///
/// Errors: the part with what is wrong with it.
pub(super) fn render_text(
    text: &Text,
    language: Language,
    channel: Channel,
    values: &BTreeMap<String, Filled>,
) -> Result<Rendered, (&'static str, String)> {
    let all = Filled::from(values.clone());
    if channel == Channel::Sms {
        let plain = fill_in(&text.sms, Form::Plain, &all).map_err(|problem| ("sms", problem))?;
        return Ok(Rendered { plain: cut(one_line(&plain), MOST_OF_SMS), ..Rendered::default() });
    }
    let subject = fill_in(&text.subject, Form::Plain, &all).map_err(|problem| ("subject", problem))?;
    let subject = cut(one_line(&subject), MOST_OF_SUBJECT);
    let plain = fill_in(&text.plain, Form::Plain, &all).map_err(|problem| ("plain", problem))?;
    let mut html = fill_in(&text.html, Form::Html, &all).map_err(|problem| ("html", problem))?;
    if !html.trim().is_empty() {
        let mut around = values.clone();
        around.insert("subject".to_owned(), Filled::from(subject.as_str()));
        around.insert("lang".to_owned(), Filled::from(language.tag()));
        around.insert("dir".to_owned(), Filled::from(language.direction()));
        around.insert("body".to_owned(), Filled::from_safe_string(html));
        html = fill_in(LAYOUT, Form::Html, &Filled::from(around)).map_err(|problem| ("html", problem))?;
    }
    Ok(Rendered { subject, plain, html })
}

/// Every variable that the template may use, with what stands in it.
pub(super) fn context(
    template: Template,
    values: &Values,
    common: &Common,
    reader: Reader,
) -> BTreeMap<String, Filled> {
    let names = COMMON.iter().chain(template.entry().variables).map(|variable| variable.name);
    let mut all: BTreeMap<String, Filled> = names.map(|name| (name.to_owned(), Filled::from(""))).collect();
    let mut custom: BTreeMap<String, Filled> =
        common.attributes.iter().map(|key| (key.clone(), Filled::from(""))).collect();
    for (name, text) in common.values() {
        all.insert(name.to_owned(), Filled::from(text));
    }
    for (name, value) in &values.entries {
        let text = Filled::from(told(value, &common.base_url, reader));
        match name.strip_prefix("custom.") {
            Some(key) => drop(custom.insert(key.to_owned(), text)),
            None => drop(all.insert(name.clone(), text)),
        }
    }
    all.insert("custom".to_owned(), Filled::from(custom));
    all
}

impl Common {
    fn values(&self) -> [(&'static str, String); 9] {
        [
            ("app_name", self.app_name.clone()),
            ("base_url", self.base_url.clone()),
            ("login_url", format!("{}/sign-in", self.base_url)),
            ("contact_email", self.contact_email.clone()),
            ("contact", self.contact_email.clone()),
            ("username_label", self.username_label.clone()),
            ("username_word", self.username_word.clone()),
            ("password_label", self.password_label.clone()),
            ("password_word", self.password_word.clone()),
        ]
    }
}

fn told(value: &Value, base_url: &str, reader: Reader) -> String {
    match (value, reader) {
        (Value::Text(text), _) => text.clone(),
        (Value::Time(at), _) => spoken(*at),
        (Value::Page(path), _) | (Value::Link(path), Reader::Recipient) => format!("{base_url}{path}"),
        (Value::Link(path), Reader::Administrator) => {
            let page = path.rsplit_once('/').map_or("", |(page, _)| page);
            format!("{base_url}{page}/{HIDDEN}")
        }
        (Value::Secret(secret), Reader::Recipient) => secret.clone(),
        (Value::Secret(_), Reader::Administrator) => HIDDEN.to_owned(),
    }
}

/// In one line, as a header must be, and a text message should: whatever breaks a line becomes a blank.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|sign| if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') { ' ' } else { sign })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use base::Secret;

    use super::*;

    fn worded(text: &Text) -> Wording {
        Wording { text: text.clone(), language: Language::ENGLISH }
    }

    fn common() -> Common {
        Common {
            app_name: "Aldermoor University".into(),
            base_url: "https://sso.example.com".into(),
            username_label: "Username".into(),
            username_word: "username".into(),
            password_label: "Password".into(),
            password_word: "password".into(),
            ..Common::default()
        }
    }

    /// Values for every variable of a template: each as its sample, marked so that it can be found again.
    fn samples(template: Template) -> Values {
        let mut values = Values::new();
        for variable in COMMON.iter().chain(template.entry().variables) {
            values = values.with(variable.name, variable.sample);
        }
        values
    }

    #[test]
    fn es_203_every_template_is_filled_in_with_all_that_it_needs() {
        for template in Template::ALL {
            for channel in Channel::ALL.into_iter().filter(|channel| template.goes_by(*channel)) {
                let key = template.key();
                let rendered = render(*template, None, channel, &samples(*template), &common(), Reader::Recipient);
                let rendered = rendered.unwrap_or_else(|problem| panic!("{key}: {problem}"));
                assert!(!rendered.plain.trim().is_empty(), "{key}");
                assert_eq!(rendered.subject.is_empty(), channel == Channel::Sms, "{key}");
                assert_eq!(rendered.html.is_empty(), channel == Channel::Sms, "{key}");
                for part in [&rendered.subject, &rendered.plain, &rendered.html] {
                    assert!(!part.contains("{{") && !part.contains("{%"), "{key}: {part}");
                    assert!(!part.contains("  \n") && !part.contains("\n\n\n"), "{key}: {part}");
                }
                for variable in template.entry().variables.iter().filter(|variable| variable.is_needed) {
                    assert!(rendered.plain.contains(variable.sample), "{key} lacks {}", variable.name);
                    let escaped = variable.sample.replace('/', "&#x2f;");
                    assert!(rendered.html.is_empty() || rendered.html.contains(&escaped), "{key}: {}", variable.name);
                    assert!(!variable.is_secret() || !rendered.subject.contains(variable.sample), "{key}");
                }
            }
        }
    }

    #[test]
    fn es_203_every_template_is_filled_in_when_nothing_is_known() {
        for template in Template::ALL {
            for channel in Channel::ALL.into_iter().filter(|channel| template.goes_by(*channel)) {
                let rendered = render(*template, None, channel, &Values::new(), &common(), Reader::Recipient);
                assert!(rendered.is_ok(), "{}: {rendered:?}", template.key());
            }
        }
    }

    #[test]
    fn es_206_a_line_break_in_a_name_makes_no_header() {
        let own = Text { subject: "Hello {{ first_name }}".into(), plain: "x".into(), ..Text::default() };
        let values = Values::new().with("first_name", "Amy\r\nBcc: x@example.com\u{2028}!");
        let rendered =
            render(Template::Username, Some(&worded(&own)), Channel::Mail, &values, &common(), Reader::Recipient);
        assert_eq!(rendered.unwrap().subject, "Hello Amy Bcc: x@example.com !");
    }

    #[test]
    fn es_208_administrators_never_see_links_and_secrets() {
        let values = Values::new()
            .with_link("verify_url", "/verify-email", &Secret::new("TOKEN"))
            .with_secret("code", &Secret::new("493027"));
        let shown = |reader| render(Template::VerifyEmail, None, Channel::Mail, &values, &common(), reader).unwrap();
        let Rendered { plain, html, .. } = shown(Reader::Administrator);
        assert!(plain.contains("https://sso.example.com/verify-email/••••••"), "{plain}");
        assert!([&plain, &html].iter().all(|part| !part.contains("TOKEN") && !part.contains("493027")));
        let Rendered { plain, .. } = shown(Reader::Recipient);
        assert!(plain.contains("https://sso.example.com/verify-email/TOKEN") && plain.contains("493027"));
    }

    #[test]
    fn a_template_that_fails_is_replaced_by_the_original() {
        let own = Text { subject: "{{ nothing }}".into(), plain: "x".into(), ..Text::default() };
        let rendered = render(
            Template::Username,
            Some(&worded(&own)),
            Channel::Mail,
            &Values::new(),
            &common(),
            Reader::Recipient,
        )
        .unwrap();
        assert_eq!(rendered.subject, "Your username at Aldermoor University");
    }
}
