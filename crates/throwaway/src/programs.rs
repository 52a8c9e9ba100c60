//! PostgreSQL's own programs, and the user who may run them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// Where the programs are, and as whom they run.
pub struct Programs {
    folder: PathBuf,
    user: Option<User>,
}

/// PostgreSQL refuses to run as root.
struct User {
    uid: u32,
    gid: u32,
}

/// The folder that holds `initdb` and `postgres`: Debian keeps them off the search path, one folder a version.
pub fn find_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .collect();
    versions.sort();
    let on_path =
        || on_search_path("initdb").filter(|_| on_search_path("postgres").is_some())?.parent().map(PathBuf::from);
    versions.pop().map(|(_, folder)| folder).or_else(on_path)
}

fn on_search_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

impl Programs {
    pub(crate) fn find() -> Result<Self> {
        let folder = find_programs().context("PostgreSQL isn't installed")?;
        let is_root = Command::new("id").arg("-u").output()?.stdout.trim_ascii() == b"0";
        let user = if is_root { Some(User::named("postgres").or_else(|_| User::named("nobody"))?) } else { None };
        Ok(Self { folder, user })
    }

    /// A fresh folder that the server's user owns. Not in `target`, which that user may be unable to reach.
    pub(crate) fn make_folder(&self) -> Result<TempDir> {
        let parent = if self.user.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("reeve-postgres-").tempdir_in(parent)?;
        self.give(folder.path())?;
        Ok(folder)
    }

    /// A file that nobody but the server's user may read.
    pub(crate) fn write_file(&self, path: &Path, text: &str) -> Result<()> {
        fs::write(path, text)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        self.give(path)
    }

    fn give(&self, path: &Path) -> Result<()> {
        if let Some(user) = &self.user {
            chown(path, Some(user.uid), Some(user.gid))?;
        }
        Ok(())
    }

    /// A cluster whose own order of words is nothing like the order of bytes, so that a query which forgot to say
    /// which order it wants fails here and not at an operator's.
    pub(crate) fn make_cluster(&self, folder: &Path) -> Result<()> {
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

    /// One of the programs, as the right user. Should we be killed outright, Linux ends it for us.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let program = self.folder.join(program);
        let mut command = if let Some(setpriv) = on_search_path("setpriv") {
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
