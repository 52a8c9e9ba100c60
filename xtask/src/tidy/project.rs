//! The files of the repository, as the checks read them.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Result;

/// Folders that aren't ours to judge: built, installed, or data.
const SKIPPED: &[&str] = &["target", "node_modules", ".git", "reeve-data"];

/// All text files, in the order of their paths.
pub(super) struct Project {
    files: Vec<File>,
}

/// A text file; its path starts at the top folder and uses `/`.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

/// A place where a sentence isn't so.
#[derive(Debug, PartialEq)]
pub(super) struct Problem {
    path: String,
    line: usize,
    what: String,
}

impl Project {
    pub(super) fn read(top: &Path) -> Result<Self> {
        let mut files = Vec::new();
        read_folder(top, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The files whose paths begin and end so.
    pub(super) fn under(&self, folder: &str, ending: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ending))
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files of the product: what runs at an operator's, without integration tests and `testkit`.
    pub(super) fn product(&self) -> impl Iterator<Item = &File> {
        self.under("crates/", ".rs")
            .filter(|file| file.path.split('/').nth(2) == Some("src") && file.crate_name() != "testkit")
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(file).collect() }
    }
}

impl File {
    /// The second part of `crates/<name>/…`.
    pub(super) fn crate_name(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// The last part of the path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The module of `identity` that the file belongs to: `accounts` for `crates/identity/src/accounts/disable.rs`.
    pub(super) fn capability(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("crates/identity/src/")?;
        inside.split('/').next()?.split('.').next()
    }

    /// A problem at a position in the text.
    pub(super) fn problem_at(&self, position: usize, what: impl Into<String>) -> Problem {
        self.problem(line_of(&self.text, position), what)
    }

    /// A problem in a line, counted from 1.
    pub(super) fn problem(&self, line: usize, what: impl Into<String>) -> Problem {
        Problem { path: self.path.clone(), line, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// The line that a position is in, counted from 1.
pub(super) fn line_of(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}

fn read_folder(folder: &Path, path: &str, files: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            read_folder(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            // Pictures and fonts aren't text, and no check speaks of them.
            if let Ok(text) = String::from_utf8(fs::read(entry.path())?) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_its_crate_and_capability() {
        let project =
            Project::of(&[("crates/identity/src/accounts/disable.rs", ""), ("crates/identity/src/error.rs", "")]);
        let capabilities: Vec<_> = project.files().map(File::capability).collect();
        assert_eq!(capabilities, [Some("accounts"), Some("error")]);
        assert!(project.files().all(|file| file.crate_name() == "identity"));
    }

    #[test]
    fn tests_and_testkit_are_not_the_product() {
        let project = Project::of(&[
            ("crates/identity/src/lib.rs", ""),
            ("crates/identity/tests/it/main.rs", ""),
            ("crates/testkit/src/lib.rs", ""),
        ]);
        assert_eq!(project.product().map(|file| &file.path).collect::<Vec<_>>(), ["crates/identity/src/lib.rs"]);
    }
}
