//! The little language of templates: words in braces, `if` and `for`, four filters; nothing that reads, loops for long
//! or grows.

use std::collections::BTreeSet;
use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};

/// Steps that one part may take; the longest that is shipped takes some hundred.
const MOST_STEPS: u64 = 20_000;
/// Most bytes that one part may become.
const MOST_BYTES: usize = 256 * 1024;
/// The statements that may stand between `{%` and `%}`.
const STATEMENTS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// Whether a part is text, or HTML in which values must stay text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Html,
}

fn environment(form: Form) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(MOST_STEPS));
    environment.set_recursion_limit(20);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("the usual braces fit each other"));
    environment.set_auto_escape_callback(move |_| match form {
        Form::Html => AutoEscape::Html,
        Form::Plain => AutoEscape::None,
    });
    environment.add_filter("lower", |text: String| text.to_lowercase());
    environment.add_filter("upper", |text: String| text.to_uppercase());
    environment.add_filter("trim", |text: String| text.trim().to_owned());
    environment.add_filter("default", |text: String, other: String| if text.is_empty() { other } else { text });
    environment
}

/// Fills in a part.
///
/// Errors: what is wrong with it, for people.
pub(super) fn fill_in(source: &str, form: Form, values: &Value) -> Result<String, String> {
    let environment = environment(form);
    let template = environment.template_from_str(source).map_err(|error| explain(&error))?;
    let mut written = Limited(Vec::new());
    match template.render_captured_to(values, &mut written) {
        Ok(_) => {}
        Err(_) if written.0.len() > MOST_BYTES => return Err(too_long()),
        Err(error) => return Err(explain(&error)),
    }
    String::from_utf8(written.0).map_err(|_| "It is not text.".to_owned())
}

/// The variables that a part names, as `first_name` and `custom.department`.
///
/// Errors: what is wrong with it, for people.
pub(super) fn variables(source: &str) -> Result<BTreeSet<String>, String> {
    only_what_is_allowed(source)?;
    let environment = environment(Form::Plain);
    let template = environment.template_from_str(source).map_err(|error| explain(&error))?;
    Ok(template.undeclared_variables(true).into_iter().collect())
}

