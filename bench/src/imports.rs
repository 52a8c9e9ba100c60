//! A large file: 100,000 people with five attributes and two groups, rehearsed and imported while somebody looks at the
//! list of users.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use base::{Random, hex};
use identity::accounts::{self, ListQuery};
use identity::attributes::{self, Choice, Definition, Kind, NewAttribute};
use identity::groups::{self, GroupProfile};
use identity::imports::{self, Choices, Import, ImportFile, Next, Report};
use identity::{Caller, Error, Identity};

use crate::measure::{Timing, once};
use crate::process::memory_mib;
use crate::{Bench, data};

const ROWS: u64 = 100_000;
const DRY_RUN: Duration = Duration::from_secs(10);
const IMPORT: Duration = Duration::from_mins(1);
const LIST: Duration = Duration::from_millis(100);
/// How long somebody looks at the list before they look again.
const PAUSE: Duration = Duration::from_millis(50);
const GROUPS: [&str; 2] = ["Bench staff", "Bench borrowers"];
const HEADER: &str =
    "username,first_name,last_name,email,bench_department,bench_number,bench_room,bench_born,bench_level\n";

pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let (identity, caller) = (bench.identity.clone(), bench.caller.clone());
    define(&identity, &caller).await?;
    let import = prepared(&identity, &caller).await?;
    let mut rehearse = |_: &imports::Batch| Ok(Next::GoOn);
    let (report, took) =
        once(async { Ok(imports::dry_run(&identity, &caller, &import, &mut rehearse).await?) }).await?;
    ensure_created(&report)?;
    bench.table.single(&format!("dry run of {ROWS} rows with 5 attributes and 2 groups"), took, Some(DRY_RUN));

    let onlooker = Onlooker::set(bench);
    let before = memory_mib();
    let mut most = before;
    let mut watch = |_: &imports::Batch| {
        most = most.max(memory_mib());
        Ok(Next::GoOn)
    };
    let (report, took) =
        once(async { Ok(Box::pin(imports::run(&identity, &caller, &import, &mut watch)).await?) }).await?;
    ensure_created(&report)?;
    bench.table.single(&format!("import of {ROWS} rows with 5 attributes and 2 groups"), took, Some(IMPORT));
    bench.table.timing("- the first page of the list meanwhile", &onlooker.end().await?, Some(LIST));
    bench.table.note(&format!("memory that the import took: {} MiB (goal 64)", most - before));
    Ok(())
}

/// Makes the attributes and the groups, unless they are there.
async fn define(identity: &Identity, caller: &Caller) -> Result<()> {
    let choices = (0..14).map(|n| Choice { code: format!("D{n}"), label: format!("Department {n}") }).collect();
    let searchable = |kind| Definition { kind, is_searchable: true, ..Definition::default() };
    let attributes = [
        ("bench_department", Definition { choices, ..searchable(Kind::Choice) }),
        ("bench_number", Definition { is_unique: true, ..searchable(Kind::Text) }),
        ("bench_room", searchable(Kind::Text)),
        ("bench_born", Definition { kind: Kind::Date, ..Definition::default() }),
        ("bench_level", Definition { kind: Kind::Number, ..Definition::default() }),
    ];
    let present = identity.read(caller, async |op| attributes::list(op).await).await?;
    for (key, definition) in attributes.into_iter().filter(|(key, _)| present.get(key).is_none()) {
        let new = NewAttribute { key: key.to_owned(), definition: Definition { label: key.to_owned(), ..definition } };
        identity.write(caller, async |op| attributes::create(op, new).await).await?;
    }
    for name in GROUPS {
        let profile = GroupProfile { name: name.to_owned(), ..GroupProfile::default() };
        match identity.write(caller, async |op| groups::create(op, profile).await).await {
            Err(Error::Invalid(_)) | Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// A file of people that nobody has seen before, ready to be imported.
async fn prepared(identity: &Identity, caller: &Caller) -> Result<Import> {
    let random = Random::seeded(2_027);
    let run = hex::encode(&Random::System.bytes::<4>());
    let mut text = String::from(HEADER);
    for n in 0..ROWS {
        let person = data::person(&random, n);
        let (first, last, day) = (person.first_name, person.last_name, 1 + n % 28);
        writeln!(
            text,
            "{run}{n},{first},{last},{run}.{n}@aldermoor.example,D{},{run}-{n},B{}.{},19{}-03-{day:02},{}",
            n % 14,
            n % 40,
            n % 25,
            50 + n % 50,
            n % 9,
        )?;
    }
    let known = identity.read(caller, async |op| attributes::list(op).await).await?;
    let file = ImportFile::from_bytes(&format!("bench-{run}.csv"), text.into_bytes())?.with_attributes(known);
    let choices = Choices { groups: GROUPS.map(str::to_owned).into(), ..Choices::default() };
    let import = imports::prepare(file, choices)?;
    ensure!(import.notices().is_empty(), "something is odd about the file: {:?}", import.notices());
    Ok(import)
}

fn ensure_created(report: &Report) -> Result<()> {
    ensure!(report.totals.created == ROWS, "not every row is a new account: {:?}", report.totals);
    Ok(())
}

/// Somebody who looks at the list of users again and again.
struct Onlooker {
    is_enough: Arc<AtomicBool>,
    looks: tokio::task::JoinHandle<Result<Vec<Duration>>>,
}

impl Onlooker {
    fn set(bench: &Bench) -> Self {
        let is_enough = Arc::new(AtomicBool::new(false));
        let (identity, caller, told) = (bench.identity.clone(), bench.caller.clone(), Arc::clone(&is_enough));
        let looks = tokio::spawn(async move {
            let (mut looks, query) = (Vec::new(), ListQuery { size: 25, ..ListQuery::default() });
            while !told.load(Ordering::Relaxed) {
                let list = identity.read(&caller, async |op| accounts::list(op, identity.anchors(), &query).await);
                let (_, took) = once(async { Ok(list.await?) }).await?;
                looks.push(took);
                tokio::time::sleep(PAUSE).await;
            }
            Ok(looks)
        });
        Onlooker { is_enough, looks }
    }

    /// How long each look took.
    async fn end(self) -> Result<Timing> {
        self.is_enough.store(true, Ordering::Relaxed);
        Ok(Timing::of(self.looks.await??))
    }
}
