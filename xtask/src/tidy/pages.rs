//! What the content security policy would refuse in a page, found before a browser does.

use regex_lite::Regex;

use super::project::{Problem, Project};

const REFUSED: &[(&str, &str)] = &[
    (r"<style\b", "a style element; put the rule into the style sheet"),
    (r#"\sstyle\s*=\s*["'{]"#, "a style attribute; use a class, or an attribute of SVG where data decide"),
    (r#"\son[a-z]{3,}\s*=\s*["'{]"#, "an event attribute; listen in a script file"),
    (r"\shx-on\b", "hx-on needs eval; listen in a script file"),
    (r#"["']\s*(?:javascript|js):"#, "a script in an attribute"),
    (r#"(?:src|href)\s*=\s*["']data:"#, "a data: URL; make it an asset"),
];

pub(super) fn find(project: &Project) -> Vec<Problem> {
    let patterns: Vec<(Regex, &str)> = REFUSED
        .iter()
        .map(|(pattern, what)| (Regex::new(&format!("(?i){pattern}")).expect("it is well formed"), *what))
        .collect();
    let script = Regex::new(r"(?is)<script\b([^>]*)>\s*(.?)").expect("it is well formed");
    let mut problems = Vec::new();
    for file in project.under("crates/web/templates/", ".html") {
        for (pattern, what) in &patterns {
            problems.extend(pattern.find_iter(&file.text).map(|found| {
                // The blank before an attribute may be the end of the line before.
                file.problem_at(found.end() - 1, *what)
            }));
        }
        for found in script.captures_iter(&file.text) {
            if !found[1].contains("src") || &found[2] != "<" {
                problems.push(file.problem_at(
                    found.get(0).expect("a match is its own group").start(),
                    "an inline script; put it into a script file",
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(html: &str) -> usize {
        find(&Project::of(&[("crates/web/templates/console/list.html", html)])).len()
    }

    #[test]
    fn what_the_policy_refuses_is_found() {
        for html in [
            "<style>a { color: red }</style>",
            "<p style=\"color: red\">",
            "<button\n  onclick=\"go()\">",
            "<button hx-on:click=\"go()\">",
            "<a href=\"javascript:go()\">",
            "<div hx-vals='js:{a: 1}'>",
            "<img src=\"data:image/png;base64,\">",
            "<script>go()</script>",
            "<script type=\"module\">\n go()</script>",
            "<script src=\"/a.js\">go()</script>",
        ] {
            assert_eq!(count(html), 1, "{html}");
        }
    }

    #[test]
    fn what_the_policy_allows_is_well() {
        for html in [
            "<script src=\"{{ assets.script }}\" defer></script>",
            "<link rel=\"stylesheet\" href=\"/assets/reeve.css\">",
            "<meter value=\"{{ share }}\"></meter>",
            "<p>Turn it on = off, in style.</p>",
            "{% if one == \"two\" %}",
        ] {
            assert_eq!(count(html), 0, "{html}");
        }
    }
}
