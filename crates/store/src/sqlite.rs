//! SQLite: one writer, several readers, executed inline on the calling task.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_queue::ArrayQueue;
use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::{Error, Result, Row, Value, dialect};

/// How long a turn is waited for, among ourselves and of other processes.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long nothing is tried again where SQLite itself does not wait.
const PAUSE: Duration = Duration::from_millis(10);

/// The connections to one SQLite file.
pub(crate) struct Sqlite {
    path: PathBuf,
    file: File,
    writer: Arc<Mutex<Connection>>,
    readers: ArrayQueue<Connection>,
    free: Arc<Semaphore>,
}

/// A reader on loan: goes back to the queue when dropped.
pub(crate) struct Reader {
    home: Arc<Sqlite>,
    connection: Option<Connection>,
    _permit: OwnedSemaphorePermit,
}

/// The writer on loan: nobody else writes meanwhile.
pub(crate) type Writer = OwnedMutexGuard<Connection>;

impl Sqlite {
    /// Opens `path`, creating the file when it is missing, with `readers` connections for reading.
    pub(crate) fn open(path: &Path, readers: usize) -> Result<Arc<Self>> {
        let writer = connect(path, Use::Writing)?;
        let queue = ArrayQueue::new(readers);
        for _ in 0..readers {
            let reader = connect(path, Use::Reading)?;
            // The queue has room for exactly this many.
            let _ = queue.push(reader);
        }
        Ok(Arc::new(Sqlite {
            path: path.to_owned(),
            file: File::at(path).ok_or_else(|| gone(path))?,
            writer: Arc::new(Mutex::new(writer)),
            readers: queue,
            free: Arc::new(Semaphore::new(readers)),
        }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The writer, as soon as nobody else of this process has it.
    ///
    /// Errors: `Unavailable` when that takes too long, or the file is no longer the one that was opened.
    pub(crate) async fn writer(&self) -> Result<Writer> {
        let writer = timeout(PATIENCE, Arc::clone(&self.writer).lock_owned()).await;
        self.is_still_there()?;
        writer.map_err(|_| Error::Unavailable("another change is taking long".into()))
    }

    /// A reader, as soon as one is free.
    ///
    /// Errors: as of [`Sqlite::writer`].
    pub(crate) async fn reader(self: &Arc<Self>) -> Result<Reader> {
        let permit = timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await;
        self.is_still_there()?;
        let permit = permit
            .map_err(|_| Error::Unavailable("too much is being read at once".into()))?
            .map_err(|_| Error::Unavailable("the database is closed".into()))?;
        let connection = match self.readers.pop() {
            Some(connection) => connection,
            // A reader was lost to a panic: its place is taken by a new one.
            None => connect(&self.path, Use::Reading)?,
        };
        Ok(Reader { home: Arc::clone(self), connection: Some(connection), _permit: permit })
    }

    /// A file that was deleted, or that another one took the place of, lives on for who has it open, and whatever is
    /// written to it vanishes when they end.
    fn is_still_there(&self) -> Result<()> {
        if File::at(&self.path).as_ref() == Some(&self.file) { Ok(()) } else { Err(gone(&self.path)) }
    }
}

/// Which file stands at a path, whatever it holds.
#[derive(PartialEq, Eq)]
struct File {
    device: u64,
    number: u64,
}

impl File {
    fn at(path: &Path) -> Option<Self> {
        let found = std::fs::metadata(path).ok()?;
        Some(File { device: found.dev(), number: found.ino() })
    }
}

fn gone(path: &Path) -> Error {
    Error::Unavailable(format!(
        "{} was deleted or replaced while it was in use; stop what works on it, put the right file there, start again",
        path.display()
    ))
}

impl Reader {
    pub(crate) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let clean = connection.is_autocommit() || connection.execute_batch("rollback").is_ok();
            if clean {
                let _ = self.home.readers.push(connection);
            }
        }
    }
}

/// What a connection is for: how much of the file it keeps in memory.
#[derive(Clone, Copy)]
enum Use {
    /// Several of these; each keeps 4 MiB.
    Reading,
    /// One of these; it keeps 20 MiB, so that the pages of a large transaction are written once, at its end.
    Writing,
}

/// A connection with our habits: write-ahead log, each commit on the disk before it is answered, foreign keys held.
///
/// The file is not mapped into memory: it would count as ours, however large it is.
fn connect(path: &Path, purpose: Use) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.busy_timeout(PATIENCE)?;
    begin_log(&connection)?;
    connection.execute_batch(
        "pragma synchronous = full;
         pragma foreign_keys = on;
         pragma temp_store = memory;
         pragma mmap_size = 0;
         pragma wal_autocheckpoint = 16384;
         pragma journal_size_limit = 67108864;",
    )?;
    connection.execute_batch(match purpose {
        Use::Reading => "pragma query_only = on; pragma cache_size = -4096;",
        Use::Writing => "pragma cache_size = -20480;",
    })?;

    Ok(connection)
}

/// Makes the file one with a write-ahead log. Of several processes that open a new file at once SQLite refuses all but
/// one right away, whatever it was told of waiting: each holds what the other needs. So we wait.
fn begin_log(connection: &Connection) -> Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match connection.execute_batch("pragma journal_mode = wal") {
            Err(error) if is_busy(&error) && waited < PATIENCE => std::thread::sleep(PAUSE),
            done => return Ok(done?),
        }
        waited += PAUSE;
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

/// Every row that `sql` finds.
pub(crate) fn all<T>(
    connection: &Connection,
    sql: &str,
    values: &[Value],
    mut map: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(&dialect::numbered(sql))?;
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(map(&Row::Sqlite(row))?);
    }
    Ok(found)
}

/// Carries out `sql` and answers how many rows it changed.
pub(crate) fn execute(connection: &Connection, sql: &str, values: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(&dialect::numbered(sql))?;
    let changed = statement.execute(rusqlite::params_from_iter(values))?;
    Ok(changed as u64)
}

/// Carries out `sql` for each of `rows` and answers how many rows were changed in all.
pub(crate) fn execute_each(connection: &Connection, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
    let mut statement = connection.prepare_cached(&dialect::numbered(sql))?;
    let mut changed = 0;
    for values in rows {
        changed += statement.execute(rusqlite::params_from_iter(values))? as u64;
    }
    Ok(changed)
}

/// Runs `work`, which may take long, without holding up the other tasks of this thread.
pub(crate) fn patiently<T>(work: impl FnOnce() -> T) -> T {
    match tokio::runtime::Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
