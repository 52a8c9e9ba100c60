//! Runs other programs, and ends them when this one is told to stop.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From now on Ctrl-C, a hang-up or a plain `kill` ends the running program first, then what it needed, then us.
/// The second one ends us at once.
pub(crate) fn watch_for_interrupts() -> Result<()> {
    let interrupted = INTERRUPTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(interrupted))?;
        flag::register(signal, Arc::clone(interrupted))?;
    }
    Ok(())
}

/// Whether somebody asked us to stop.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Runs a program to its end, its output going where ours goes. It reads nothing.
///
/// Errors: it can't be started; it fails; we are told to stop.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = Running::start(command.stdin(Stdio::null()))?.wait()?;
    if status.success() { Ok(()) } else { bail!("{name} ended with {status}") }
}

/// The program and the first thing it was told: `cargo fmt`.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args().take(1));
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Where a program is, if the search path has it.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A program that is asked to end when this value goes away.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("{} can't be started", command.get_program().display()))?;
        Ok(Self(child))
    }

    /// Waits for the program's own end.
    ///
    /// Errors: we are told to stop meanwhile.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.status()? {
                return Ok(status);
            }
            if is_interrupted() {
                bail!("interrupted");
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// How the program ended, if it has.
    pub(crate) fn status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Running {
    /// Asks with SIGINT, as Ctrl-C would: Cargo passes it on, and PostgreSQL takes it for "stop now, but in order".
    fn drop(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        }
        while matches!(self.0.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = self.0.kill();
                let _ = self.0.wait();
                return;
            }
            sleep(Duration::from_millis(20));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_an_error_that_names_it() {
        let error = run(&mut Command::new("false")).unwrap_err();
        assert!(error.to_string().starts_with("false ended with"), "{error}");
    }

    #[test]
    fn a_running_program_ends_with_its_value() {
        let running = Running::start(Command::new("sleep").arg("1000")).unwrap();
        let id = running.0.id().to_string();
        drop(running);
        let asked = Command::new("kill").args(["-0", &id]).stderr(Stdio::null()).status().unwrap();
        assert!(!asked.success(), "process {id} is still there");
    }
}
