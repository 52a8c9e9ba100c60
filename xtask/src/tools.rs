//! The programs that tests need besides Cargo, and how to get them.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{self, find};

/// A program that some tests need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tool {
    PostgreSql,
    Chromium,
    Node,
}

impl Tool {
    fn is_there(self) -> bool {
        match self {
            Self::PostgreSql => throwaway::find_programs().is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Node => find("node").is_some() && find("npm").is_some(),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::PostgreSql => "PostgreSQL 15 or later (initdb and postgres)",
            Self::Chromium => "Chromium",
            Self::Node => "Node.js 18 or later, with npm",
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::PostgreSql => &["postgresql"],
            Self::Chromium => &["chromium"],
            Self::Node => &["nodejs", "npm"],
        }
    }
}

/// Installs those of the tools that are missing, on Debian and its relatives, as root or through sudo.
///
/// Errors: something is missing and can't be installed from here; the message says what to install.
pub(crate) fn install_missing(tools: &[Tool]) -> Result<()> {
    let missing: Vec<Tool> = tools.iter().copied().filter(|tool| !tool.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.debian_packages()).copied().collect();
    let Some(as_root) = apt_get() else { bail!("{}", what_to_install(&missing)) };
    let apt_get = |arguments: &[&str]| {
        println!("   {} apt-get {}", missing_names(&missing), arguments.join(" "));
        command::run(as_root().args(["apt-get", "--quiet=2"]).args(arguments))
    };
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages.as_slice()].concat())
        .with_context(|| what_to_install(&missing))?;
    match missing.iter().find(|tool| !tool.is_there()) {
        None => Ok(()),
        Some(tool) => bail!("apt-get installed {packages:?}, but {} is still missing", tool.what()),
    }
}

/// The browser: the variable `CHROMIUM`, or what the search path has.
pub(crate) fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find))
}

/// Whether we are root, who may install.
fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// How to start a command that installs packages without asking, or nothing where that isn't possible.
fn apt_get() -> Option<impl Fn() -> Command> {
    find("apt-get")?;
    let root = is_root();
    if !root {
        find("sudo")?;
        let asks_nothing =
            || Command::new("sudo").args(["--non-interactive", "true"]).stderr(Stdio::null()).status().ok();
        if !stdin().is_terminal() && !asks_nothing()?.success() {
            return None;
        }
    }
    Some(move || {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.arg("env");
        }
        command.arg("DEBIAN_FRONTEND=noninteractive");
        command
    })
}

fn missing_names(missing: &[Tool]) -> String {
    let names: Vec<&str> = missing.iter().map(|tool| tool.what()).collect();
    format!("missing: {};", names.join(", "))
}

fn what_to_install(missing: &[Tool]) -> String {
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.debian_packages()).copied().collect();
    format!(
        "{} install it (Debian: `apt-get install {}`), or add --quick to leave out what needs it",
        missing_names(missing),
        packages.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_says_what_to_install() {
        let message = what_to_install(&[Tool::PostgreSql, Tool::Node]);
        assert!(message.contains("PostgreSQL 15 or later"), "{message}");
        assert!(message.contains("apt-get install postgresql nodejs npm"), "{message}");
    }

    #[test]
    fn nothing_is_installed_when_nothing_is_missing() {
        install_missing(&[]).unwrap();
    }
}
