//! PostgreSQL: a pool of connections, statements prepared once on each.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::ToSql;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result, Row, Value};

/// Opens a pool for `url`, which may name several hosts (`postgres://u:p@a,b/db?target_session_attrs=read-write`).
///
/// With `sslmode=require` every connection is encrypted and the server's certificate must be good by the system's
/// roots, or by those of the file that SSL_CERT_FILE names; without, connections are plain. None is made yet.
///
/// Errors: `Failed` when the URL, or the roots, can't be read.
pub(crate) fn open(url: &str, connections: usize) -> Result<Pool> {
    let mut config: tokio_postgres::Config = url.parse().map_err(|error| Error::Failed(format!("{error}")))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_application_name().is_none() {
        config.application_name("reeve");
    }
    // A statement that hangs must not hold its connection for ever; compiling queries costs more than it gains here.
    let options = config.get_options().unwrap_or_default();
    config.options(format!("{options} -c statement_timeout=60s -c jit=off"));
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if config.get_ssl_mode() == SslMode::Require {
        Manager::from_config(config, encrypted()?, recycling)
    } else {
        config.ssl_mode(SslMode::Disable);
        Manager::from_config(config, NoTls, recycling)
    };
    Pool::builder(manager)
        .max_size(connections)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(Duration::from_secs(10)),
            create: Some(Duration::from_secs(10)),
            recycle: Some(Duration::from_secs(5)),
        })
        .build()
        .map_err(|error| Error::Failed(error.to_string()))
}

fn encrypted() -> Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(Error::Failed("no root certificates were found to hold the database's certificate against".into()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Every row that `sql` finds.
pub(crate) async fn all<T>(
    client: &Object,
    sql: &str,
    values: &[Value],
    mut map: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let statement = client.prepare_cached(sql).await?;
    let rows = client.query(&statement, &bound(values)).await?;
    rows.iter().map(|row| map(&Row::Postgres(row))).collect()
}

/// Carries out `sql` and answers how many rows it changed.
pub(crate) async fn execute<'a>(
    client: &Object,
    sql: &str,
    values: impl IntoIterator<Item = &'a Value>,
) -> Result<u64> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.execute(&statement, &bound(values)).await?)
}

/// Measures those of `tables` that have doubled since they were measured last.
///
/// PostgreSQL keeps the plan of a prepared statement until it hears that a table has changed its size, which by itself
/// takes it a minute: a plan made for an empty table reads all of a full one.
pub(crate) async fn measure_grown(client: &Object, tables: &[&str]) -> Result<()> {
    let statement = client
        .prepare_cached(
            "select pg_relation_size(oid) > (2 * relpages::bigint + 8) * current_setting('block_size')::bigint
             from pg_class where oid = to_regclass($1::text)",
        )
        .await?;
    for table in tables {
        let rows = client.query(&statement, &[table]).await?;
        if rows.first().is_some_and(|row| row.get(0)) {
            client.batch_execute(&format!("analyze {table}")).await?;
        }
    }
    Ok(())
}

fn bound<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<&'a (dyn ToSql + Sync)> {
    values.into_iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
