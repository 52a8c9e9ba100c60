//! A transaction: everything in it happens, or nothing does.

use deadpool_postgres::Object;
use rusqlite::Connection;

use crate::sqlite::{self, Reader, Writer, patiently};
use crate::{Dialect, Error, Result, Row, Sql, Value, insert, postgres};

/// A transaction on either database. Dropped without [`Tx::commit`], it is undone.
pub struct Tx {
    link: Link,
    writes: u64,
    savepoints: u32,
    /// The tables that very many rows came to at once.
    grown: Vec<String>,
}

/// A table that so many rows come to at once may outgrow the plans of its statements soon.
const MANY_ROWS: usize = 100;

enum Link {
    Reader(Reader),
    Writer { connection: Writer, open: bool },
    Postgres { client: Option<Object>, read_only: bool },
}

impl Tx {
    pub(crate) fn read_sqlite(reader: Reader) -> Result<Self> {
        run(reader.connection(), Dialect::Sqlite.begin_read())?;
        Ok(Tx::on(Link::Reader(reader)))
    }

    pub(crate) fn write_sqlite(connection: Writer) -> Result<Self> {
        // Another process may hold the write lock for a moment.
        patiently(|| run(&connection, Dialect::Sqlite.begin_write()))?;
        Ok(Tx::on(Link::Writer { connection, open: true }))
    }

    pub(crate) async fn read_postgres(client: Object) -> Result<Self> {
        client.batch_execute(Dialect::Postgres.begin_read()).await?;
        Ok(Tx::on(Link::Postgres { client: Some(client), read_only: true }))
    }

    pub(crate) async fn write_postgres(client: Object) -> Result<Self> {
        client.batch_execute(Dialect::Postgres.begin_write()).await?;
        Ok(Tx::on(Link::Postgres { client: Some(client), read_only: false }))
    }

    fn on(link: Link) -> Self {
        Tx { link, writes: 0, savepoints: 0, grown: Vec::new() }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.link {
            Link::Postgres { .. } => Dialect::Postgres,
            Link::Reader(_) | Link::Writer { .. } => Dialect::Sqlite,
        }
    }

