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

const MIGRATIONS: &[Migration] = &[migration!("0001_foundation"), migration!("0002_search", each)];

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
    /// The database refused.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Db {
    /// Applies the migrations that are missing, each in its own transaction, under a lock that keeps other
    /// processes waiting. Answers the names of those applied.
    ///
    /// Errors: `Changed`, `Newer`, `Failed`.
    pub async fn migrate(&self, clock: &Clock) -> std::result::Result<Vec<&'static str>, MigrateError> {
        let mut applied = Vec::new();
        loop {
            // One transaction a step: SQLite's write lock, or PostgreSQL's advisory lock, keeps others out of it.
            let mut tx = self.begin_write().await?;
            lock(&mut tx).await?;
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
}

async fn lock(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        // Any number does, as long as every version of us uses the same.
        tx.batch("select pg_advisory_xact_lock(7233683271)").await?;
    }
    Ok(())
}

/// What was applied here: name and checksum.
async fn ledger(tx: &mut Tx) -> Result<HashMap<String, Vec<u8>>> {
    tx.batch(
        "create table if not exists schema_migrations (
            name text primary key,
            checksum bytea not null,
            applied_at bigint not null
        )",
    )
    .await?;
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
