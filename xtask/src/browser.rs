//! Tries the built server in a real browser: `conformance/browser`.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::tools::{self, Tool};
use crate::workspace::{cargo, target, top};

/// Builds the server, installs what the run needs, and runs it. Screenshots stay in `target/screenshots`.
///
/// `--base URL` among the arguments tries a server that runs already; then nothing is built.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    tools::install_missing(&[Tool::Chromium, Tool::Node])?;
    let folder = top().join("conformance/browser");
    install_packages(&folder)?;
    let target = target()?;
    if !arguments.iter().any(|argument| argument == "--base") {
        // The whole workspace decides the features of dependencies, as in the tests, so that nothing is built twice.
        command::run(cargo().args(["build", "--workspace", "--bin", "reeve"]))?;
    }
    command::run(
        Command::new("node")
            .arg(folder.join("run.mjs"))
            .arg("--reeve")
            .arg(target.join("debug/reeve"))
            .arg("--screenshots")
            .arg(target.join("screenshots"))
            .args(arguments)
            .env("CHROMIUM", tools::chromium().context("Chromium isn't installed")?)
            .current_dir(top()),
    )
}

/// `npm ci`, unless what it installed is newer than what it installs from.
fn install_packages(folder: &Path) -> Result<()> {
    let written = |path: &str| fs::metadata(folder.join(path)).and_then(|file| file.modified()).ok();
    if written("node_modules/.package-lock.json") >= written("package-lock.json") {
        return Ok(());
    }
    println!("   npm ci, for playwright-core and axe-core");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    command::run(npm.current_dir(folder))
}