/// Takes what is written until it is too much.
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > MOST_BYTES { Err(io::Error::other("too long")) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn too_long() -> String {
    format!("It becomes longer than {} KiB.", MOST_BYTES / 1024)
}

/// A piece of a template.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// What is written as it stands.
    Text(&'a str),
    /// What stands between `{{` and `}}`.
    Value(&'a str),
    /// What stands between `{%` and `%}`.
    Statement(&'a str),
    /// What is left out.
    Comment,
}

/// A template, taken apart.
///
/// Errors: what is wrong with it, for people.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = source;
    while let Some(start) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        let tag = &rest[start..];
        let length = match tag.as_bytes()[1] {
            b'#' => tag[2..].find("#}").ok_or("A {# is not closed by #}.")?,
            b'{' => length_of(&tag[2..], "}}").ok_or("A {{ is not closed by }}.")?,
            _ => length_of(&tag[2..], "%}").ok_or("A {% is not closed by %}.")?,
        };
        let inside = &tag[2..2 + length];
        pieces.push(match tag.as_bytes()[1] {
            b'#' => Piece::Comment,
            b'{' => Piece::Value(inside),
            _ => Piece::Statement(inside),
        });
        rest = &tag[2 + length + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// Refuses statements that define, include or repeat, and the signs that multiply or join: without them nothing can
/// become larger than it is written.
fn only_what_is_allowed(source: &str) -> Result<(), String> {
    for piece in pieces(source)? {
        let (Piece::Value(inside) | Piece::Statement(inside)) = piece else { continue };
        if let Piece::Statement(_) = piece {
            let word = inside.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
            let word = word.trim_end_matches('-');
            if !STATEMENTS.contains(&word) {
                return Err(format!("“{word}” can't be used here; only if, elif, else, endif, for and endfor can."));
            }
        }
        if let Some(sign) = outside_quotes(inside).find(|sign| matches!(sign, '*' | '~' | '+')) {
            return Err(format!("“{sign}” can't be used here; put the words beside each other instead."));
        }
    }
    Ok(())
}

/// How many bytes stand before `close`, which doesn't count within quotes.
fn length_of(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match (quote, sign) {
            (Some(_), '\\') => drop(signs.next()),
            (Some(open), _) if open == sign => quote = None,
            (None, '"' | '\'') => quote = Some(sign),
            (None, _) if text[at..].starts_with(close) => return Some(at),
            _ => {}
        }
    }
    None
}

fn outside_quotes(text: &str) -> impl Iterator<Item = char> {
    let mut quote = None;
    let mut escaped = false;
    text.chars().filter(move |sign| match quote {
        Some(open) => {
            if escaped {
                escaped = false;
            } else if *sign == '\\' {
                escaped = true;
            } else if *sign == open {
                quote = None;
            }
            false
        }
        None if matches!(sign, '"' | '\'') => {
            quote = Some(*sign);
            false
        }
        None => true,
    })
}

/// An error of the engine, for people.
fn explain(error: &minijinja::Error) -> String {
    let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
    match error.kind() {
        ErrorKind::OutOfFuel => "It takes too long to fill in; is there a loop in it?".to_owned(),
        ErrorKind::UndefinedError => format!("A variable{line} is not known."),
        ErrorKind::UnknownFilter => format!("A filter{line} is not known; there are lower, upper, trim and default."),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod | ErrorKind::UnknownTest => {
            format!("Functions can't be used, as{line}.")
        }
        _ => {
            let detail = error.detail().unwrap_or("the braces don't fit");
            format!("It can't be read{line}: {detail}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(source: &str, form: Form) -> Result<String, String> {
        let values = [("name".to_owned(), Value::from("<b>Amy</b>")), ("empty".to_owned(), Value::from(""))];
        fill_in(source, form, &Value::from(std::collections::BTreeMap::from(values)))
    }

    #[test]
    fn es_206_a_value_stays_text_in_html() {
        assert_eq!(filled("<p>{{ name }}</p>", Form::Html).unwrap(), "<p>&lt;b&gt;Amy&lt;&#x2f;b&gt;</p>");
        assert_eq!(filled("{{ name }}", Form::Plain).unwrap(), "<b>Amy</b>");
        assert_eq!(filled("{% if empty %}a{% else %}b{% endif %}", Form::Plain).unwrap(), "b");
        assert_eq!(filled("{{ empty | default('none') }}", Form::Plain).unwrap(), "none");
    }

    #[test]
    fn es_206_a_template_that_loops_is_stopped() {
        let list = "[1,2,3,4,5,6,7,8,9,0]";
        let deep =
            (0..8).fold(String::from("x"), |inner, n| format!("{{% for a{n} in {list} %}}{inner}{{% endfor %}}"));
        assert!(variables(&deep).is_ok(), "it is well formed");
        assert!(filled(&deep, Form::Plain).unwrap_err().contains("loop"));
        let long = format!("{{% for a in {list} %}}{}{{% endfor %}}", "x".repeat(60_000));
        assert!(filled(&long, Form::Plain).unwrap_err().contains("256 KiB"));
    }

    #[test]
    fn es_206_there_is_no_code_no_file_and_nothing_that_grows() {
        for bad in [
            "{% include 'secrets' %}",
            "{% import 'x' as y %}",
            "{% extends 'x' %}",
            "{% set a = 1 %}",
            "{%- set a = 1 -%}",
            "{% macro a() %}{% endmacro %}",
            "{{ 'x' * 1000000000 }}",
            "{{ name ~ name }}",
            "{{ name + name }}",
            "{{ '\\'' * 9 }}",
            "{{ name",
            "{% if name %}",
            "{# for ever",
        ] {
            assert!(variables(bad).is_err(), "{bad}");
        }
        for bad in ["{{ range(9) }}", "{{ name | safe }}", "{{ name.upper() }}", "{{ debug() }}", "{{ other }}"] {
            assert!(filled(bad, Form::Html).is_err(), "{bad}");
        }
        for good in ["{{ '*' }}", "{ name }", "{{ \"~\" }}", "{# * #}", "{%- if name -%}x{%- endif -%}"] {
            assert!(variables(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_variables_of_a_part_are_known() {
        let named = variables("{{ first_name }} {% if custom.department %}{{ custom.department }}{% endif %}").unwrap();
        assert_eq!(named.into_iter().collect::<Vec<_>>(), ["custom.department", "first_name"]);
    }
}
