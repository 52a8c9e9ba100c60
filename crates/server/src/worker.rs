//! What the server does by itself, beside answering requests.

use std::time::Duration;

use identity::{Identity, housekeeping};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Old rows harm nobody for an hour.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// Figures that wait to be added up take memory.
const UPKEEP_EVERY: Duration = Duration::from_secs(10);

/// Works until the task is dropped.
pub(crate) async fn run(identity: Identity, metrics: PrometheusHandle) {
    let mut sweep = interval(SWEEP_EVERY);
    let mut upkeep = interval(UPKEEP_EVERY);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once: nothing has ended since the start, and people wait for the first page.
    sweep.tick().await;
    loop {
        tokio::select! {
            _ = upkeep.tick() => metrics.run_upkeep(),
            _ = sweep.tick() => keep_house(&identity).await,
        }
    }
}

async fn keep_house(identity: &Identity) {
    match housekeeping::sweep(identity).await {
        Ok(rows) => tracing::debug!(rows, "what had ended was removed"),
        Err(error) => tracing::error!(%error, "what had ended could not be removed"),
    }
}