    /// What to add to a `select` so that the rows it finds are locked until the transaction ends; nothing where a
    /// transaction only reads, or where nobody else writes anyway.
    pub fn for_update(&self) -> &'static str {
        match &self.link {
            Link::Postgres { read_only: false, .. } => " for update",
            Link::Postgres { .. } | Link::Reader(_) | Link::Writer { .. } => "",
        }
    }

    /// What to add to a `select` so that it finds only rows that nobody has locked, and locks them; nothing where nobody
    /// else writes anyway.
    pub fn for_update_of_free(&self) -> &'static str {
        if self.for_update().is_empty() { "" } else { " for update skip locked" }
    }

    /// What to add to a `select` so that the rows it finds stay as they are until the transaction ends, while others may
    /// ask for the same; nothing where a transaction only reads, or where nobody else writes anyway.
    pub fn for_share(&self) -> &'static str {
        if self.for_update().is_empty() { "" } else { " for share" }
    }

    /// How many rows were changed so far.
    pub fn writes(&self) -> u64 {
        self.writes
    }

    /// Every row that `sql` finds, read by `map`.
    pub async fn all<T>(
        &mut self,
        sql: &str,
        values: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match &self.link {
            Link::Reader(reader) => sqlite::all(reader.connection(), sql, values, map),
            Link::Writer { connection, .. } => sqlite::all(connection, sql, values, map),
            Link::Postgres { client, .. } => postgres::all(alive(client.as_ref())?, sql, values, map).await,
        }
    }

    /// As [`Tx::all`], for a query known to take long: it doesn't hold up other tasks meanwhile.
    pub async fn scan<T>(&mut self, sql: &Sql, map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        match &self.link {
            Link::Reader(reader) => patiently(|| sqlite::all(reader.connection(), sql.text(), sql.values(), map)),
            Link::Writer { connection, .. } => patiently(|| sqlite::all(connection, sql.text(), sql.values(), map)),
            Link::Postgres { client, .. } => {
                postgres::all(alive(client.as_ref())?, sql.text(), sql.values(), map).await
            }
        }
    }

    /// The one row that `sql` finds.
    ///
    /// Errors: `Failed` when there is none or more than one.
    pub async fn one<T>(&mut self, sql: &str, values: &[Value], map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<T> {
        self.optional(sql, values, map).await?.ok_or_else(|| Error::Failed("a row is missing".into()))
    }

    /// The row that `sql` finds, if there is one.
    ///
    /// Errors: `Failed` when there is more than one.
    pub async fn optional<T>(
        &mut self,
        sql: &str,
        values: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut rows = self.all(sql, values, map).await?;
        if rows.len() > 1 {
            return Err(Error::Failed("more than one row where one was expected".into()));
        }
        Ok(rows.pop())
    }

    /// Carries out `sql` and answers how many rows it changed.
    ///
    /// Errors: `Failed` in a transaction that only reads.
    pub async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let changed = match &self.link {
            // A defect of ours, not to be taken for a database that refuses changes.
            Link::Reader(_) | Link::Postgres { read_only: true, .. } => {
                return Err(Error::Failed("a transaction that only reads was given a change".into()));
            }
            Link::Writer { connection, .. } => sqlite::execute(connection, sql, values)?,
            Link::Postgres { client, .. } => postgres::execute(alive(client.as_ref())?, sql, values).await?,
        };
        self.writes += changed;
        Ok(changed)
    }

    /// Inserts `rows` into a table named with its columns, as `groups (id, name)`, and answers how many were inserted.
    /// `unless` is an `on conflict` clause, or nothing.
    ///
    /// SQLite gets a statement for each row: it would keep a copy of every page that a statement of many rows touches,
    /// in case that it has to undo half of it. PostgreSQL gets few statements of many rows: each is a round trip.
    pub async fn insert(&mut self, into: &str, rows: &[Vec<Value>], unless: &str) -> Result<u64> {
        let Some(width) = rows.first().map(Vec::len) else { return Ok(0) };
        let inserted = match &self.link {
            Link::Reader(_) => return Err(Error::Failed("a transaction that reads was asked to insert".into())),
            Link::Writer { connection, .. } => {
                sqlite::execute_each(connection, &insert::statement(into, 1, width, unless), rows)?
            }
            Link::Postgres { client, .. } => {
                let mut inserted = 0;
                for some in insert::parts(rows) {
                    let sql = insert::statement(into, some.len(), width, unless);
                    inserted += postgres::execute(alive(client.as_ref())?, &sql, some.iter().flatten()).await?;
                }
                inserted
            }
        };
        self.writes += inserted;
        let table = into.split(' ').next().unwrap_or(into);
        if rows.len() >= MANY_ROWS && !self.grown.iter().any(|known| known == table) {
            self.grown.push(table.to_owned());
        }
        Ok(inserted)
    }

    /// Prepares `sql` without running it, so that a test can hold every statement against the schema.
    pub async fn prepare(&mut self, sql: &str) -> Result<()> {
        match &self.link {
            Link::Reader(reader) => drop(reader.connection().prepare(&crate::dialect::numbered(sql))?),
            Link::Writer { connection, .. } => drop(connection.prepare(&crate::dialect::numbered(sql))?),
            Link::Postgres { client, .. } => drop(alive(client.as_ref())?.prepare(sql).await?),
        }
        Ok(())
    }

    /// Runs several statements without values; for migrations.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        match &self.link {
            Link::Reader(reader) => patiently(|| reader.connection().execute_batch(sql))?,
            Link::Writer { connection, .. } => patiently(|| connection.execute_batch(sql))?,
            Link::Postgres { client, .. } => alive(client.as_ref())?.batch_execute(sql).await?,
        }
        Ok(())
    }

    /// Marks a point to return to; points nest.
    pub async fn savepoint(&mut self) -> Result<()> {
        self.savepoints += 1;
        self.control(&format!("savepoint s{}", self.savepoints)).await
    }

    /// Forgets the last savepoint and keeps what was done since.
    pub async fn release(&mut self) -> Result<()> {
        self.control(&format!("release savepoint s{}", self.savepoints)).await?;
        self.savepoints -= 1;
        Ok(())
    }

    /// Undoes what was done since the last savepoint, when [`Tx::writes`] was `writes`.
    pub async fn undo_to_savepoint(&mut self, writes: u64) -> Result<()> {
        self.control(&format!("rollback to savepoint s{}", self.savepoints)).await?;
        self.release().await?;
        self.writes = writes;
        Ok(())
    }

    /// Makes everything last.
    pub async fn commit(mut self) -> Result<()> {
        match &mut self.link {
            Link::Reader(reader) => run(reader.connection(), "commit"),
            Link::Writer { connection, open } => {
                // The disk is waited for here.
                patiently(|| run(connection, "commit"))?;
                *open = false;
                Ok(())
            }
            Link::Postgres { client, .. } => {
                alive(client.as_ref())?.batch_execute("commit").await?;
                // Everything lasts already, whatever becomes of this.
                if let Some(client) = client.take()
                    && let Err(error) = postgres::measure_grown(&client, &self.grown).await
                {
                    tracing::debug!(%error, "tables were not measured");
                }
                Ok(())
            }
        }
    }

    async fn control(&mut self, sql: &str) -> Result<()> {
        match &self.link {
            Link::Reader(reader) => run(reader.connection(), sql),
            Link::Writer { connection, .. } => run(connection, sql),
            Link::Postgres { client, .. } => Ok(alive(client.as_ref())?.batch_execute(sql).await?),
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        match &mut self.link {
            // A reader undoes its transaction itself on its way home.
            Link::Reader(_) | Link::Writer { open: false, .. } => {}
            Link::Writer { connection, .. } => {
                if !connection.is_autocommit()
                    && let Err(error) = connection.execute_batch("rollback")
                {
                    tracing::error!(%error, "a transaction could not be undone");
                }
            }
            // Closing the connection undoes its transaction; the pool makes another.
            Link::Postgres { client, .. } => {
                if let Some(client) = client.take() {
                    drop(Object::take(client));
                }
            }
        }
    }
}

fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn alive(client: Option<&Object>) -> Result<&Object> {
    client.ok_or_else(|| Error::Failed("the transaction has ended".into()))
}
