//! What no file should hold, and how long it should be.

use super::project::{Problem, Project};
use super::rust;

const MOST_LINES: usize = 600;

/// Files that are longer and should be, with the reason.
const LONG: &[(&str, &str)] = &[];

pub(super) fn long_files(project: &Project) -> Vec<Problem> {
    let sources = project.under("crates/", ".rs").filter(|file| file.path.contains("/src/"));
    let mut problems = Vec::new();
    for file in sources.filter(|file| !LONG.iter().any(|(path, _)| *path == file.path)) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            problems.push(file.problem(MOST_LINES, format!("{lines} lines; is it still one idea?")));
        }
    }
    problems
}

pub(super) fn stubs(project: &Project) -> Vec<Problem> {
    const STUBS: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore"];
    let mut problems = Vec::new();
    for file in project.under("", ".rs") {
        let code = rust::whole(&file.text).code;
        for stub in STUBS {
            problems.extend(code.match_indices(stub).map(|(position, _)| file.problem_at(position, *stub)));
        }
    }
    problems
}

/// Traces of the place where a text was written; they help nobody who reads it elsewhere.
pub(super) fn foreign(project: &Project) -> Vec<Problem> {
    // Put together here, so that this file doesn't hold them.
    const WORDS: &[&str] = &[concat!("/wo", "rk/"), concat!("sub", "agent"), concat!("../sha", "red")];
    let mut problems = Vec::new();
    for file in project.files() {
        let text = file.text.to_ascii_lowercase();
        for word in WORDS {
            problems
                .extend(text.match_indices(word).map(|(position, _)| file.problem_at(position, format!("“{word}”"))));
        }
    }
    problems
}

/// npm writes where a package came from, which ties the project to one registry; `conformance/browser/.npmrc` tells it
/// not to.
pub(super) fn lock_hosts(project: &Project) -> Vec<Problem> {
    let locks = project.under("", "package-lock.json");
    let resolved = |line: &str| line.trim_start().starts_with("\"resolved\"") && line.contains("://");
    let mut problems = Vec::new();
    for file in locks {
        let lines = file.text.lines().enumerate().filter(|(_, line)| resolved(line));
        problems.extend(lines.map(|(index, _)| file.problem(index + 1, "a package's address; remove the line")));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found() {
        let long = "//! A line.\n".repeat(MOST_LINES + 1);
        let project = Project::of(&[("crates/web/src/routes.rs", &long), ("crates/web/tests/it/main.rs", &long)]);
        assert_eq!(long_files(&project).len(), 1);
        let right = "//! A line.\n".repeat(MOST_LINES);
        assert!(long_files(&Project::of(&[("crates/web/src/routes.rs", &right)])).is_empty());
    }

    #[test]
    fn stubs_are_found_in_code_only() {
        for code in
            ["todo!()", "unimplemented!()", "dbg!(a)", "#[ignore]\nfn a() {}", "#[ignore = \"slow\"]\nfn a() {}"]
        {
            assert_eq!(stubs(&Project::of(&[("crates/web/src/a.rs", code)])).len(), 1, "{code}");
        }
        assert!(stubs(&Project::of(&[("crates/web/src/a.rs", "// todo!\nlet a = \"dbg!\";")])).is_empty());
    }

    #[test]
    fn traces_of_a_machine_are_found_in_any_file() {
        for text in [concat!("see /wo", "rk/main"), concat!("a Sub", "agent did it"), concat!("cp ../sha", "red/a .")] {
            assert_eq!(foreign(&Project::of(&[("docs/manual/start.md", text)])).len(), 1, "{text}");
        }
        assert!(foreign(&Project::of(&[("README.md", "how frameworks work/rest")])).is_empty());
    }

    #[test]
    fn a_host_in_a_lock_file_is_found() {
        let path = "conformance/browser/package-lock.json";
        let host = "\"version\": \"1\",\n      \"resolved\": \"https://registry.example/axe-core.tgz\",\n";
        assert_eq!(lock_hosts(&Project::of(&[(path, host)])).len(), 1);
        assert!(
            lock_hosts(&Project::of(&[(path, "\"version\": \"1\",\n\"url\": \"https://example.org\"\n")])).is_empty()
        );
    }
}
