//! Both databases: the same tables, the same columns, the same values.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod parity;
mod transactions;
mod values;

use base::Clock;
use store::{Db, Options};

/// A fresh database with the present schema, on SQLite.
fn sqlite() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let db = Db::open(&format!("sqlite:{}", folder.path().join("t.db").display()), Options { connections: 2 });
    (folder, db.expect("the database opens"))
}

/// A database with a name of its own on the server that `REEVE_TEST_POSTGRES` names, if it names one.
async fn postgres() -> Option<Db> {
    let server = std::env::var("REEVE_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
    let name = format!("reeve_store_{}", base::hex::encode(&base::Random::System.bytes::<8>()));
    let (client, connection) =
        tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client.batch_execute(&format!("create database {name}")).await.expect("the server obeys");
    let host = server.split('?').next().unwrap_or(&server).splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    Some(Db::open(&format!("{host}/{name}"), Options { connections: 4 }).expect("the URL is read"))
}

/// Runs `test` on each database there is.
async fn on_each(test: impl AsyncFn(Db)) {
    let (_folder, db) = sqlite();
    db.migrate(&Clock::System).await.expect("the schema is made");
    test(db).await;
    if let Some(db) = postgres().await {
        db.migrate(&Clock::System).await.expect("the schema is made");
        test(db).await;
    }
}
