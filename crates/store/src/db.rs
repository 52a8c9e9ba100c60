//! A database: where transactions begin.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use deadpool_postgres::Pool;

use crate::sqlite::Sqlite;
use crate::{Dialect, Error, Result, Tx, postgres};

/// A database, SQLite inside the process or PostgreSQL; cheap to clone.
#[derive(Clone)]
pub struct Db(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite(Arc<Sqlite>),
    Postgres(Pool),
}

/// How many connections a database may use.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections for reading (SQLite), or in all (PostgreSQL); at least 1.
    pub connections: usize,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Options { connections: cores + 2 }
    }
}

/// Why a database URL can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL begins with neither `sqlite:` nor `postgres:`.
    #[error("the database URL must begin with sqlite: or postgres://, not {0:?}")]
    UnknownKind(String),
    /// The database could not be opened.
    #[error("{0}")]
    Failed(#[from] Error),
}

impl Db {
    /// Opens the database that `url` names: `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    /// A missing SQLite file is created; PostgreSQL is not contacted yet.
    ///
    /// Errors: `UnknownKind`; `Failed` when the file can't be opened or the URL can't be read.
    pub fn open(url: &str, options: Options) -> std::result::Result<Self, OpenError> {
        let connections = options.connections.max(1);
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            Ok(Db(Kind::Sqlite(Sqlite::open(&path, connections)?)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Db(Kind::Postgres(postgres::open(url, connections.max(4) * 2)?)))
        } else {
            let kind = url.split(':').next().unwrap_or_default();
            Err(OpenError::UnknownKind(kind.to_owned()))
        }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Kind::Sqlite(_) => Dialect::Sqlite,
            Kind::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The file of a SQLite database.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Sqlite(sqlite) => Some(sqlite.path()),
            Kind::Postgres(_) => None,
        }
    }

    /// Begins a transaction that may change rows.
    ///
    /// Errors: `Unavailable` when no connection can be had, or the file of the database is gone.
    pub async fn begin_write(&self) -> Result<Tx> {
        match &self.0 {
            Kind::Sqlite(sqlite) => Tx::write_sqlite(sqlite.writer().await?),
            Kind::Postgres(pool) => Tx::write_postgres(pool.get().await?).await,
        }
    }

    /// Begins a transaction that only reads, and sees one snapshot throughout.
    ///
    /// Errors: `Unavailable` when no connection can be had, or the file of the database is gone.
    pub async fn begin_read(&self) -> Result<Tx> {
        match &self.0 {
            Kind::Sqlite(sqlite) => Tx::read_sqlite(sqlite.reader().await?),
            Kind::Postgres(pool) => Tx::read_postgres(pool.get().await?).await,
        }
    }
}
