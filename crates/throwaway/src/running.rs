//! A process that ends with its value.

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A server's process.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("{} can't be started", command.get_program().display()))?;
        Ok(Self(child))
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    /// PostgreSQL takes SIGINT for "stop now, but in order".
    fn drop(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        if !self.has_ended() {
            let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        }
        while !self.has_ended() {
            if Instant::now() > deadline {
                let _ = self.0.kill();
                let _ = self.0.wait();
                return;
            }
            sleep(Duration::from_millis(20));
        }
    }
}
