//! A fixed pool of threads that hash and verify passwords, so that this slow work neither blocks nor floods the server.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{fmt, thread};

use base::{Random, Secret};
use tokio::sync::{Semaphore, oneshot};

use super::password_hash::{ImportedHash, PasswordHash, WorkingMemory};

/// How many sign-ins may wait for each worker: somewhat more than a second's worth.
const SIGN_INS_WAITING_PER_WORKER: usize = 50;
/// How many of the slower ones may wait for each worker.
const SLOW_WAITING_PER_WORKER: usize = 10;

/// Hashes and verifies passwords on one thread a core, each with working memory of its own that it uses again.
///
/// Sign-ins go first. Legacy and unusually costly hashes wait until no sign-in does, imports until neither does;
/// together they never hold the last worker (unless there is only one), so that a sign-in finds one soon.
/// Dropping the hasher ends its threads as soon as they have finished what they are at.
pub struct Hasher {
    queue: Arc<Queue>,
    room_for_bulk: Arc<Semaphore>,
    random: Random,
    nobody: PasswordHash,
}

impl Hasher {
    /// Starts one worker for each core.
    pub fn new(random: Random) -> Self {
        Self::with_workers(random, thread::available_parallelism().map_or(1, NonZero::get))
    }

    /// Starts `workers` workers, at least one. Panics when the system refuses a thread.
    pub fn with_workers(random: Random, workers: usize) -> Self {
        let workers = workers.max(1);
        let queue = Arc::new(Queue {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            room: [workers * SIGN_INS_WAITING_PER_WORKER, workers * SLOW_WAITING_PER_WORKER, usize::MAX],
            slow_at_once: (workers - 1).max(1),
        });
        for number in 0..workers {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(format!("hasher-{number}"))
                .spawn(move || work_through(&queue))
                .expect("the system has a thread for each core");
        }
        Hasher {
            queue,
            room_for_bulk: Arc::new(Semaphore::new(workers * SLOW_WAITING_PER_WORKER)),
            nobody: PasswordHash::of_nobody(random.bytes(), random.bytes()),
            random,
        }
    }

    /// Hashes a password that somebody has just chosen.
    ///
    /// Errors: [`Busy`].
    pub async fn hash(&self, password: Secret) -> Result<PasswordHash, Busy> {
        let salt = self.random.bytes();
        answer(self.enqueue(Lane::SignIn, move |memory| PasswordHash::new(&password, salt, memory))?).await
    }

    /// Verifies a password. Without a hash, because there is no such account or it has no password, the answer is
    /// `Wrong` after as much work as a current hash takes, so that the time doesn't tell which names exist.
    ///
    /// Errors: [`Busy`].
    pub async fn verify(&self, password: Secret, hash: Option<PasswordHash>) -> Result<Verdict, Busy> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let lane = if hash.is_slow() { Lane::Slow } else { Lane::SignIn };
        let verdict = self.enqueue(lane, move |memory| {
            let is_right = hash.verify(&password, memory);
            match (is_right && is_known, hash.is_current()) {
                (false, _) => Verdict::Wrong,
                (true, true) => Verdict::Right,
                (true, false) => Verdict::RightButOutdated,
            }
        })?;
        answer(verdict).await
    }

    /// Hashes a password of an import: waits for its turn behind all sign-ins rather than being refused.
    ///
    /// Errors: [`Busy`], only when the work failed.
    pub async fn hash_in_bulk(&self, password: Secret) -> Result<PasswordHash, Busy> {
        let salt = self.random.bytes();
        self.in_bulk(move |memory| PasswordHash::new(&password, salt, memory)).await
    }

    /// Makes an imported hash fit to be stored: wraps a fast one, with the patience of
    /// [`hash_in_bulk`](Self::hash_in_bulk), and returns any other at once.
    ///
    /// Errors: [`Busy`], only when the work failed.
    pub async fn wrap_in_bulk(&self, hash: ImportedHash) -> Result<PasswordHash, Busy> {
        match hash {
            ImportedHash::Ready(hash) => Ok(hash),
            ImportedHash::Fast(digest) => {
                let salt = self.random.bytes();
                self.in_bulk(move |memory| digest.wrap(salt, memory)).await
            }
        }
    }

    /// How many passwords of an import are hashed at once while nobody signs in.
    pub fn at_once_in_bulk(&self) -> u64 {
        self.queue.slow_at_once as u64
    }

    async fn in_bulk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WorkingMemory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let room = Arc::clone(&self.room_for_bulk).acquire_owned().await.map_err(|_| Busy)?;
        let result = self.enqueue(Lane::Bulk, move |memory| {
            // The place is given back when the work is done, panics or is dropped; not when the caller loses patience.
            let _room = room;
            work(memory)
        })?;
        answer(result).await
    }

    /// Puts work in line. When the caller has gone before a worker gets to it, it isn't done.
    fn enqueue<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&mut WorkingMemory) -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<T>, Busy> {
        let (sender, receiver) = oneshot::channel();
        self.queue.push(
            lane,
            Box::new(move |memory| {
                if !sender.is_closed() {
                    // An error means that the caller went meanwhile; nobody needs the result then.
                    let _ = sender.send(work(memory));
                }
            }),
        )?;
        Ok(receiver)
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        let abandoned = {
            let mut waiting = self.queue.lock();
            waiting.is_closed = true;
            std::mem::take(&mut waiting.lanes)
        };
        drop(abandoned);
        self.queue.changed.notify_all();
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// What came of verifying a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is the password, and its hash should be renewed now that we know it.
    RightButOutdated,
    /// It is not the password, or there is none.
    Wrong,
}

