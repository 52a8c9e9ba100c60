//! The running server: listens, answers, and stops in order.

use std::io::{self, IsTerminal};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use identity::access::Actor;
use identity::{Door, Identity, messages, setup};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::config::{Config, url_of};
use crate::probes::Probes;
use crate::terminal::say;
use crate::{database, telemetry, tls, worker};

/// An answer takes longer only when something is broken.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// A browser that sends nothing for this long has gone.
const SILENT_FOR: Duration = Duration::from_secs(30);
/// Headers that trickle in hold a connection (the attack called Slowloris).
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// When told to stop, requests in work get this long to end.
const DRAIN_WITHIN: Duration = Duration::from_secs(10);
/// The largest file that anyone uploads; pages have smaller limits of their own.
const LARGEST_BODY_BYTES: usize = 64 * 1024 * 1024;

/// Serves until SIGTERM or SIGINT. `greet` prepares what is printed once the server answers.
///
/// Errors: one sentence about what can't be read, reached or listened on.
pub(crate) async fn run(config: &Config, greet: impl AsyncFnOnce(&Identity, &str) -> Result<String>) -> Result<()> {
    let tls = match &config.tls {
        Some(files) => Some((files, tls::load(files)?)),
        None => None,
    };
    let listener = listen(config.listen)?;
    let address = listener.local_addr()?;
    let _sole = database::become_sole_server(config)?;
    let url = config.public_url.clone().unwrap_or_else(|| url_of(address, config.tls.is_some()));
    let identity = database::open_at(config, &url).await?;
    let greeting = greet(&identity, &url).await?;

    let metrics = telemetry::start_metrics(identity.db().dialect().name())?;
    let probes =
        Probes::new(identity.clone(), metrics.clone(), config.metrics_from.clone(), config.trusted_proxies.clone());
    let site = web::Site::new(identity.clone(), config.is_tls());
    let doors = web::router(site.clone());
    let service = layered(doors.merge(probes.router()), config).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let hurry = stop_when_told(Signals::new()?, handle.clone(), probes);
    let worker = tokio::spawn(worker::run(identity.clone(), metrics));
    let jobs = worker::JobThread::start(identity.clone());
    if database::sqlite_file(config).is_some() {
        // Nobody else has any messages of this file.
        messages::give_all_back(&identity).await?;
    }
    let post = worker::PostOffice::start(identity.clone());

    say(banner(config, &identity, &url, &greeting));
    warn_of_dangers(config, address);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, database = database::kind(identity.db()), "started");
    let serving = async {
        match tls {
            Some((files, config)) => {
                tokio::spawn(tls::reload_when_told(signal(SignalKind::hangup())?, files.clone(), config.clone()));
                patient(axum_server::from_tcp_rustls(listener, config)?).handle(handle).serve(service).await
            }
            None => patient(axum_server::from_tcp(listener)?).handle(handle).serve(service).await,
        }
    };
    let serving = async {
        let served = serving.await;
        if tokio::time::timeout(DRAIN_WITHIN, site.settle()).await.is_err() {
            tracing::warn!("what somebody had asked for was not done, although it was answered");
        }
        served
    };
    tokio::select! {
        served = serving => served.context("the server ended")?,
        () = hurry => tracing::warn!("told twice to stop: requests in work are cut off"),
    }
    worker.abort();
    jobs.stop().await;
    post.stop(DRAIN_WITHIN).await;
    tracing::info!("stopped");
    Ok(())
}

/// The link for the first administrator, as long as there is none; it works for 24 hours, and a start makes a new one.
///
/// Errors: the database can't be written.
pub(crate) async fn greet_with_link(identity: &Identity, url: &str) -> Result<String> {
    let server = identity.caller(Actor::System, Door::CommandLine);
    let link = identity.write(&server, async |op| setup::issue_link(op).await).await?;
    Ok(match link {
        Some(token) => format!(
            "Nobody is in charge yet. Open this link within 24 hours to become the first administrator:\n\n  {url}/setup/{}\n",
            token.expose()
        ),
        None => format!("Sign in at {url}/sign-in\n"),
    })
}

/// What every request passes, the outermost last.
fn layered(router: Router, config: &Config) -> Router {
    router
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY_BYTES))
        .layer(RequestBodyTimeoutLayer::new(SILENT_FOR))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(config.trusted_proxies.clone(), telemetry::observe))
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            anyhow!("{address} is in use by another program; stop it, or choose another address with --listen")
        }
        io::ErrorKind::PermissionDenied => {
            anyhow!(
                "listening on {address} is not permitted; choose a port above 1023 with --listen, or grant the right"
            )
        }
        io::ErrorKind::AddrNotAvailable => anyhow!("{address} is no address of this machine; choose one with --listen"),
        _ => anyhow!("listening on {address} failed: {error}"),
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// HTTP/1.1 alone: to tell it from HTTP/2, a server without ALPN waits for the first bytes, and would wait for ever for
/// who sends none.
fn patient<A>(server: axum_server::Server<SocketAddr, A>) -> axum_server::Server<SocketAddr, A> {
    let mut server = server.http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    server
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Signals { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Begins the end at the first signal, and ends with the second: requests may wait for a disk or a database, and the
/// server's own end would wait for them.
async fn stop_when_told(mut signals: Signals, handle: Handle<SocketAddr>, probes: Probes) {
    signals.next().await;
    tracing::info!("stopping: requests in work may end");
    probes.stop();
    handle.graceful_shutdown(Some(DRAIN_WITHIN));
    signals.next().await;
}

/// How to reach an address from a browser on this machine.
fn banner(config: &Config, identity: &Identity, url: &str, greeting: &str) -> String {
    let database = match database::sqlite_file(config) {
        Some(file) => format!("{}, {}", database::kind(identity.db()), file.display()),
        None => database::name(config).replacen("the PostgreSQL database", "PostgreSQL,", 1),
    };
    let file = config.file.as_ref().map(|file| format!("Settings  {}\n", file.display())).unwrap_or_default();
    let stop = if io::stdin().is_terminal() { "\nCtrl+C stops the server." } else { "" };
    format!(
        "Reeve {version}\n\nAddress   {url}\nDatabase  {database}\n{file}\n{greeting}{stop}",
        version = env!("CARGO_PKG_VERSION")
    )
}

fn warn_of_dangers(config: &Config, address: SocketAddr) {
    if !address.ip().is_loopback() && !config.is_tls() {
        tracing::warn!(
            "passwords cross the network unencrypted; give a certificate, or set public_url to the https address of the proxy in front"
        );
    }
    if let Some(problem) = crate::cli::check::folder_problem(config) {
        tracing::warn!("{problem}");
    }
}
