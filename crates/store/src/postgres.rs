//! PostgreSQL: a pool of connections, statements prepared once on each.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::NoTls;
use tokio_postgres::types::ToSql;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::postgres_url::{self, Wishes};
use crate::{Error, Result, Row, Value};

/// Opens a pool for `url`, as [`postgres_url::read`] understands it. No connection is made yet; one that was lost is
/// replaced when the next is wanted.
///
/// Errors: `Failed` when the URL, or the root certificates, can't be read.
pub(crate) fn open(url: &str, connections: usize) -> Result<Pool> {
    let Wishes { config, tls } = postgres_url::read(url)?;
    let for_each_host = config.get_connect_timeout().copied().unwrap_or_default();
    let hosts = u32::try_from(config.get_hosts().len().max(1)).unwrap_or(1);
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match tls {
        Some(tls) => Manager::from_config(config, MakeRustlsConnect::new(tls), recycling),
        None => Manager::from_config(config, NoTls, recycling),
    };
    Pool::builder(manager)
        .max_size(connections)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(Duration::from_secs(10)),
            // Time to find all hosts but the last silent, and to sign in to that one.
            create: Some(for_each_host * hosts + Duration::from_secs(5)),
            recycle: Some(Duration::from_secs(5)),
        })
        .build()
        .map_err(|error| Error::Failed(error.to_string()))
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
pub(crate) async fn measure_grown(client: &Object, tables: &[String]) -> Result<()> {
    if tables.is_empty() {
        return Ok(());
    }
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
