//! Imports that are interrupted, and imports that meet.

use base::Random;
use identity::imports::{self, Batch, Choices, Ending, Import, Mode, Next, Outcome};
use identity::{Error, Identity, Options, Result};
use store::Db;
use testkit::{World, on_each_database};

use super::{Done, account, crowd, import, run, run_as, total};

/// Imports until so many batches are done; what the watcher says then ends it.
async fn interrupted(world: &World, import: &Import, batches: usize, end: fn() -> Result<Next>) -> Result<Ending> {
    let mut left = batches;
    let uma = world.uma().await;
    let report = imports::run(&world.identity, &uma, import, &mut |_: &Batch| {
        left -= 1;
        if left == 0 { end() } else { Ok(Next::GoOn) }
    })
    .await;
    report.map(|report| report.ending)
}

/// As if the process had been killed: nothing more is written.
fn killed() -> Result<Next> {
    Err(Error::Unavailable("killed".into()))
}

/// A second core on the same database, as another process has.
async fn another(world: &World, seed: u64) -> Identity {
    let db = Db::open(world.database_url(), store::Options { connections: 4 }).expect("the database opens");
    let options = Options {
        clock: world.clock.clone(),
        random: Random::seeded(seed),
        hashing_threads: Some(1),
        ..Options::default()
    };
    Identity::open(db, options).await.expect("the core opens")
}

fn file() -> String {
    crowd(0, 2_300).replace("person1700@", "@").replace("person40@", "@")
}

on_each_database! {
    async fn es_101_a_killed_import_goes_on_where_it_was_and_nothing_doubles(world: World) {
        let killed_at = interrupted(&world, &import(&file(), Choices::default()), 2, killed).await;
        assert!(matches!(killed_at, Err(Error::Unavailable(_))));
        assert_eq!(total(&world).await, 5 + 1_499);
        let second = another(&world, 2).await;
        let mut rows = Vec::new();
        let mut before = 0;
        let import = import(&file(), Choices::default());
        let report = imports::run(&second, &world.uma().await, &import, &mut |batch: &Batch| {
            before += if batch.is_from_before { batch.rows.len() } else { 0 };
            rows.extend(batch.rows.iter().cloned());
            Ok(Next::GoOn)
        }).await.unwrap();
        assert_eq!((report.resumed_after, before), (Some(1_501), 1_500));
        assert_eq!((report.totals.created, report.totals.failed, report.totals.rows()), (2_298, 2, 2_300));
        assert_eq!(total(&world).await, 5 + 2_298);
        // The report covers the whole file.
        let done = Done { report, rows };
        assert_eq!(done.rows.len(), 2_300);
        let failed: Vec<_> = done.rows.iter().filter(|row| row.outcome == Outcome::Failed).map(|row| row.line).collect();
        assert_eq!(failed, [42, 1_702]);
        assert_eq!(done.rows[40].problems[0].code, "BAD_EMAIL");
        drop(second);
    }

    async fn a_stopped_import_goes_on(world: World) {
        let choices = Choices { mode: Mode::CreateAndUpdate, ..Choices::default() };
        let import = import(&file(), choices);
        assert_eq!(interrupted(&world, &import, 1, || Ok(Next::Stop)).await.unwrap(), Ending::Stopped);
        assert_eq!(total(&world).await, 5 + 499);
        let done = run(&world, &import).await;
        assert_eq!((done.report.resumed_after, done.report.totals.created), (Some(501), 2_298));
        // Once it has ended, the same file is a new import.
        let again = run(&world, &import).await;
        assert_eq!((again.report.resumed_after, again.report.totals.unchanged), (None, 2_298));
        assert_ne!(again.report.import, done.report.import);
    }

    async fn other_choices_or_another_person_are_another_import(world: World) {
        let first = import(&file(), Choices::default());
        interrupted(&world, &first, 1, || Ok(Next::Stop)).await.unwrap();
        let other = import(&file(), Choices { create_disabled: true, ..Choices::default() });
        assert_eq!(run(&world, &other).await.report.resumed_after, None);
        let sophia = world.sophia().await;
        assert_eq!(run_as(&world, &sophia, &first).await.unwrap().report.resumed_after, None);
        assert_eq!(run(&world, &first).await.report.resumed_after, Some(501));
    }

    async fn two_administrators_with_the_same_file_make_everybody_once(world: World) {
        let second = another(&world, 3).await;
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let text = crowd(0, 2_000);
        let (one, two) = (import(&text, Choices::default()), import(&text, Choices::default()));
        let mut go_on = |_: &Batch| Ok(Next::GoOn);
        let mut go_on_too = go_on;
        let (one, two) = tokio::join!(
            imports::run(&world.identity, &uma, &one, &mut go_on),
            imports::run(&second, &sophia, &two, &mut go_on_too),
        );
        let (one, two) = (one.unwrap().totals, two.unwrap().totals);
        assert_eq!((one.created + two.created, one.skipped + two.skipped), (2_000, 2_000));
        assert_eq!(total(&world).await, 5 + 2_000);
        assert!(account(&world, "person1999").await.is_some());
        drop(second);
    }

    async fn one_person_carries_out_an_import_once_at_a_time(world: World) {
        let second = another(&world, 4).await;
        let uma = world.uma().await;
        let import = import(&crowd(0, 1_500), Choices::default());
        let mut nested = None;
        let report = imports::run(&world.identity, &uma, &import, &mut |batch: &Batch| {
            if batch.totals.rows() == 500 {
                // Somebody starts the same import elsewhere and gets ahead.
                let mut go_on = |_: &Batch| Ok(Next::GoOn);
                let ahead = imports::run(&second, &uma, &import, &mut go_on);
                let ahead = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ahead));
                nested = Some(ahead.map(|report| report.totals.created));
            }
            Ok(Next::GoOn)
        }).await;
        assert_eq!(nested.unwrap().unwrap(), 1_500);
        assert!(matches!(report, Err(Error::Conflict { code: "import_running", .. })), "{report:?}");
        assert_eq!(total(&world).await, 5 + 1_500);
        drop(second);
    }
}
