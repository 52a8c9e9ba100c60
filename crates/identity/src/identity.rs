//! What the server owns, and the only place where transactions begin and end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Clock, OrganizationId, Random, RequestId};
use store::{Db, Tx};
use tokio::sync::Notify;

use crate::access::Actor;
use crate::accounts::ListAnchors;
use crate::credentials::Hasher;
use crate::events::Event;
use crate::files::Files;
use crate::{Caller, Door, Error, Operation, Result, audit, counters, organizations};

/// The core of the server; cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Owned>);

struct Owned {
    db: Db,
    clock: Clock,
    random: Random,
    hasher: Hasher,
    anchors: ListAnchors,
    files: Files,
    public_url: String,
    mail_server: Option<outbound::MailServer>,
    queued: Notify,
    first_organization: OrganizationId,
}

/// What the core is opened with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where time comes from.
    pub clock: Clock,
    /// Where chance comes from.
    pub random: Random,
    /// Threads that hash passwords; as many as there are cores when `None`.
    pub hashing_threads: Option<usize>,
    /// The folder for files that are kept for a while; without one, none are.
    pub files: Option<PathBuf>,
    /// How browsers reach the server, as `https://sso.example.com`: links in messages are built from it, and never from
    /// what a request claims. [`LOCAL_URL`] when `None`.
    pub public_url: Option<String>,
    /// The mail server that the configuration names; it comes before one that an organization chose.
    pub mail_server: Option<outbound::MailServer>,
}

/// Where a server is reached that nobody gave an address.
const LOCAL_URL: &str = "http://127.0.0.1:8080";

impl Identity {
    /// Opens the core on a database with the present schema, and founds the first organization when there is none.
    ///
    /// Errors: `Unavailable`, `Internal`.
    pub async fn open(db: Db, options: Options) -> Result<Self> {
        let first = organizations::first(&db, options.clock.now(), &options.random).await?;
        let threads =
            options.hashing_threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        Ok(Identity(Arc::new(Owned {
            hasher: Hasher::with_workers(options.random.clone(), threads),
            files: Files::in_folder(options.files, options.random.clone()),
            public_url: options
                .public_url
                .map_or_else(|| LOCAL_URL.to_owned(), |url| url.trim_end_matches('/').to_owned()),
            mail_server: options.mail_server,
            queued: Notify::new(),
            db,
            clock: options.clock,
            random: options.random,
            anchors: ListAnchors::default(),
            first_organization: first,
        })))
    }

    /// Runs `work` in one transaction: committed with its audit events when it succeeds, undone when it fails.
    /// What was refused to the caller is recorded either way.
    ///
    /// Errors: those of `work`; `Unavailable`; `Internal` when rows changed and nothing was recorded.
    pub async fn write<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFnOnce(&mut Operation<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut op = self.operation(caller, self.0.db.begin_write().await?);
        // On the heap, an operation doesn't make each that waits for it as large as itself.
        let answer = Box::pin(work(&mut op)).await;
        if answer.is_ok() && op.tx.writes() > 0 && op.events.is_empty() {
            return Err(Error::Internal("an operation changed rows but recorded no event".into()));
        }
        self.settle(caller, op, answer).await
    }

    /// Runs `work` in one transaction that keeps house: rows that are no event of their own (when a session was
    /// last seen, attempts counted, links expired, how far an import has come).
    ///
    /// Errors: those of `work`; `Unavailable`.
    pub(crate) async fn housekeeping<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFnOnce(&mut Operation<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut op = self.operation(caller, self.0.db.begin_write().await?);
        let answer = Box::pin(work(&mut op)).await;
        self.settle(caller, op, answer).await
    }

