//! Everything that has to hold before a change lands, one step after the other.

use std::ffi::OsString;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::command::{self, find, is_interrupted};
use crate::tools::{self, Tool};
use crate::workspace::{cargo, top};
use crate::{browser, postgres, tidy};

/// Runs all steps even if one fails, then says which did.
pub(crate) fn check(quick: bool) -> Result<()> {
    let mut steps = Steps::default();
    if !quick {
        steps.run("tools", || tools::install_missing(&[Tool::PostgreSql, Tool::Chromium, Tool::Node]));
    }
    steps.run("format", || command::run(cargo().args(["fmt", "--all", "--check"])));
    steps.run("lints", || {
        command::run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    steps.run("tidy", tidy::run);
    if find("cargo-deny").is_some() {
        steps.run("dependencies", || {
            command::run(Command::new("cargo-deny").args(["check", "bans", "licenses", "sources"]).current_dir(top()))
        });
    }
    steps.run("tests", || test(quick, &[]));
    if !quick {
        steps.run("browser", || browser::run(&[]));
    }
    steps.finish()
}

/// The tests of all crates, or of those that the arguments name, with `REEVE_TEST_POSTGRES` naming a throw-away server unless they are to be quick.
///
/// Plain `cargo test`, so that examples in docstrings run too.
pub(crate) fn test(quick: bool, arguments: &[OsString]) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast"]);
    if !names_a_crate(arguments) {
        command.arg("--workspace");
    }
    command.args(arguments);
    if quick {
        return command::run(command.env_remove(postgres::VARIABLE));
    }
    let server = postgres::Server::start()?;
    command::run(command.env(postgres::VARIABLE, server.url()))
}

/// Whether the arguments of `cargo test` say which crate: beside `--workspace` Cargo would test all the same.
fn names_a_crate(arguments: &[OsString]) -> bool {
    let own = arguments.iter().map(|argument| argument.to_string_lossy()).take_while(|argument| argument != "--");
    own.into_iter()
        .any(|argument| argument == "--package" || argument.starts_with("--package=") || argument.starts_with("-p"))
}

#[derive(Default)]
struct Steps(Vec<Step>);

struct Step {
    name: &'static str,
    took: Duration,
    outcome: Result<()>,
}

impl Steps {
    /// Runs a step, unless we were told to stop.
    fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        if is_interrupted() {
            return;
        }
        println!("\n== {name}");
        let begin = Instant::now();
        let outcome = step();
        let took = begin.elapsed();
        match &outcome {
            Ok(()) => println!("== {name}: ok, {:.1} s", took.as_secs_f64()),
            Err(error) => println!("== {name}: FAILED, {:.1} s: {error:#}", took.as_secs_f64()),
        }
        self.0.push(Step { name, took, outcome });
    }

    /// Errors: a step failed, or we were told to stop before the last.
    fn finish(self) -> Result<()> {
        println!("\n== summary");
        for step in &self.0 {
            let outcome = if step.outcome.is_ok() { "ok" } else { "FAILED" };
            println!("   {:<14}{outcome:<8}{:>7.1} s", step.name, step.took.as_secs_f64());
        }
        let failed: Vec<&str> = self.0.iter().filter(|step| step.outcome.is_err()).map(|step| step.name).collect();
        if is_interrupted() {
            bail!("interrupted");
        }
        if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_failed_step_does_not_stop_the_next_but_fails_the_whole() {
        let mut steps = Steps::default();
        let mut ran = false;
        steps.run("first", || Err(anyhow!("broken")));
        steps.run("second", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: first");
    }

    #[test]
    fn who_names_a_crate_tests_that_crate() {
        let names = |arguments: &[&str]| names_a_crate(&arguments.iter().map(Into::into).collect::<Vec<_>>());
        assert!(names(&["-p", "identity", "accounts"]));
        assert!(names(&["-pidentity"]) && names(&["--package", "web"]) && names(&["--package=web"]));
        assert!(!names(&["accounts"]) && !names(&[]) && !names(&["accounts", "--", "-p"]));
    }

    #[test]
    fn all_well_is_all_well() {
        let mut steps = Steps::default();
        steps.run("only", || Ok(()));
        steps.finish().unwrap();
    }
}
