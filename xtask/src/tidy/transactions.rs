//! What may not happen while a transaction is open.

use regex_lite::Regex;

use super::project::{Problem, Project};
use super::rust;

/// Files that name both and have to, with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("crates/identity/src/identity.rs", "it owns both, and opens transactions around operations")];

/// An operation sees `&mut Operation`, which offers nothing slow; a flow sees `&Identity` and opens transactions
/// between slow steps. A file that names both sides could mix them.
pub(super) fn find(project: &Project) -> Vec<Problem> {
    let slow = Regex::new(r"\b(outbound|Hasher)\b").expect("it is well formed");
    // Passing a name on isn't using it.
    let passed_on = Regex::new(r"(?m)^\s*pub(?:\([a-z ]+\))?\s+use\s[^;]*;").expect("it is well formed");
    let operation = Regex::new(r"\bOperation\b").expect("it is well formed");
    let mut problems = Vec::new();
    for file in project.under("crates/identity/src/", ".rs") {
        if EXCEPTIONS.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        let code = rust::shipped(&file.text).code;
        let code = passed_on.replace_all(&code, |item: &regex_lite::Captures| blank(&item[0]));
        if let (Some(slow), true) = (slow.find(&code), operation.is_match(&code)) {
            let what =
                format!("this file names `{}` and `Operation`: slow work could happen in a transaction", slow.as_str());
            problems.push(file.problem_at(slow.start(), what));
        }
    }
    problems
}

/// As long as the text and with its lines, so that positions stay.
fn blank(text: &str) -> String {
    text.chars().map(|character| if character == '\n' { '\n' } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        find(&Project::of(&[(path, text)])).len()
    }

    #[test]
    fn a_file_that_could_hash_in_a_transaction_is_found() {
        let operation = "pub async fn a(op: &mut Operation<'_>, hasher: &Hasher) {}";
        assert_eq!(count("crates/identity/src/accounts/create.rs", operation), 1);
        let operation = "use outbound::Mailer;\npub async fn a(op: &mut Operation<'_>) {}";
        assert_eq!(count("crates/identity/src/accounts/create.rs", operation), 1);
    }

    #[test]
    fn a_flow_may_hash() {
        let flow = "/// Not an Operation.\npub async fn a(identity: &Identity) { Hasher::new() }";
        assert_eq!(count("crates/identity/src/sign_in/with_password.rs", flow), 0);
    }

    #[test]
    fn passing_the_hasher_on_is_not_using_it() {
        let module = "pub use hasher::{Busy, Hasher};\npub async fn a(op: &mut Operation<'_>) {}";
        assert_eq!(count("crates/identity/src/credentials/mod.rs", module), 0);
        let module = "use hasher::Hasher;\npub async fn a(op: &mut Operation<'_>) {}";
        assert_eq!(count("crates/identity/src/credentials/mod.rs", module), 1);
    }

    #[test]
    fn the_owner_of_both_is_excepted() {
        assert_eq!(count("crates/identity/src/identity.rs", "Operation Hasher"), 0);
    }
}
