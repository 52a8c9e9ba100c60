//! Bringing a database to the present schema, once, whoever comes first.

use std::collections::HashMap;

use base::{Clock, Secret};

use crate::{Db, Dialect, Error, Result, Tx, params};

/// One step of the schema; never changed once released.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number and name, as `0001_foundation`.
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Migration {
    /// Its statements for one database.
    pub fn sql(&self, dialect: Dialect) -> String {
        dialect.spell(match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        })
    }

    /// What is remembered of it, so that a changed migration is found out.
    fn checksum(&self, dialect: Dialect) -> Vec<u8> {
        Secret::new(self.sql(dialect)).sha256().to_vec()
    }
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
    ($name:literal, each) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".postgres.sql")),
        }
    };
}

const MIGRATIONS: &[Migration] = &[
    migration!("0001_foundation"),
    migration!("0002_search", each),
    migration!("0003_groups"),
    migration!("0004_jobs"),
    migration!("0005_attributes"),
    migration!("0006_imports"),
    migration!("0007_bulk"),
    migration!("0008_protected_groups"),
    migration!("0009_value_text", each),
    migration!("0010_pace"),
    migration!("0011_messages"),
    migration!("0012_policies"),
    migration!("0013_locks"),
    migration!("0014_links"),
];

/// Every migration, in order.
pub fn migrations() -> &'static [Migration] {
    MIGRATIONS
}

/// Why a database could not be brought to the present schema.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A migration that was applied here reads differently in this program.
    #[error("migration {0} was applied to this database in another wording; this program must not touch it")]
    Changed(String),
    /// The database holds a migration that this program does not know.
    #[error("this database was made by a newer version (it has migration {0}); start that version instead")]
    Newer(String),
    /// Another process is at it, and took longer than we may wait.
    #[error("another process is bringing this database to its schema; start again when it is done ({0})")]
    Busy(String),
    /// The database refused.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Db {
    /// Applies the migrations that are missing, each in its own transaction, under a lock that keeps other
    /// processes waiting. Answers the names of those applied.
    ///
    /// Waits for another process that is at it: on PostgreSQL as long as it takes, unless the URL sets `lock_timeout`.
    ///
    /// Errors: `Changed`, `Newer`, `Busy`, `Failed`.
    pub async fn migrate(&self, clock: &Clock) -> std::result::Result<Vec<&'static str>, MigrateError> {
        // Whoever has nothing to do here waits for nobody.
        if self.missing_migrations().await?.is_empty() {
            return Ok(Vec::new());
        }
        let mut applied = Vec::new();
        loop {
            // One transaction a step: SQLite's write lock, or PostgreSQL's advisory lock, keeps others out of it.
            let mut tx = self.begin_write().await?;
            lock(&mut tx).await?;
            make_ledger(&mut tx).await?;
            let done = ledger(&mut tx).await?;
            check(&done, self.dialect())?;
            let Some(next) = MIGRATIONS.iter().find(|migration| !done.contains_key(migration.name)) else {
                tx.commit().await?;
                return Ok(applied);
            };
            tx.batch(&next.sql(self.dialect())).await?;
            tx.execute(
                "insert into schema_migrations (name, checksum, applied_at) values ($1, $2, $3)",
                params![next.name, next.checksum(self.dialect()), clock.now()],
            )
            .await?;
            tx.commit().await?;
            applied.push(next.name);
        }
    }

    /// The migrations that are missing here; changes nothing.
    ///
    /// Errors: `Changed`, `Newer`, `Failed`.
    pub async fn missing_migrations(&self) -> std::result::Result<Vec<&'static str>, MigrateError> {
        let mut tx = self.begin_read().await?;
        let tables =
            tx.one(self.dialect().count_tables(), params!["schema_migrations"], |row| row.get::<i64>(0)).await?;
        let done = if tables > 0 { ledger(&mut tx).await? } else { HashMap::new() };
        // On its way home the connection need not be thrown away.
        let _ = tx.commit().await;
        check(&done, self.dialect())?;
        Ok(MIGRATIONS.iter().map(|migration| migration.name).filter(|name| !done.contains_key(*name)).collect())
    }
}

async fn lock(tx: &mut Tx) -> std::result::Result<(), MigrateError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    // A step over many rows may take longer than any statement of a request.
    tx.batch("set local statement_timeout = 0").await?;
    // Any number does, as long as every version of us uses the same.
    let is_free = tx.one("select pg_try_advisory_xact_lock(7233683271)", &[], |row| row.get::<bool>(0)).await?;
    if !is_free {
        tracing::warn!("another process is bringing the database to its schema; waiting for it");
        tx.batch("select pg_advisory_xact_lock(7233683271)").await.map_err(|error| match error {
            Error::Unavailable(text) => MigrateError::Busy(text),
            other => MigrateError::Failed(other),
        })?;
    }
    Ok(())
}

async fn make_ledger(tx: &mut Tx) -> Result<()> {
    tx.batch(
        "create table if not exists schema_migrations (
            name text primary key,
            checksum bytea not null,
            applied_at bigint not null
        )",
    )
    .await
}

/// What was applied here: name and checksum.
async fn ledger(tx: &mut Tx) -> Result<HashMap<String, Vec<u8>>> {
    let rows =
        tx.all("select name, checksum from schema_migrations", &[], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    Ok(rows.into_iter().collect())
}

fn check(done: &HashMap<String, Vec<u8>>, dialect: Dialect) -> std::result::Result<(), MigrateError> {
    for (name, checksum) in done {
        match MIGRATIONS.iter().find(|migration| migration.name == name) {
            None => return Err(MigrateError::Newer(name.clone())),
            Some(migration) if migration.checksum(dialect) != *checksum => {
                return Err(MigrateError::Changed(name.clone()));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
