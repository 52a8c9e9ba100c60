//! What is wrong with a text (ES-205).

use super::leaks::leak;
use super::{COMMON, Channel, Common, Language, Reader, Template, Text, context, render_text, samples};
use crate::Problem;
use crate::messages::sandbox::variables;
use crate::messages::variables::Variable;

/// Most bytes of a body.
const LONGEST_BODY: usize = 64 * 1024;
/// Most bytes of a subject and of a text message.
const LONGEST_LINE: usize = 1_000;

/// Everything that is wrong with `text`, each with its part.
pub(super) fn problems(template: Template, text: &Text, common: &Common) -> Vec<Problem> {
    let parts = parts(template, text);
    let mut problems: Vec<Problem> = parts.iter().flat_map(|part| problems_of_part(template, part, common)).collect();
    if problems.is_empty() {
        problems = problems_when_filled_in(template, text, common);
    }
    problems
}

struct Part<'a> {
    field: &'static str,
    text: &'a str,
    longest: usize,
    is_needed: bool,
    is_subject: bool,
}

fn parts(template: Template, text: &Text) -> Vec<Part<'_>> {
    let part =
        |field, text, longest, is_needed| Part { field, text, longest, is_needed, is_subject: field == "subject" };
    let mut parts = Vec::new();
    if template.goes_by(Channel::Mail) {
        parts.push(part("subject", &text.subject, LONGEST_LINE, true));
        parts.push(part("plain", &text.plain, LONGEST_BODY, true));
        parts.push(part("html", &text.html, LONGEST_BODY, false));
    }
    if template.goes_by(Channel::Sms) {
        parts.push(part("sms", &text.sms, LONGEST_LINE, true));
    }
    parts
}

fn problems_of_part(template: Template, part: &Part<'_>, common: &Common) -> Vec<Problem> {
    let problem = |code: &str, message: String| Problem::new(part.field, code, message);
    if part.text.trim().is_empty() {
        let missing = problem("REQUIRED_MISSING", "Write something here.".into());
        return if part.is_needed { vec![missing] } else { Vec::new() };
    }
    if part.text.len() > part.longest {
        return vec![problem("TOO_LONG", format!("Write at most {} bytes here.", part.longest))];
    }
    let named = match variables(part.text) {
        Ok(named) => named,
        Err(message) => return vec![problem("BAD_TEMPLATE", message)],
    };
    let mut problems = Vec::new();
    for name in &named {
        match known(template, name, common) {
            Known::Not => problems.push(problem("UNKNOWN_VARIABLE", unknown(template, name))),
            Known::As(variable) if part.is_subject && variable.is_secret() => {
                let message =
                    format!("{{{{ {name} }}}} is secret and can't stand in a subject, which anybody may see.");
                problems.push(problem("SECRET_IN_SUBJECT", message));
            }
            Known::As(_) | Known::Attribute => {}
        }
    }
    if !part.is_subject {
        let all = COMMON.iter().chain(template.entry().variables);
        let guarded: Vec<&Variable> =
            all.filter(|variable| variable.is_secret() && named.contains(variable.name)).collect();
        if let Some(message) = leak(part.text, part.field == "html", &guarded) {
            problems.push(problem("SECRET_IN_ADDRESS", message));
        }
        let needed = template.entry().variables.iter().filter(|variable| variable.is_needed);
        for variable in needed.filter(|variable| !named.contains(variable.name)) {
            let name = variable.name;
            let message = format!("{{{{ {name} }}}} is missing: without it the message is worth nothing.");
            problems.push(problem("MISSING_VARIABLE", message));
        }
    }
    problems
}

enum Known {
    As(&'static Variable),
    Attribute,
    Not,
}

fn known(template: Template, name: &str, common: &Common) -> Known {
    if let Some(key) = name.strip_prefix("custom.") {
        return if common.attributes.iter().any(|known| known == key) { Known::Attribute } else { Known::Not };
    }
    let mut all = COMMON.iter().chain(template.entry().variables);
    all.find(|variable| variable.name == name).map_or(Known::Not, Known::As)
}

fn unknown(template: Template, name: &str) -> String {
    let elsewhere: Vec<&str> = Template::ALL
        .iter()
        .filter(|other| other.entry().variables.iter().any(|variable| variable.name == name))
        .map(|other| other.entry().name)
        .collect();
    match elsewhere.as_slice() {
        [] => format!("There is no variable {{{{ {name} }}}}."),
        names => format!(
            "{{{{ {name} }}}} is for other messages ({}), not for “{}”.",
            names.join(", "),
            template.entry().name
        ),
    }
}

/// What only shows when it is filled in: a loop, a needed variable that stands where it is never reached.
fn problems_when_filled_in(template: Template, text: &Text, common: &Common) -> Vec<Problem> {
    let values = context(template, &samples(template), common, Reader::Recipient);
    let mut problems = Vec::new();
    for channel in Channel::ALL.into_iter().filter(|channel| template.goes_by(*channel)) {
        let rendered = match render_text(text, Language::ENGLISH, channel, &values) {
            Ok(rendered) => rendered,
            Err((part, message)) => {
                problems.push(Problem::new(part, "BAD_TEMPLATE", message));
                continue;
            }
        };
        let field = if channel == Channel::Sms { "sms" } else { "plain" };
        let html = if channel == Channel::Mail { rendered.html.as_str() } else { "" };
        for variable in template.entry().variables.iter().filter(|variable| variable.is_secret()) {
            for (field, _) in [(field, rendered.plain.as_str()), ("html", html)]
                .into_iter()
                .filter(|(_, text)| goes_on_behind(text, variable.sample))
            {
                let name = variable.name;
                let message = format!(
                    "Text stands right behind {{{{ {name} }}}}, so that nobody can tell where it ends. Put a blank \
                     between them."
                );
                problems.push(Problem::new(field, "GLUED_VARIABLE", message));
            }
        }
        for variable in template.entry().variables.iter().filter(|variable| variable.is_needed) {
            if !rendered.plain.contains(variable.sample) {
                let name = variable.name;
                let message = format!("{{{{ {name} }}}} stands where it is never written.");
                problems.push(Problem::new(field, "MISSING_VARIABLE", message));
            }
        }
    }
    problems
}

/// Whether letters or digits stand right behind `value` anywhere.
fn goes_on_behind(text: &str, value: &str) -> bool {
    let behind = |(at, _): (usize, &str)| text[at + value.len()..].chars().next();
    text.match_indices(value).filter_map(behind).any(|sign| sign.is_alphanumeric() || sign == '_')
}