/// More passwords are waiting than can be worked through soon, or this one's work failed; trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many people are signing in at this moment. Please try again in a few seconds.")]
pub struct Busy;

impl Busy {
    /// When to try again, in seconds (RFC 9110 §10.2.3, `Retry-After`).
    pub const RETRY_AFTER_S: u64 = 2;
}

/// The result, once a worker has it. It is lost when the work panics, which the worker has logged.
async fn answer<T>(receiver: oneshot::Receiver<T>) -> Result<T, Busy> {
    receiver.await.map_err(|_| Busy)
}

type Job = Box<dyn FnOnce(&mut WorkingMemory) + Send>;

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    SignIn,
    Slow,
    Bulk,
}

struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// How many jobs may wait in each lane.
    room: [usize; 3],
    /// How many jobs of the lanes other than `SignIn` may be worked on.
    slow_at_once: usize,
}

#[derive(Default)]
struct Waiting {
    lanes: [VecDeque<Job>; 3],
    slow_being_done: usize,
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // No job runs under the lock, so a panic can't leave the queue half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, lane: Lane, job: Job) -> Result<(), Busy> {
        let mut waiting = self.lock();
        let jobs = &mut waiting.lanes[lane as usize];
        if jobs.len() >= self.room[lane as usize] {
            return Err(Busy);
        }
        jobs.push_back(job);
        drop(waiting);
        self.changed.notify_one();
        Ok(())
    }

    /// The next job, as soon as there is one that may be begun; `None` when the hasher is gone.
    fn next(&self) -> Option<(Lane, Job)> {
        let mut waiting = self.lock();
        loop {
            if waiting.is_closed {
                return None;
            }
            let slow_may_begin = waiting.slow_being_done < self.slow_at_once;
            for lane in [Lane::SignIn, Lane::Slow, Lane::Bulk] {
                if lane != Lane::SignIn && !slow_may_begin {
                    break;
                }
                if let Some(job) = waiting.lanes[lane as usize].pop_front() {
                    waiting.slow_being_done += usize::from(lane != Lane::SignIn);
                    return Some((lane, job));
                }
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes room for the next slow job. Another worker is woken for it, since this one may find a sign-in first.
    fn done(&self, lane: Lane) {
        if lane != Lane::SignIn {
            self.lock().slow_being_done -= 1;
            self.changed.notify_one();
        }
    }
}

/// A worker's life.
fn work_through(queue: &Queue) {
    let mut memory = WorkingMemory::default();
    while let Some((lane, job)) = queue.next() {
        // A panic costs its job and not the worker. The memory holds no invariant: each hash begins by filling it.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!(?lane, "hashing or verifying a password failed; the person was asked to try again");
        }
        queue.done(lane);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use super::*;

    const OUTDATED: &str = "$2y$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
    const PASSWORD: &str = "correct horse battery";

    /// Keeps one worker busy until the returned sender is dropped or used; returns once the worker has begun.
    fn occupy(hasher: &Hasher, lane: Lane) -> mpsc::Sender<()> {
        let (begun, has_begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let receiver = hasher.enqueue(lane, move |_| {
            begun.send(()).expect("the test waits for this");
            let _ = released.recv();
        });
        // Nobody waits for the result, but a job whose caller has gone isn't done.
        has_begun.recv().expect("a worker is free");
        drop(receiver);
        release
    }

    fn hasher(workers: usize) -> Hasher {
        Hasher::with_workers(Random::seeded(1), workers)
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_another_is_wrong() {
        let hasher = hasher(2);
        let hash = hasher.hash(Secret::new(PASSWORD)).await.unwrap();
        assert!(hash.is_current());
        assert_eq!(hasher.verify(Secret::new(PASSWORD), Some(hash.clone())).await, Ok(Verdict::Right));
        assert_eq!(hasher.verify(Secret::new("correct horse"), Some(hash)).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn an_outdated_hash_says_so_only_to_the_right_password() {
        let hasher = hasher(1);
        let hash = PasswordHash::parse(OUTDATED).unwrap();
        assert_eq!(hasher.verify(Secret::new(PASSWORD), Some(hash.clone())).await, Ok(Verdict::RightButOutdated));
        assert_eq!(hasher.verify(Secret::new("correct horse"), Some(hash)).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn an_imported_fast_hash_is_wrapped_and_renewed() {
        let hasher = hasher(1);
        let imported = ImportedHash::parse("{SSHA}yw7XxdLZpEyjj4GFVmdqLQ5RxpH7777/").unwrap();
        let stored = hasher.wrap_in_bulk(imported).await.unwrap();
        assert!(stored.as_str().starts_with("$argon2id-ssha$v=19$m=19456,t=2,p=1,s="));
        assert_eq!(hasher.verify(Secret::new(PASSWORD), Some(stored)).await, Ok(Verdict::RightButOutdated));
    }

    #[tokio::test]
    async fn two_hashes_of_one_password_differ() {
        let hasher = hasher(1);
        let first = hasher.hash(Secret::new(PASSWORD)).await.unwrap();
        let second = hasher.hash_in_bulk(Secret::new(PASSWORD)).await.unwrap();
        assert_ne!(first.as_str(), second.as_str());
    }

    #[tokio::test]
    async fn an_unknown_account_takes_the_same_way_as_a_known_one() {
        let hasher = hasher(1);
        assert_eq!(hasher.verify(Secret::new(PASSWORD), None).await, Ok(Verdict::Wrong));
        assert!(hasher.nobody.is_current() && !hasher.nobody.is_slow());
        // It needs a worker like any other: with the queue full, it is refused like any other.
        let release = occupy(&hasher, Lane::SignIn);
        let waiting: Vec<_> =
            (0..SIGN_INS_WAITING_PER_WORKER).map(|_| hasher.enqueue(Lane::SignIn, |_| ()).unwrap()).collect();
        assert_eq!(hasher.verify(Secret::new(PASSWORD), None).await, Err(Busy));
        drop((release, waiting));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_and_forgets_nobody_who_waits() {
        let hasher = hasher(1);
        let release = occupy(&hasher, Lane::SignIn);
        let waiting: Vec<_> = (0..SIGN_INS_WAITING_PER_WORKER)
            .map(|number| hasher.enqueue(Lane::SignIn, move |_| number).unwrap())
            .collect();
        assert_eq!(hasher.hash(Secret::new(PASSWORD)).await.err(), Some(Busy));
        drop(release);
        for (number, receiver) in waiting.into_iter().enumerate() {
            assert_eq!(receiver.await, Ok(number));
        }
        assert!(hasher.hash(Secret::new(PASSWORD)).await.is_ok());
    }

    #[tokio::test]
    async fn slow_hashes_have_a_smaller_queue_of_their_own() {
        let hasher = hasher(1);
        let release = occupy(&hasher, Lane::SignIn);
        let waiting: Vec<_> =
            (0..SLOW_WAITING_PER_WORKER).map(|_| hasher.enqueue(Lane::Slow, |_| ()).unwrap()).collect();
        let slow = PasswordHash::parse(OUTDATED).unwrap();
        assert_eq!(hasher.verify(Secret::new(PASSWORD), Some(slow)).await, Err(Busy));
        let sign_in = hasher.enqueue(Lane::SignIn, |_| ()).unwrap();
        drop((release, waiting));
        assert_eq!(sign_in.await, Ok(()));
    }

    #[tokio::test]
    async fn sign_ins_overtake_slow_hashes_and_imports() {
        let hasher = hasher(1);
        let release = occupy(&hasher, Lane::SignIn);
        let (done, order) = mpsc::channel();
        let jobs = [Lane::Bulk, Lane::Slow, Lane::SignIn].map(|lane| {
            let done = done.clone();
            hasher.enqueue(lane, move |_| done.send(lane).expect("the test listens")).unwrap()
        });
        drop(release);
        for job in jobs {
            job.await.unwrap();
        }
        assert_eq!(order.try_iter().collect::<Vec<_>>(), [Lane::SignIn, Lane::Slow, Lane::Bulk]);
    }

    #[tokio::test]
    async fn slow_hashes_and_imports_leave_a_worker_for_sign_ins() {
        let hasher = hasher(2);
        let release = occupy(&hasher, Lane::Bulk);
        let begun = Arc::new(AtomicBool::new(false));
        let has_begun = Arc::clone(&begun);
        let second = hasher.enqueue(Lane::Slow, move |_| has_begun.store(true, Ordering::SeqCst)).unwrap();
        assert_eq!(hasher.verify(Secret::new(PASSWORD), None).await, Ok(Verdict::Wrong));
        assert!(!begun.load(Ordering::SeqCst));
        drop(release);
        assert_eq!(second.await, Ok(()));
    }

    #[tokio::test]
    async fn an_import_waits_instead_of_being_refused() {
        let hasher = Arc::new(hasher(1));
        let release = occupy(&hasher, Lane::SignIn);
        let imports: Vec<_> = (0..3 * SLOW_WAITING_PER_WORKER)
            .map(|number| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.in_bulk(move |_| number).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(hasher.queue.lock().lanes[Lane::Bulk as usize].len(), SLOW_WAITING_PER_WORKER);
        drop(release);
        for (number, import) in imports.into_iter().enumerate() {
            assert_eq!(import.await.unwrap(), Ok(number));
        }
    }

    #[tokio::test]
    async fn a_worker_uses_its_memory_again() {
        let hasher = hasher(1);
        let mut places = Vec::new();
        for _ in 0..3 {
            hasher.hash(Secret::new(PASSWORD)).await.unwrap();
            hasher.verify(Secret::new(PASSWORD), None).await.unwrap();
            let place = hasher.enqueue(Lane::SignIn, |memory| (memory.address(), format!("{memory:?}"))).unwrap();
            places.push(place.await.unwrap());
        }
        assert!(places.iter().all(|place| *place == places[0]));
        assert_eq!(places[0].1, "WorkingMemory(19456 KiB)");
    }

    #[tokio::test]
    async fn work_is_not_done_for_a_caller_who_has_gone() {
        let hasher = hasher(1);
        let release = occupy(&hasher, Lane::SignIn);
        let done = Arc::new(AtomicBool::new(false));
        let is_done = Arc::clone(&done);
        let held = Arc::new(());
        let weak = Arc::downgrade(&held);
        drop(hasher.enqueue(Lane::SignIn, move |_| {
            is_done.store(true, Ordering::SeqCst);
            drop(held);
        }));
        let next = hasher.enqueue(Lane::SignIn, |_| ()).unwrap();
        drop(release);
        next.await.unwrap();
        assert!(!done.load(Ordering::SeqCst));
        assert!(weak.upgrade().is_none(), "what the work held is let go");
    }

    #[tokio::test]
    async fn a_panic_costs_its_job_and_not_the_pool() {
        let hasher = hasher(1);
        for lane in [Lane::SignIn, Lane::Slow, Lane::Bulk] {
            let broken = hasher.enqueue(lane, |_| -> () { panic!("a test panics on purpose") }).unwrap();
            assert_eq!(answer(broken).await, Err(Busy));
        }
        let slow = PasswordHash::parse(OUTDATED).unwrap();
        assert_eq!(hasher.verify(Secret::new(PASSWORD), Some(slow)).await, Ok(Verdict::RightButOutdated));
        assert!(hasher.hash(Secret::new(PASSWORD)).await.is_ok());
    }

    #[tokio::test]
    async fn the_threads_end_with_the_hasher() {
        let hasher = hasher(2);
        let queue = Arc::downgrade(&hasher.queue);
        let release = occupy(&hasher, Lane::SignIn);
        let abandoned = hasher.enqueue(Lane::Bulk, |_| ()).unwrap();
        let busy = occupy(&hasher, Lane::SignIn);
        drop(hasher);
        // Whether it was begun before the end or not, its caller is not left waiting.
        let _ = abandoned.await;
        drop((release, busy));
        while queue.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