    /// Keeps house in transactions that are each short: `batch` runs in one after the other, at most `most` times, until
    /// it answers that nothing was left to do. Answers how much it did in all.
    ///
    /// Errors: those of `batch`; `Unavailable`.
    pub(crate) async fn housekeeping_in_batches(
        &self,
        most: u32,
        mut batch: impl AsyncFnMut(&mut Operation<'_>) -> Result<u64>,
    ) -> Result<u64> {
        let server = self.caller(Actor::System, Door::Worker);
        let mut all = 0;
        for _ in 0..most {
            let done = self.housekeeping(&server, &mut batch).await?;
            all += done;
            if done == 0 {
                break;
            }
        }
        Ok(all)
    }

    /// Ends a transaction: makes it last, or undoes it and records what was refused on its own.
    async fn settle<T>(&self, caller: &Caller, mut op: Operation<'_>, answer: Result<T>) -> Result<T> {
        let mut refusals = std::mem::take(&mut op.refusals);
        if answer.is_err() {
            drop(op); // Undoes the work before the refusals are written.
            self.remember(caller, refusals).await?;
            return answer;
        }
        let mut events = std::mem::take(&mut op.events);
        events.append(&mut refusals);
        audit::append(&mut op, events).await?;
        counters::apply(&mut op).await?;
        let has_queued = op.has_queued;
        op.tx.commit().await?;
        if has_queued {
            self.0.queued.notify_one();
        }
        answer
    }

    /// Runs `work` on one snapshot of the database; nothing can be changed. What was refused is recorded.
    ///
    /// Errors: those of `work`; `Unavailable`.
    pub async fn read<T>(&self, caller: &Caller, work: impl AsyncFnOnce(&mut Operation<'_>) -> Result<T>) -> Result<T> {
        let mut op = self.operation(caller, self.0.db.begin_read().await?);
        let answer = Box::pin(work(&mut op)).await;
        let refusals = std::mem::take(&mut op.refusals);
        let Operation { tx, .. } = op;
        // Ending a snapshot can't fail in a way that matters to what was read.
        let _ = tx.commit().await;
        self.remember(caller, refusals).await?;
        answer
    }

    async fn remember(&self, caller: &Caller, refusals: Vec<Event>) -> Result<()> {
        if refusals.is_empty() {
            return Ok(());
        }
        let mut op = self.operation(caller, self.0.db.begin_write().await?);
        audit::append(&mut op, refusals).await?;
        op.tx.commit().await?;
        Ok(())
    }

    fn operation<'a>(&'a self, caller: &'a Caller, tx: Tx) -> Operation<'a> {
        Operation {
            tx,
            caller,
            now: self.0.clock.now(),
            random: &self.0.random,
            files: &self.0.files,
            public_url: &self.0.public_url,
            has_queued: false,
            events: Vec::new(),
            refusals: Vec::new(),
            counts: BTreeMap::new(),
            settings: None,
            attributes: None,
        }
    }

    /// A caller of the first organization; the request gets a new identifier.
    pub fn caller(&self, actor: Actor, door: Door) -> Caller {
        Caller {
            actor,
            door,
            organization: self.0.first_organization,
            request: self.0.random.id::<RequestId>(self.0.clock.now()),
            address: None,
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Where time comes from.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Where chance comes from.
    pub fn random(&self) -> &Random {
        &self.0.random
    }

    /// The pool that hashes passwords.
    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// Files that are kept for a while.
    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    /// What another core on the same database is opened with: the same clock, chance, folder and address.
    pub fn options(&self) -> Options {
        Options {
            clock: self.0.clock.clone(),
            random: self.0.random.clone(),
            hashing_threads: None,
            files: self.0.files.path().map(Path::to_owned),
            public_url: Some(self.0.public_url.clone()),
            mail_server: self.0.mail_server.clone(),
        }
    }

    /// How browsers reach the server, without a slash at its end.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// The mail server that the configuration names.
    pub fn mail_server(&self) -> Option<&outbound::MailServer> {
        self.0.mail_server.as_ref()
    }

    /// Wakes up when this process has put messages into the outbox.
    pub fn queued(&self) -> &Notify {
        &self.0.queued
    }

    /// What is remembered of long lists, so that any page of them is near.
    pub fn anchors(&self) -> &ListAnchors {
        &self.0.anchors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Permission, Target};

    async fn open(folder: &Path) -> Identity {
        let url = format!("sqlite:{}", folder.join("t.db").display());
        let db = Db::open(&url, store::Options::default()).expect("the database opens");
        db.migrate(&Clock::System).await.expect("the schema is made");
        Identity::open(db, Options { hashing_threads: Some(1), ..Options::default() }).await.expect("the core opens")
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_without_an_event_is_refused_and_undone() {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let identity = open(folder.path()).await;
        let operator = identity.caller(Actor::Operator, Door::CommandLine);
        let stranger = identity.caller(Actor::Anonymous, Door::Portal);
        for caller in [&operator, &stranger] {
            let answer = identity
                .write(caller, async |op| {
                    // A refusal that was noted on the way is no event of the change.
                    let _ = op.allow(Permission::CreateAccount, Target::Organization);
                    organizations::mark_set_up(op).await
                })
                .await;
            assert!(matches!(answer, Err(Error::Internal(_))));
        }
        assert!(!identity.read(&operator, async |op| organizations::is_set_up(op).await).await.expect("it is read"));
    }
}
