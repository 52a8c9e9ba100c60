//! Fresh databases for tests.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use base::{Random, hex};
use tempfile::TempDir;

/// A fresh, empty database that goes away with this value, or with [`Database::drop_now`].
pub struct Database {
    url: String,
    folder: Option<TempDir>,
    server: Option<(String, String)>,
}

/// One of each kind: SQLite always, PostgreSQL when `REEVE_TEST_POSTGRES` names a server.
pub fn databases() -> Vec<fn() -> Database> {
    let mut all: Vec<fn() -> Database> = vec![Database::sqlite];
    if postgres_server().is_some() {
        all.push(Database::postgres);
    } else {
        eprintln!("PostgreSQL is left out: REEVE_TEST_POSTGRES is not set");
    }
    all
}

fn postgres_server() -> Option<String> {
    std::env::var("REEVE_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

impl Database {
    /// A SQLite file in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let path: PathBuf = folder.path().join("test.db");
        Database { url: format!("sqlite:{}", path.display()), folder: Some(folder), server: None }
    }

    /// A database with a name of its own on the test server.
    pub fn postgres() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let server = postgres_server().expect("REEVE_TEST_POSTGRES names a server");
        let chance = hex::encode(&Random::System.bytes::<8>());
        let name = format!("reeve_test_{chance}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let url = with_database(&server, &name);
        Database { url, folder: None, server: Some((server, name)) }
    }

    /// The URL to open it by.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes the database, where that takes more than opening it.
    pub async fn create(&self) {
        if let Some((server, name)) = &self.server {
            on_server(server, &format!("create database {name}")).await;
        }
    }

    /// Removes the database; nobody may be connected any more.
    pub async fn drop_now(self) {
        if let Some((server, name)) = &self.server {
            on_server(server, &format!("drop database if exists {name} with (force)")).await;
        }
        drop(self.folder);
    }
}

fn with_database(server: &str, name: &str) -> String {
    let (before, query) = server.split_once('?').map_or((server, None), |(before, query)| (before, Some(query)));
    let host = before.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    query.map_or_else(|| format!("{host}/{name}"), |query| format!("{host}/{name}?{query}"))
}

async fn on_server(server: &str, sql: &str) {
    let (client, connection) =
        tokio_postgres::connect(server, tokio_postgres::NoTls).await.expect("the test server answers");
    let running = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the test server obeys");
    drop(client);
    let _ = running.await;
}
