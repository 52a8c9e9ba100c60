//! Opening the database and the core on it, as the server and every command do.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use base::Clock;
use identity::Identity;
use store::{Db, Dialect};

use crate::config::Config;

/// Opens the database, brings it to the present schema, and opens the core on it.
///
/// Errors: one sentence that says what can't be reached or read.
pub(crate) async fn open(config: &Config) -> Result<Identity> {
    open_at(config, &config.url()).await
}

/// The same for a server that is reached at `url`.
///
/// Errors: as [`open`].
pub(crate) async fn open_at(config: &Config, url: &str) -> Result<Identity> {
    let db = open_migrated(config).await?.0;
    let options = identity::Options {
        files: Some(config.data.join("files")),
        public_url: Some(url.to_owned()),
        mail_server: config.mail_server.clone(),
        ..identity::Options::default()
    };
    Identity::open(db, options).await.map_err(|error| anyhow!("the database can't be used: {error}"))
}

/// Opens the database and brings it to the present schema; answers the migrations that were applied.
///
/// Errors: as [`open`].
pub(crate) async fn open_migrated(config: &Config) -> Result<(Db, Vec<&'static str>)> {
    let db = open_as_it_is(config)?;
    let applied = db.migrate(&Clock::System).await.with_context(|| format!("{} can't be used", name(config)))?;
    Ok((db, applied))
}

/// Opens the database without a look at its schema. The data folder and a SQLite file are made when they are missing,
/// for nobody but their owner to read.
///
/// Errors: the folder or file can't be made; the URL can't be read.
pub(crate) fn open_as_it_is(config: &Config) -> Result<Db> {
    if let Some(file) = sqlite_file(config) {
        prepare_file(config, &file)?;
    }
    Db::open(&config.database, store::Options::default()).with_context(|| format!("{} can't be opened", name(config)))
}

/// The file of a SQLite database.
pub(crate) fn sqlite_file(config: &Config) -> Option<PathBuf> {
    let path = config.database.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// The database for people, without its password.
pub(crate) fn name(config: &Config) -> String {
    if let Some(file) = sqlite_file(config) {
        return format!("the SQLite database {}", file.display());
    }
    let rest = config.database.split_once("://").map_or("", |(_, rest)| rest);
    // A password may hold a question mark, so what stands before the @ goes first.
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let place = place.split('?').next().unwrap_or_default();
    format!("the PostgreSQL database {place}")
}

/// Its kind, for people.
pub(crate) fn kind(db: &Db) -> &'static str {
    match db.dialect() {
        Dialect::Sqlite => "SQLite",
        Dialect::Postgres => "PostgreSQL",
    }
}

/// Held by the one server that works on a SQLite file, until it ends in whatever way.
pub(crate) struct SoleServer(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] Option<File>);

/// Makes sure that no other server works on the same SQLite file: each would take the other's jobs. Commands don't
/// ask, and PostgreSQL serves several servers at once.
///
/// Errors: another server runs.
pub(crate) fn become_sole_server(config: &Config) -> Result<SoleServer> {
    let Some(database) = sqlite_file(config) else { return Ok(SoleServer(None)) };
    prepare_file(config, &database)?;
    // A link to the file and the file itself are one database.
    let path = database.canonicalize().unwrap_or_else(|_| database.clone()).with_extension("lock");
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(SoleServer(Some(file))),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "another Reeve server works on {}; stop it first, or use PostgreSQL for several servers",
                database.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} can't be locked", path.display())),
    }
}

fn prepare_file(config: &Config, database: &Path) -> Result<()> {
    if database.parent() == Some(config.data.as_path()) {
        make_private_folder(&config.data)?;
    }
    drop(private_file(database)?);
    Ok(())
}

/// Makes a folder that only its owner may look into; one that exists stays as it is.
pub(crate) fn make_private_folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the folder {} can't be made", path.display()))
}

fn private_file(path: &Path) -> Result<File> {
    let opened = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    opened.map_err(|error| match (error.kind(), path.parent()) {
        (io::ErrorKind::NotFound, Some(folder)) => {
            anyhow!("there is no folder {} for {}", folder.display(), path.display())
        }
        _ => anyhow!("{} can't be opened: {error}", path.display()),
    })
}
