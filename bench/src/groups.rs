//! The list of groups, and very many accounts put into one by a job while somebody looks at the list of users.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use base::{AccountId, GroupId};
use identity::accounts::{self, Filter, ListQuery, Outcome};
use identity::bulk_changes::{self, Begun, BulkVerb};
use identity::groups::{self, GroupColumn, GroupPage, GroupProfile, GroupQuery, GroupSort, GroupStart};
use identity::{Caller, Identity, jobs, memberships};

use crate::Bench;
use crate::administrator::signed_in;
use crate::measure::{Timing, once, time};

/// As many groups the list has.
const GROUPS: u64 = 10_000;
/// As many accounts are put into a group, if there are so many.
const JOINING: u32 = 100_000;
/// So long the 100,000 may take, and a page of the list of users meanwhile.
const JOINED_IN: Duration = Duration::from_secs(20);
const PAGE_MEANWHILE: Duration = Duration::from_millis(100);
const PAGE: Duration = Duration::from_millis(50);

pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    fill(bench).await?;
    list(bench).await?;
    let (identity, caller) = (bench.identity.clone(), signed_in(bench).await?);
    let ids = identity.read(&caller, async |op| accounts::matching_ids(op, &Filter::default(), None, JOINING).await);
    let ids = ids.await?;
    let name = format!("Bench {}", identity.clock().now());
    let group = identity.write(&caller, async |op| groups::create(op, profile(&name)).await).await?.id;
    job(bench, &caller, "put into a group", BulkVerb::Join(vec![group]), &ids).await?;
    job(bench, &caller, "taken out of a group", BulkVerb::Leave(group), &ids[ids.len() / 2..]).await?;
    delete(bench, group, ids.len() / 2).await
}

fn profile(name: &str) -> GroupProfile {
    GroupProfile { name: name.to_owned(), ..GroupProfile::default() }
}

/// Brings the database up to so many groups, each with a few members of its own number.
async fn fill(bench: &mut Bench) -> Result<()> {
    let identity = bench.identity.clone();
    let some = identity.read(&bench.caller, async |op| accounts::matching_ids(op, &Filter::default(), None, 20).await);
    let some = some.await?;
    let mut n = page(bench, &GroupQuery::default()).await?.total;
    while n < GROUPS {
        let until = (n + 200).min(GROUPS);
        let make = async |op: &mut identity::Operation<'_>| {
            for n in n..until {
                let group = groups::create(op, profile(&format!("Group {}", (n * 7_919) % 1_000_003))).await?;
                let members = usize::try_from(n % 4).unwrap_or(0);
                memberships::add_members(op, group.id, &some[..members.min(some.len())]).await?;
            }
            Ok(())
        };
        identity.write(&bench.caller, make).await?;
        n = until;
    }
    Ok(())
}

async fn page(bench: &Bench, query: &GroupQuery) -> Result<GroupPage> {
    Ok(bench.identity.read(&bench.caller, async |op| groups::list(op, query).await).await?)
}

async fn list(bench: &mut Bench) -> Result<()> {
    for (column, name) in [(GroupColumn::Name, "name"), (GroupColumn::Members, "members")] {
        for descending in [false, true] {
            let sort = GroupSort { column, descending };
            let first = GroupQuery { sort, size: 25, number: 1, ..GroupQuery::default() };
            let last = page(bench, &first).await?.last;
            let middle = page(bench, &GroupQuery { number: last / 2, ..first.clone() }).await?;
            let (begin, end) = (middle.groups[0].id, middle.groups[middle.groups.len() - 1].id);
            let kinds = [
                ("first", 1, GroupStart::Number),
                ("next", middle.number + 1, GroupStart::After(end)),
                ("previous", middle.number - 1, GroupStart::Before(begin)),
                ("last", last, GroupStart::Number),
            ];
            for (kind, number, start) in kinds {
                let query = GroupQuery { number, start, ..first.clone() };
                let timing = time(bench.times, |_| async { page(bench, &query).await.map(drop) }).await?;
                let arrow = if descending { "↓" } else { "↑" };
                bench.table.timing(&format!("groups by {name} {arrow}: {kind} page"), &timing, Some(PAGE));
            }
        }
    }
    let query = GroupQuery { quick: "77".into(), size: 25, number: 1, ..GroupQuery::default() };
    let timing = time(bench.times, |_| async { page(bench, &query).await.map(drop) }).await?;
    bench.table.timing("groups: search", &timing, Some(PAGE));
    Ok(())
}

/// Does `verb` by a job, as the server's worker does, while another task asks for pages of users.
async fn job(bench: &mut Bench, caller: &Caller, what: &str, verb: BulkVerb, ids: &[AccountId]) -> Result<()> {
    let identity = bench.identity.clone();
    let is_over = Arc::new(AtomicBool::new(false));
    let looking = tokio::spawn(look(identity.clone(), bench.caller.clone(), Arc::clone(&is_over)));
    let (started, began_in) =
        once(async { Ok(bulk_changes::change_many(&identity, caller, &verb, ids).await?) }).await?;
    let Begun::AsJob(id) = started else { anyhow::bail!("{} accounts are no job", ids.len()) };
    let ((), took) = once(async {
        while let Some(job) = jobs::take(&identity).await? {
            let work = async |progress: &jobs::Progress| bulk_changes::carry_out(&identity, &job, progress).await;
            jobs::carry_out(&identity, &job, work).await?;
        }
        Ok(())
    })
    .await?;
    is_over.store(true, Ordering::Relaxed);
    let pages = looking.await??;
    let standing = identity.read(caller, async |op| bulk_changes::standing(op, id).await).await?;
    let done = standing.outcomes.iter().find(|(outcome, _)| *outcome == Outcome::Done).map_or(0, |(_, number)| *number);
    let number = u32::try_from(ids.len())?;
    ensure!(done + 1 >= u64::from(number), "only {done} of {number} were {what}");
    let goal = JOINED_IN * number / JOINING;
    bench.table.single(&format!("{number} accounts {what} by a job, audited"), took, Some(goal));
    bench.table.single(&format!("starting that: {number} accounts written down"), began_in, None);
    bench.table.timing("a page of users meanwhile", &pages, Some(PAGE_MEANWHILE));
    Ok(())
}

/// Asks for the first page of users again and again.
#[expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]
async fn look(identity: Identity, caller: Caller, is_over: Arc<AtomicBool>) -> Result<Timing> {
    let query = ListQuery { size: 25, ..ListQuery::default() };
    let mut spans = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let begin = Instant::now();
        identity.read(&caller, async |op| accounts::list(op, identity.anchors(), &query).await).await?;
        spans.push(begin.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(Timing::of(spans))
}

async fn delete(bench: &mut Bench, group: GroupId, members: usize) -> Result<()> {
    let identity = bench.identity.clone();
    let ((), took) = once(async {
        let delete = async |op: &mut identity::Operation<'_>| memberships::delete_group(op, group).await;
        Ok(identity.write(&bench.caller, delete).await?)
    })
    .await?;
    bench.table.single(&format!("a group of {members} deleted, one transaction"), took, None);
    Ok(())
}
