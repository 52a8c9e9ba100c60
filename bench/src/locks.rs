//! Locking many, and signing in many while the list is looked at.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use base::{Random, Secret};
use identity::accounts::{self, Filter, ListQuery, LockTerms};
use identity::credentials::Hasher;
use identity::sign_in::{self, SignIn};

use crate::Bench;
use crate::administrator::{PASSWORD, USERNAME, appointed};
use crate::measure::{Timing, once};

/// So many are locked.
const LOCKED: u32 = 1_000;
/// As a job does it, so many in one transaction.
const PIECE: usize = 500;
/// So many sign in, so many at a time.
const SIGN_INS: usize = 200;
const AT_A_TIME: usize = 8;

pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    lock_many(bench).await?;
    sign_in_many(bench).await
}

async fn lock_many(bench: &mut Bench) -> Result<()> {
    let (identity, caller) = (bench.identity.clone(), bench.caller.clone());
    let filter = Filter::default();
    let ids = identity.read(&caller, async |op| accounts::matching_ids(op, &filter, None, LOCKED).await).await?;
    let terms = LockTerms { note: Some("exam week".into()), until: None };
    for (what, locks) in
        [("1,000 accounts locked, their owners told by mail", true), ("1,000 accounts unlocked", false)]
    {
        let ((), took) = once(async {
            for piece in ids.chunks(PIECE) {
                let work = identity.write(&caller, async |op| {
                    if locks {
                        accounts::lock_many(op, piece, &terms).await
                    } else {
                        accounts::unlock_many(op, piece).await
                    }
                });
                work.await?;
            }
            Ok(())
        })
        .await?;
        bench.table.single(what, took, Some(Duration::from_secs(2)));
    }
    Ok(())
}

async fn sign_in_many(bench: &mut Bench) -> Result<()> {
    appointed(bench).await?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let hasher = Hasher::with_workers(Random::System, workers);
    let hash = hasher.hash(Secret::new(PASSWORD)).await.context("a password is hashed")?;
    let verify = async || {
        hasher.verify(Secret::new(PASSWORD), Some(hash.clone())).await.context("a password is verified").map(drop)
    };
    let ((), limit) = once(many_times(&verify)).await?;
    let identity = bench.identity.clone();
    let stranger = identity.caller(identity::access::Actor::Anonymous, identity::Door::Portal);
    let sign_in = async || {
        let password = Secret::new(PASSWORD);
        match Box::pin(sign_in::with_password(&identity, &stranger, USERNAME, password, None)).await? {
            SignIn::Granted { .. } => Ok(()),
            other => anyhow::bail!("nobody is signed in: {other:?}"),
        }
    };
    let looked = tokio::spawn(look_at_the_list(bench.identity.clone(), bench.caller.clone()));
    let ((), took) = once(many_times(&sign_in)).await?;
    let list = looked.await??;
    let share = limit.as_secs_f64() / took.as_secs_f64() * 100.0;
    let each = |span: Duration| f64::from(u32::try_from(SIGN_INS).unwrap_or(u32::MAX)) / span.as_secs_f64();
    bench.table.note(&format!(
        "sign-ins: {:.0} a second, {share:.0} % of the {:.0} verifications that the machine can do (goal 90 %)",
        each(took),
        each(limit),
    ));
    bench.table.timing("the list, while many sign in", &list, Some(Duration::from_millis(100)));
    Ok(())
}

/// Does something very often, several at a time.
async fn many_times(work: &impl AsyncFn() -> Result<()>) -> Result<()> {
    let one = async || {
        for _ in 0..SIGN_INS / AT_A_TIME {
            work().await?;
        }
        anyhow::Ok(())
    };
    tokio::try_join!(one(), one(), one(), one(), one(), one(), one(), one())?;
    Ok(())
}

/// Looks at the list for a while, one look after the other.
#[expect(clippy::disallowed_methods, reason = "a bench is there to look at the clock")]
async fn look_at_the_list(identity: identity::Identity, caller: identity::Caller) -> Result<Timing> {
    let query = ListQuery { size: 25, ..ListQuery::default() };
    let mut spans = Vec::new();
    for _ in 0..100 {
        let begin = Instant::now();
        identity.read(&caller, async |op| accounts::list(op, identity.anchors(), &query).await).await?;
        spans.push(begin.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(Timing::of(spans))
}
