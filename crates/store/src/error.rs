//! What can go wrong between us and a database.

use std::error::Error as _;
use std::io;

use rusqlite::ErrorCode;
use rustls::CertificateError::{BadSignature, NotValidForName, NotValidForNameContext, Other, UnknownIssuer};
use tokio_postgres::error::SqlState;

/// Why a statement was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with the same key exists; names the constraint or columns.
    #[error("not unique: {0}")]
    NotUnique(String),
    /// The database can't be reached, or is busy beyond patience; the same call may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The disk, or the quota, is full; nothing was changed.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// Two transactions stood in each other's way and this one was undone; it may be tried again as a whole.
    #[error("the transaction was undone by another one: {0}")]
    Undone(String),
    /// Anything else: a damaged file, a statement that doesn't fit the schema.
    #[error("the database failed: {0}")]
    Failed(String),
}

/// The answer of everything that speaks to a database.
pub type Result<T> = std::result::Result<T, Error>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error() {
            // 2067 and 1555: SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY.
            Some(code) if matches!(code.extended_code, 2067 | 1555) => Error::NotUnique(text),
            // 778: SQLITE_IOERR_WRITE, a disk, quota or file-size limit that a write ran into.
            Some(code) if code.extended_code == 778 => Error::Full(text),
            Some(code) => match code.code {
                ErrorCode::DiskFull => Error::Full(text),
                ErrorCode::DatabaseBusy => Error::Unavailable(format!("another process is writing to it ({text})")),
                ErrorCode::DatabaseCorrupt => {
                    Error::Failed(format!("the file is damaged, and a backup must take its place ({text})"))
                }
                ErrorCode::DatabaseLocked
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::OperationInterrupted => Error::Unavailable(text),
                _ => Error::Failed(text),
            },
            None => Error::Failed(text),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            let text = in_full(&error) + advice(&error);
            return if error.is_closed() || error.code().is_none() {
                Error::Unavailable(text)
            } else {
                Error::Failed(text)
            };
        };
        let text = format!("{} ({})", db.message(), db.code().code());
        match db.code() {
            &SqlState::UNIQUE_VIOLATION => Error::NotUnique(db.constraint().unwrap_or(&text).to_owned()),
            &SqlState::DISK_FULL | &SqlState::OUT_OF_MEMORY => Error::Full(text),
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => Error::Undone(text),
            code if code.code().starts_with("08")
                || code.code().starts_with("57P")
                || code.code().starts_with("53")
                // A server that has become a copy of another one: the next connection finds the one that takes changes.
                || code == &SqlState::READ_ONLY_SQL_TRANSACTION =>
            {
                Error::Unavailable(text)
            }
            &SqlState::QUERY_CANCELED | &SqlState::LOCK_NOT_AVAILABLE => Error::Unavailable(text),
            _ => Error::Failed(text),
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => match Error::from(error) {
                // No connection could be made: whatever the server said, it can't be used now.
                Error::Failed(text) => Error::Unavailable(text),
                other => other,
            },
            other => Error::Unavailable(other.to_string()),
        }
    }
}

/// An error with its causes: the first alone says "error connecting to server" and no more.
pub(crate) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// What to do about a certificate that isn't believed.
fn advice(error: &tokio_postgres::Error) -> &'static str {
    let tls = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).and_then(io::Error::get_ref);
    match tls.and_then(|cause| cause.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(UnknownIssuer | BadSignature)) => {
            "; no root certificate vouches for it: name its own with sslrootcert=FILE"
        }
        Some(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
            "; name the host as its certificate does"
        }
        Some(rustls::Error::InvalidCertificate(Other(why))) if why.to_string().contains("CaUsedAsEndEntity") => {
            "; an authority's certificate is no server's: make one that isn't marked as an authority"
        }
        _ => "",
    }
}
