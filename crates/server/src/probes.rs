//! What supervisors ask: whether the process lives, whether it can serve, and its figures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use identity::access::Actor;
use identity::{Door, Identity, organizations};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::config::Networks;
use crate::telemetry::Peer;

/// A database that is slower than this can't serve people.
const READY_WITHIN: Duration = Duration::from_secs(1);

/// What the probes look at; cheap to clone.
#[derive(Clone)]
pub(crate) struct Probes(Arc<Parts>);

struct Parts {
    identity: Identity,
    metrics: PrometheusHandle,
    metrics_from: Networks,
    trusted_proxies: Networks,
    is_stopping: AtomicBool,
}

impl Probes {
    /// Probes of a server.
    pub(crate) fn new(
        identity: Identity,
        metrics: PrometheusHandle,
        metrics_from: Networks,
        trusted_proxies: Networks,
    ) -> Self {
        Probes(Arc::new(Parts {
            identity,
            metrics,
            metrics_from,
            trusted_proxies,
            is_stopping: AtomicBool::new(false),
        }))
    }

    /// Lets load balancers know that no more requests are wanted.
    pub(crate) fn stop(&self) {
        self.0.is_stopping.store(true, Ordering::Relaxed);
    }

    /// `/healthz`, `/readyz` and `/metrics`.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/healthz", get(async || "alive\n"))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .with_state(self.clone())
    }
}

/// Ready when the database answers.
async fn readyz(State(probes): State<Probes>) -> Response {
    if probes.0.is_stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let identity = &probes.0.identity;
    let caller = identity.caller(Actor::System, Door::Worker);
    let answer = identity.read(&caller, async |op| organizations::present(op).await);
    match tokio::time::timeout(READY_WITHIN, answer).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
        Err(_) => {
            tracing::warn!("the database takes longer than a second to answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer in time\n").into_response()
        }
    }
}

/// The figures, for those networks that may read them; for others there is no such page.
async fn metrics(
    State(probes): State<Probes>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
) -> Response {
    // Whoever comes through a proxy that we don't know may be anybody, even when the proxy is our neighbour.
    let is_unknown_proxy = headers.contains_key("x-forwarded-for") && !probes.0.trusted_proxies.contain(peer.ip());
    if is_unknown_proxy || !probes.0.metrics_from.contain(client.ip()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], probes.0.metrics.render()).into_response()
}
