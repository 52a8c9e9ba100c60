//! The one order of the capabilities, declared at the top of `crates/identity/src/lib.rs`:
//!
//! ````text
//! //! ```text
//! //! ground    access  settings  audit  (operation)
//! //! people    accounts  groups – above is what they may use
//! //! ```
//! ````
//!
//! Only words that `lib.rs` declares as modules count, so the first word of a line is free to name the layer.
//! What stands in brackets is no capability: anyone may use it, and it may use anyone.

use regex_lite::Regex;

use super::project::{Problem, Project};
use super::rust;

const LIB: &str = "crates/identity/src/lib.rs";

/// Modules that are no capabilities, bracketed or not.
const GROUND: &[&str] = &["identity", "operation", "error", "events"];

pub(super) fn find(project: &Project) -> Vec<Problem> {
    let Some(lib) = project.file(LIB) else {
        return Vec::new();
    };
    let modules = modules(&rust::shipped(&lib.text).code);
    let Order { capabilities, ground } = Order::declared(&lib.text, &modules);

    let mut problems: Vec<Problem> = modules
        .iter()
        .filter(|module| !capabilities.contains(module) && !ground.contains(module))
        .map(|module| lib.problem(1, format!("say where `{module}` stands in the order of capabilities")))
        .collect();
    let place = |module: &str| capabilities.iter().position(|capability| capability == module);
    for file in project.under("crates/identity/src/", ".rs") {
        let Some((user, own)) = file.capability().and_then(|user| Some((user, place(user)?))) else {
            continue;
        };
        let code = rust::whole(&file.text).code;
        for (position, used) in uses(&code) {
            if place(&used).is_some_and(|used| used > own) {
                problems.push(file.problem_at(position, format!("`{user}` uses `{used}`, which stands below it")));
            }
        }
    }
    problems
}

struct Order {
    /// From the top, each word a module of `lib.rs`.
    capabilities: Vec<String>,
    ground: Vec<String>,
}

impl Order {
    /// Reads the first fenced block of the crate's docs that names a module.
    fn declared(lib: &str, modules: &[String]) -> Self {
        let mut order =
            Self { capabilities: Vec::new(), ground: GROUND.iter().map(|name| (*name).to_owned()).collect() };
        let is_module = |word: &str| modules.iter().any(|module| module == word);
        let docs = lib.lines().filter_map(|line| line.trim_start().strip_prefix("//!")).map(str::trim);
        let docs: Vec<&str> = docs.collect();
        let blocks = docs.split(|line| line.starts_with("```")).skip(1).step_by(2);
        let names_a_module = |block: &&[&str]| block.iter().any(|line| line.split_whitespace().any(is_module));
        let mut bracketed = false;
        for line in blocks.filter(names_a_module).take(1).flatten() {
            for word in line.split(['–', '—', '#']).next().unwrap_or_default().split_whitespace() {
                bracketed |= word.starts_with('(');
                let name = word.trim_matches(['(', ')', ',']).to_owned();
                if bracketed {
                    order.ground.push(name);
                } else if is_module(&name) && !GROUND.contains(&name.as_str()) {
                    order.capabilities.push(name);
                }
                bracketed &= !word.contains(')');
            }
        }
        order
    }
}

/// The modules that `lib.rs` declares.
fn modules(code: &str) -> Vec<String> {
    let declaration =
        Regex::new(r"(?m)^\s*(?:pub(?:\([a-z ]+\))?\s+)?mod\s+([a-z0-9_]+)\s*[;{]").expect("it is well formed");
    declaration.captures_iter(code).map(|found| found[1].to_owned()).collect()
}

/// Each module that the code names from the crate's root, and where: by `crate::…`, by a group of it, or by climbing.
fn uses(code: &str) -> Vec<(usize, String)> {
    let root = Regex::new(r"(?:\bcrate::|\bsuper::super::)\s*(\{|[a-z0-9_]+)").expect("it is well formed");
    let mut uses = Vec::new();
    for found in root.captures_iter(code) {
        let first = found.get(1).expect("the pattern has a group");
        if first.as_str() == "{" {
            uses.extend(group_members(code, first.end()));
        } else {
            uses.push((first.start(), first.as_str().to_owned()));
        }
    }
    uses
}

/// The first word of each member of `{a, b::c, d::{e, f}}`, read from after the opening brace.
fn group_members(code: &str, start: usize) -> Vec<(usize, String)> {
    let mut members = Vec::new();
    let mut depth = 1;
    let mut word = String::new();
    let mut expected = true;
    for (offset, character) in code[start..].char_indices() {
        let in_word = character.is_ascii_alphanumeric() || character == '_';
        if in_word && depth == 1 && expected {
            word.push(character);
            continue;
        }
        if !word.is_empty() {
            members.push((start + offset - word.len(), std::mem::take(&mut word)));
            expected = false;
        }
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => expected = true,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = "//! What the product does.\n//!\n//! ```text\n//! ground    access  audit  (operation)\n//! people    accounts  groups – sessions know\n//! ```\nmod access;\nmod audit;\nmod operation;\npub mod accounts;\npub mod groups;\n";

    fn problems(path: &str, text: &str) -> Vec<String> {
        let project = Project::of(&[(LIB, ORDER), (path, text)]);
        find(&project).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn using_what_stands_below_is_found() {
        for line in [
            "use crate::groups::Group;",
            "use crate::{access, groups};",
            "use crate::{\n    access::{Permit, Actor},\n    groups::{self, Group},\n};",
            "fn a() { crate::groups::add(); }",
            "use super::super::groups::rows;",
        ] {
            let found = problems("crates/identity/src/accounts/disable.rs", &format!("\n{line}\n"));
            assert_eq!(found.len(), 1, "{line}: {found:?}");
            assert!(found[0].contains("`accounts` uses `groups`, which stands below it"), "{found:?}");
        }
    }

    #[test]
    fn the_line_is_named() {
        let found = problems("crates/identity/src/access/mod.rs", "//! Who may.\n\nuse crate::audit::Record;\n");
        assert_eq!(found, ["crates/identity/src/access/mod.rs:3: `access` uses `audit`, which stands below it"]);
    }

    #[test]
    fn using_what_stands_above_and_the_ground_is_well() {
        let text = "use crate::access::Permit;\nuse crate::operation::Operation;\nuse crate::accounts::Account;\n// crate::groups\n";
        assert!(problems("crates/identity/src/accounts/disable.rs", text).is_empty());
        assert!(problems("crates/identity/src/operation.rs", "use crate::groups::Group;").is_empty());
    }

    #[test]
    fn a_group_of_something_else_is_not_a_capability() {
        let text = "use crate::accounts::{groups, Account};\nuse crate::{accounts::groups, access};\n";
        assert!(problems("crates/identity/src/accounts/disable.rs", text).is_empty());
    }

    #[test]
    fn a_capability_without_a_place_is_found() {
        let project = Project::of(&[(LIB, &format!("{ORDER}mod saml;\n"))]);
        assert_eq!(find(&project).len(), 1);
    }
}
