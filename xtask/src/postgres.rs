//! A throw-away PostgreSQL for the tests, stopped and removed when its value goes away.

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::command::{self, Running, find};
use crate::tools::{self, Tool};
use crate::workspace;

/// The variable by which tests learn of a PostgreSQL; without it they run on SQLite alone.
pub(crate) const VARIABLE: &str = "REEVE_TEST_POSTGRES";

/// Runs a command with the variable set. A server that the variable already names is used as it is.
pub(crate) fn run_with(command: &[OsString]) -> Result<()> {
    let (program, arguments) = command.split_first().context("name a command")?;
    let server = Server::start()?;
    command::run(Command::new(program).args(arguments).env(VARIABLE, server.url()).current_dir(workspace::top()))
}

/// A PostgreSQL that tests may fill with whatever they like.
pub(crate) enum Server {
    /// Somebody else's, named by the variable; we leave it running.
    Given(String),
    /// Ours; fields go away in their order, so the server ends before its folder.
    ThrowAway { _running: Running, _folder: TempDir, port: u16 },
}

impl Server {
    /// Takes the server that the variable names, or starts one, installing PostgreSQL if it is missing.
    pub(crate) fn start() -> Result<Self> {
        if let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            println!("   {VARIABLE} is set: using that server");
            return Ok(Self::Given(url));
        }
        tools::install_missing(&[Tool::PostgreSql])?;
        let programs = Programs::find()?;
        let folder = programs.make_folder()?;
        programs.make_cluster(folder.path())?;
        let (running, port) = programs.serve(folder.path())?;
        println!("   a throw-away PostgreSQL listens on 127.0.0.1:{port}");
        Ok(Self::ThrowAway { _running: running, _folder: folder, port })
    }

    /// What to connect to: a superuser, without a password.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Given(url) => url.clone(),
            Self::ThrowAway { port, .. } => format!("postgres://reeve@127.0.0.1:{port}/postgres"),
        }
    }
}

/// PostgreSQL's own programs, and the user who may run them.
struct Programs {
    folder: PathBuf,
    user: Option<User>,
}

/// PostgreSQL refuses to run as root.
struct User {
    uid: u32,
    gid: u32,
}

impl Programs {
    fn find() -> Result<Self> {
        let folder = tools::postgres_programs().context("PostgreSQL isn't installed")?;
        let user =
            if tools::is_root() { Some(User::named("postgres").or_else(|_| User::named("nobody"))?) } else { None };
        Ok(Self { folder, user })
    }

    /// A fresh folder that the server's user owns. Not in `target`, which that user may be unable to reach.
    fn make_folder(&self) -> Result<TempDir> {
        let parent = if self.user.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("reeve-postgres-").tempdir_in(parent)?;
        if let Some(user) = &self.user {
            chown(folder.path(), Some(user.uid), Some(user.gid))?;
        }
        Ok(folder)
    }

    /// A cluster whose own order of words is nothing like the order of bytes, so that a query which forgot to say
    /// which order it wants fails here and not at an operator's.
    fn make_cluster(&self, folder: &Path) -> Result<()> {
        let output = self
            .command("initdb", folder)
            .args(["--username=reeve", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--locale-provider=icu", "--icu-locale=en-US"])
            .arg("--pgdata")
            .arg(folder.join("data"))
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        bail!("initdb failed (PostgreSQL 15 or later is needed):\n{}", String::from_utf8_lossy(&output.stderr))
    }

    /// Starts the server on a free port and waits until it answers. The port is free when we look and may be taken
    /// when PostgreSQL comes, hence a second and a third try.
    fn serve(&self, folder: &Path) -> Result<(Running, u16)> {
        let once = || self.serve_on(folder, free_port()?);
        once().or_else(|_| once()).or_else(|_| once())
    }

    fn serve_on(&self, folder: &Path, port: u16) -> Result<(Running, u16)> {
        let log = folder.join("log");
        let output = fs::File::create(&log)?;
        let mut running = Running::start(
            self.command("postgres", folder)
                .arg("-D")
                .arg(folder.join("data"))
                .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
                .args(["-p", &port.to_string()])
                .stdin(Stdio::null())
                .stdout(output.try_clone()?)
                .stderr(output)
                // Ctrl-C in a terminal reaches a whole group: the server must outlive the tests that use it.
                .process_group(0),
        )?;
        let deadline = Instant::now() + Duration::from_mins(1);
        while !self.answers(folder, port) {
            if running.status()?.is_some() || command::is_interrupted() || Instant::now() > deadline {
                bail!("PostgreSQL did not start:\n{}", fs::read_to_string(log).unwrap_or_default());
            }
            sleep(Duration::from_millis(100));
        }
        Ok((running, port))
    }

    fn answers(&self, folder: &Path, port: u16) -> bool {
        let status = self
            .command("psql", folder)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "reeve", "-d", "postgres", "-c", "select 1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }

    /// One of the programs, as the right user. Should we be killed outright, Linux ends it for us.
    fn command(&self, program: &str, folder: &Path) -> Command {
        let program = self.folder.join(program);
        let mut command = if let Some(setpriv) = find("setpriv") {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT"]);
            if let Some(User { uid, gid }) = self.user {
                command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups");
            }
            command.arg("--").arg(program);
            command
        } else {
            let mut command = Command::new(program);
            if let Some(User { uid, gid }) = self.user {
                command.uid(uid).gid(gid);
            }
            command
        };
        command.current_dir(folder).env("LC_ALL", "C.UTF-8").env("HOME", folder).env("PGCONNECT_TIMEOUT", "5");
        command
    }
}

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

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

impl User {
    fn named(name: &str) -> Result<Self> {
        let number = |kind: &str| -> Result<u32> {
            let output = Command::new("id").args([kind, name]).output()?;
            let text = String::from_utf8(output.stdout)?;
            text.trim().parse().with_context(|| format!("there is no user {name} to run PostgreSQL as"))
        };
        Ok(Self { uid: number("-u")?, gid: number("-g")? })
    }
}
