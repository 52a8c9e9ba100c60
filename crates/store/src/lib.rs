//! Two databases, one SQL: connections, transactions, rows, migrations.
//!
//! SQL is written once, lower case, with `$1` placeholders. Where the two databases differ is listed in [`dialect`].

mod db;
pub mod dialect;
mod error;
mod insert;
mod migrate;
mod postgres;
mod postgres_url;
mod row;
mod sql;
mod sqlite;
mod tx;

pub use db::{Db, OpenError, Options};
pub use dialect::Dialect;
pub use error::{Error, Result};
pub use migrate::{MigrateError, Migration, migrations};
pub use row::{Row, Value};
pub use sql::Sql;
pub use tx::Tx;

/// The values bound to `$1`, `$2`, … of a statement, in order.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

/// The values of one row for [`Tx::insert`], in the order of its columns.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
