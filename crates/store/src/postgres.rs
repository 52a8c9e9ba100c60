//! PostgreSQL: a pool of connections, statements prepared once on each.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::NoTls;
use tokio_postgres::types::ToSql;

use crate::{Error, Result, Row, Value};

/// Opens a pool for `url`, which may name several hosts (`postgres://u:p@a,b/db?target_session_attrs=read-write`).
///
/// No connection is made yet.
///
/// Errors: `Failed` when the URL can't be read.
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
    let manager = Manager::from_config(
        config,
        NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
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
pub(crate) async fn execute(client: &Object, sql: &str, values: &[Value]) -> Result<u64> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.execute(&statement, &bound(values)).await?)
}

fn bound(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
