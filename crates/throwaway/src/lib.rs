//! A PostgreSQL for tests: made in a folder of its own, stopped and started at will, gone with its value.
#![allow(clippy::disallowed_methods, reason = "a real server is waited for, in real time")]

mod programs;
mod running;

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tempfile::TempDir;

pub use programs::{Programs, find_programs};
use running::Running;

/// What every such server is told, besides where to listen.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    // Each test may bring a schema of its own, and drop it in one transaction.
    "max_locks_per_transaction=256",
    // Nobody will miss these data after a power cut.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

/// A PostgreSQL server that tests may fill with whatever they like.
pub struct Postgres {
    // Fields go away in their order: the server ends before its folder.
    running: Option<Running>,
    folder: TempDir,
    programs: Programs,
    settings: Vec<String>,
    port: u16,
}

impl Postgres {
    /// Makes a cluster and starts its server on a free port. `settings` are further ones, as `ssl=on`; `files` are laid
    /// beside the data, each with its name and text, readable for the server alone: settings name them as `../NAME`.
    ///
    /// Errors: PostgreSQL isn't installed, is older than 15, or doesn't start.
    pub fn start(settings: &[&str], files: &[(&str, &str)]) -> Result<Self> {
        let programs = Programs::find()?;
        let folder = programs.make_folder()?;
        programs.make_cluster(folder.path())?;
        for (name, text) in files {
            programs.write_file(&folder.path().join(name), text)?;
        }
        let settings = SETTINGS.iter().chain(settings).map(|setting| (*setting).to_owned()).collect();
        let mut server = Self { running: None, folder, programs, settings, port: 0 };
        // The port is free when we look and may be taken when PostgreSQL comes, hence a second and a third try.
        let mut once = || {
            server.port = free_port()?;
            server.go_on()
        };
        once().or_else(|_| once()).or_else(|_| once())?;
        Ok(server)
    }

    /// Stops the server as an operator does who is in a hurry: connections are cut, nothing that was committed is lost.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Starts it again, where it was, and waits until it answers.
    ///
    /// Errors: it doesn't start.
    pub fn go_on(&mut self) -> Result<()> {
        let log = self.folder.path().join("log");
        let output = File::options().create(true).append(true).open(&log)?;
        let mut running = Running::start(
            self.programs
                .command("postgres", self.folder.path())
                .current_dir(self.folder.path().join("data"))
                .args(["-D", "."])
                .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
                .args(["-p", &self.port.to_string()])
                .stdin(Stdio::null())
                .stdout(output.try_clone()?)
                .stderr(output)
                // Ctrl-C in a terminal reaches a whole group: the server must outlive the tests that use it.
                .process_group(0),
        )?;
        let deadline = Instant::now() + Duration::from_mins(1);
        while self.says("select 1") != "1" {
            if running.has_ended() || Instant::now() > deadline {
                bail!("PostgreSQL did not start:\n{}", fs::read_to_string(log).unwrap_or_default());
            }
            sleep(Duration::from_millis(50));
        }
        self.running = Some(running);
        Ok(())
    }

    /// What to connect to: a superuser, without a password.
    pub fn url(&self) -> String {
        format!("postgres://reeve@127.0.0.1:{}/postgres", self.port)
    }

    /// The port it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `psql`, about to carry out one statement and to print what it finds, without ornament.
    pub fn psql(&self, sql: &str) -> Command {
        let mut command = self.programs.command("psql", self.folder.path());
        let port = self.port.to_string();
        command.args(["-h", "127.0.0.1", "-p", &port, "-U", "reeve", "-d", "postgres", "-A", "-t", "-c", sql]);
        command
    }

    /// What the server says to one statement; nothing when it doesn't answer.
    pub fn says(&self, sql: &str) -> String {
        let output = self.psql(sql).stdin(Stdio::null()).stderr(Stdio::null()).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    }
}

/// A port that nobody listens on, at this moment.
///
/// Errors: there is none.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
