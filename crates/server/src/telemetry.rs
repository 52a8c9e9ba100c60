//! What operators see of the running server: logs, and figures of each request.

#![expect(clippy::disallowed_methods, reason = "how long a request took is measured here, and nowhere else")]

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base::{Clock, Random, RequestId};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Config, LogFormat, Networks};

/// Names a request in answers and logs.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Seconds that the histogram of requests is divided at.
const BUCKETS_S: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Sends logs to standard error, `quiet` for commands that people run by hand.
pub(crate) fn start_logging(config: &Config, quiet: bool) {
    let level = config.log_level.as_deref().unwrap_or(if quiet { "warn" } else { "info" });
    // The pool of connections says "db error" and no more; whoever needed one says what it was.
    let filter: Targets = format!("deadpool.postgres=error,{level}").parse().unwrap_or_default();
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    // Only a second start in the same process could fail.
    let _ = match config.log_format {
        LogFormat::Text => {
            let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
            registry.with(lines.with_ansi(is_terminal).with_target(false)).try_init()
        }
        LogFormat::Json => {
            registry.with(lines.json().flatten_event(true).with_current_span(true).with_span_list(false)).try_init()
        }
    };
}

/// Starts to keep figures; answers what prints them.
///
/// Errors: figures are kept already.
pub(crate) fn start_metrics(database: &'static str) -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new().set_buckets(BUCKETS_S)?.install_recorder()?;
    metrics::describe_counter!("reeve_http_requests_total", "Requests answered, by method, route and status.");
    metrics::describe_histogram!(
        "reeve_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time to the first byte of an answer."
    );
    metrics::describe_gauge!("reeve_info", "Always 1; the labels tell version and database.");
    metrics::gauge!("reeve_info", "version" => env!("CARGO_PKG_VERSION"), "database" => database).set(1.0);
    Ok(handle)
}

/// Gives each request its identifier and its client's address, and notes how it went.
///
/// The route is noted, never the path: paths hold tokens and names.
pub(crate) async fn observe(State(trusted_proxies): State<Networks>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id: RequestId = Random::System.id(Clock::System.now());
    request.extensions_mut().insert(id);
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let client = trusted_proxies.client_behind(peer, request.headers());
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, peer.port())));
    }
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();

    let mut response = next.run(request).instrument(tracing::info_span!("request", request.id = %id)).await;

    let took = began.elapsed();
    let status = response.status().as_u16();
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    note(method, route.as_ref().map_or("other", MatchedPath::as_str), status, took, id);
    response
}

/// The other end of the connection, before any proxy is believed.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

fn note(method: &'static str, route: &str, status: u16, took: Duration, id: RequestId) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::counter!("reeve_http_requests_total", &labels).increment(1);
    metrics::histogram!("reeve_http_request_duration_seconds", &labels).record(took.as_secs_f64());
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    // Style sheets and probes are asked for all the time and tell nothing.
    let is_routine = route.starts_with("/assets/") || ["/healthz", "/readyz", "/metrics"].contains(&route);
    if status >= 500 {
        tracing::warn!(request.id = %id, duration_ms, "{method} {route} answered {status}");
    } else if is_routine {
        tracing::debug!(request.id = %id, duration_ms, "{method} {route} answered {status}");
    } else {
        tracing::info!(request.id = %id, duration_ms, "{method} {route} answered {status}");
    }
}

/// Anyone can invent methods, and each would be a line of its own in the figures.
fn method_label(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
