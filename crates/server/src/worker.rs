//! What the server does by itself, beside answering requests.

use std::time::Duration;

use identity::jobs::{self, Job};
use identity::messages::{Post, Stopper};
use identity::{Error, Identity, accounts, bulk_changes, drafts, housekeeping, imports};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Old rows harm nobody for an hour.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// Figures that wait to be added up take memory.
const UPKEEP_EVERY: Duration = Duration::from_secs(10);
/// Somebody may be looking at the page of a job that has not begun.
const LOOK_FOR_JOBS_EVERY: Duration = Duration::from_secs(1);
/// Another server may have queued something, or a message may be due again.
const LOOK_FOR_MESSAGES_EVERY: Duration = Duration::from_secs(1);

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

/// The thread that carries out jobs: what computes for long keeps nobody's page waiting.
pub(crate) struct JobThread {
    thread: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl JobThread {
    /// Begins to look for jobs.
    pub(crate) fn start(identity: Identity) -> Self {
        let (stop, told_to_stop) = oneshot::channel();
        let runtime = Handle::current();
        let thread = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = work(identity) => {}
                    _ = told_to_stop => {}
                }
            });
        });
        JobThread { thread, stop }
    }

    /// Leaves the job in work where it is: it goes on after the next start.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.thread.await {
            tracing::error!(%error, "the thread for jobs ended with a defect");
        }
    }
}

/// Carries out jobs, one after the other.
async fn work(identity: Identity) {
    loop {
        // Somebody may be waiting to search by an attribute that was changed.
        if let Err(error) = accounts::tend_attributes(&identity).await {
            tracing::warn!(%error, "accounts could not be brought in step with their attributes");
        }
        match jobs::take(&identity).await {
            Ok(Some(job)) => carry_out(&identity, &job).await,
            Ok(None) => tokio::time::sleep(LOOK_FOR_JOBS_EVERY).await,
            Err(error) => {
                tracing::warn!(%error, "no job could be taken");
                tokio::time::sleep(LOOK_FOR_JOBS_EVERY * 5).await;
            }
        }
    }
}

/// Sends messages until it is told to stop.
pub(crate) struct PostOffice {
    task: JoinHandle<()>,
    stopper: Stopper,
    stop: oneshot::Sender<()>,
}

impl PostOffice {
    /// Begins to look for messages.
    pub(crate) fn start(identity: Identity) -> Self {
        let (stop, told_to_stop) = oneshot::channel();
        let post = Post::new(identity.clone());
        let stopper = post.stopper();
        PostOffice { task: tokio::spawn(deliver(identity, post, told_to_stop)), stopper, stop }
    }

    /// Sends what is being sent to its end, so that nobody gets it twice, but waits no longer than `patience`.
    pub(crate) async fn stop(self, patience: Duration) {
        self.stopper.stop();
        drop(self.stop);
        if tokio::time::timeout(patience, self.task).await.is_err() {
            tracing::warn!("a message was left while it was being sent; it may be sent twice");
        }
    }
}

/// Sends what is due, and looks again when this process queues something, or another may have.
async fn deliver(identity: Identity, mut post: Post, mut told_to_stop: oneshot::Receiver<()>) {
    loop {
        let queued = identity.queued().notified();
        let mut wait = LOOK_FOR_MESSAGES_EVERY;
        if let Err(error) = post.deliver().await {
            tracing::warn!(%error, "messages could not be sent");
            wait *= 5;
        }
        tokio::select! {
            () = queued => {}
            () = tokio::time::sleep(wait) => {}
            _ = &mut told_to_stop => return,
        }
    }
}

async fn carry_out(identity: &Identity, job: &Job) {
    tracing::info!(job = %job.id, kind = job.kind, attempt = job.attempts, "a job begins");
    let done = jobs::carry_out(identity, job, async |progress| match job.kind.as_str() {
        bulk_changes::JOB => bulk_changes::carry_out(identity, job, progress).await,
        drafts::JOB => drafts::carry_out(identity, job, progress).await,
        drafts::CHECK_JOB => drafts::carry_out_check(identity, job, progress).await,
        imports::UNDO_JOB => imports::carry_out_undo(identity, job, progress).await,
        kind => Err(Error::Internal(format!("this version knows no job of the kind {kind:?}"))),
    });
    match done.await {
        Ok(()) => tracing::info!(job = %job.id, "a job is over"),
        Err(error) => tracing::warn!(job = %job.id, %error, "a job was left"),
    }
}
