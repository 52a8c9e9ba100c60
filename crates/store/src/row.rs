//! Values that go into a statement, and rows that come out, the same for both databases.

use base::{
    AccountId, AttributeId, BulkChangeId, EventId, GroupId, ImportId, JobId, MessageId, OrganizationId, RequestId,
    SessionId, Timestamp,
};
use rusqlite::types::{ToSqlOutput, Value as SqliteValue};
use serde_json::Value as Json;
use tokio_postgres::types::{IsNull, Type};
use uuid::Uuid;

use crate::Result;

/// A value bound to a placeholder: the column types that both databases agree on.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// `uuid`; 16 bytes in SQLite.
    Id(Uuid),
    /// `text`.
    Text(String),
    /// `bigint`; times are milliseconds since 1970.
    Int(i64),
    /// `boolean`.
    Bool(bool),
    /// `bytea`; a blob in SQLite.
    Bytes(Vec<u8>),
    /// `jsonb`; text in SQLite.
    Json(Json),
}

macro_rules! value_from {
    ($($from:ty => |$value:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        }
    )+};
}

value_from! {
    Uuid => |value| Value::Id(value),
    AccountId => |value| Value::Id(value.into()),
    AttributeId => |value| Value::Id(value.into()),
    BulkChangeId => |value| Value::Id(value.into()),
    EventId => |value| Value::Id(value.into()),
    GroupId => |value| Value::Id(value.into()),
    ImportId => |value| Value::Id(value.into()),
    JobId => |value| Value::Id(value.into()),
    MessageId => |value| Value::Id(value.into()),
    OrganizationId => |value| Value::Id(value.into()),
    RequestId => |value| Value::Id(value.into()),
    SessionId => |value| Value::Id(value.into()),
    &str => |value| Value::Text(value.to_owned()),
    String => |value| Value::Text(value),
    &String => |value| Value::Text(value.clone()),
    i64 => |value| Value::Int(value),
    Timestamp => |value| Value::Int(value.as_millis()),
    bool => |value| Value::Bool(value),
    Vec<u8> => |value| Value::Bytes(value),
    &[u8] => |value| Value::Bytes(value.to_vec()),
    [u8; 32] => |value| Value::Bytes(value.to_vec()),
    Json => |value| Value::Json(value),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(SqliteValue::Null),
            Value::Id(id) => ToSqlOutput::Borrowed(rusqlite::types::ValueRef::Blob(id.as_bytes())),
            Value::Text(text) => ToSqlOutput::Borrowed(rusqlite::types::ValueRef::Text(text.as_bytes())),
            Value::Int(number) => ToSqlOutput::Owned(SqliteValue::Integer(*number)),
            Value::Bool(flag) => ToSqlOutput::Owned(SqliteValue::Integer(i64::from(*flag))),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(rusqlite::types::ValueRef::Blob(bytes)),
            Value::Json(json) => ToSqlOutput::Owned(SqliteValue::Text(json.to_string())),
        })
    }
}

impl tokio_postgres::types::ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        use tokio_postgres::types::ToSql;
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Id(id) => ToSql::to_sql(id, ty, out),
            Value::Text(text) => ToSql::to_sql(text, ty, out),
            Value::Int(number) => match *ty {
                Type::INT2 => ToSql::to_sql(&i16::try_from(*number)?, ty, out),
                Type::INT4 => ToSql::to_sql(&i32::try_from(*number)?, ty, out),
                _ => ToSql::to_sql(number, ty, out),
            },
            Value::Bool(flag) => ToSql::to_sql(flag, ty, out),
            Value::Bytes(bytes) => ToSql::to_sql(bytes, ty, out),
            Value::Json(json) => ToSql::to_sql(json, ty, out),
        }
    }

    // A value of the wrong type is a defect of the statement; the server says so.
    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

/// One row of an answer; columns are numbered from 0 in the order of the `select`.
pub enum Row<'a> {
    /// A row of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// A row of PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of column `index`.
    ///
    /// Errors: `Failed` when the column holds another type, or null where `T` is not an `Option`.
    pub fn get<T>(&self, index: usize) -> Result<T>
    where
        T: rusqlite::types::FromSql + for<'b> tokio_postgres::types::FromSql<'b>,
    {
        Ok(match self {
            Row::Sqlite(row) => row.get(index)?,
            Row::Postgres(row) => row.try_get(index)?,
        })
    }

    /// The identifier in column `index`.
    pub fn id<T: From<Uuid>>(&self, index: usize) -> Result<T> {
        self.get::<Uuid>(index).map(T::from)
    }

    /// The instant in column `index`.
    pub fn time(&self, index: usize) -> Result<Timestamp> {
        self.get(index).map(Timestamp::from_millis)
    }

    /// The instant in column `index`, if there is one.
    pub fn optional_time(&self, index: usize) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(index)?.map(Timestamp::from_millis))
    }
}
