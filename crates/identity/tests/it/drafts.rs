//! Imports prepared in the console, and the jobs that carry them out.

use std::time::Duration;

use base::ImportId;
use identity::access::Role;
use identity::drafts::{self, Check, Download, Draft, Step};
use identity::imports::{self, Choices, Ending, Field, Mode, OnError, Outcome};
use identity::jobs::{self, Job, LEASE, Progress, State};
use identity::messages::Template;
use identity::{Caller, Error, Identity, Result, accounts, housekeeping, settings};
use testkit::{World, on_each_database};

const PEOPLE: &str = "username,first_name,last_name,email\nbea,Bea,Ng,bea@example.com\ncal,Cal,Ng,not-an-address\n";

/// A file with so many rows; the third is faulty.
fn crowd(rows: usize) -> String {
    use std::fmt::Write;
    let mut text = "username,first_name,last_name,email\n".to_owned();
    for n in 0..rows {
        let at = if n == 2 { "" } else { "@example.com" };
        writeln!(text, "person{n},Pat{n},Müller,person{n}{at}").unwrap();
    }
    text
}

async fn upload_as(world: &World, caller: &Caller, text: &str) -> Result<Draft> {
    let mut upload = drafts::upload(&world.identity, caller, "people.csv").await?;
    upload.write(text.as_bytes())?;
    upload.finish().await
}

async fn upload(world: &World, text: &str) -> Draft {
    upload_as(world, &world.uma().await, text).await.expect("the file can be used")
}

/// Goes through all steps with these choices.
async fn settle(world: &World, draft: &Draft, choices: Choices) -> Draft {
    let uma = world.uma().await;
    drafts::keep(&world.identity, &uma, draft.id, Step::Merge, choices, draft.rows).await.unwrap();
    open(world, &uma, draft.id).await.unwrap()
}

async fn open(world: &World, caller: &Caller, id: ImportId) -> Result<Draft> {
    world.identity.read(caller, async |op| drafts::open(op, id).await).await
}

async fn start_as(world: &World, caller: &Caller, draft: &Draft) -> Result<()> {
    let import = drafts::prepared(&world.identity, draft)?;
    drafts::start(&world.identity, caller, draft, &import, &import.mark()).await
}

async fn started(world: &World, text: &str, choices: Choices) -> Draft {
    let draft = settle(world, &upload(world, text).await, choices).await;
    start_as(world, &world.uma().await, &draft).await.unwrap();
    draft
}

async fn carry_out(identity: &Identity, job: &Job) -> Result<()> {
    let work = async |progress: &Progress| match job.kind.as_str() {
        drafts::CHECK_JOB => drafts::carry_out_check(identity, job, progress).await,
        _ => drafts::carry_out(identity, job, progress).await,
    };
    jobs::carry_out(identity, job, work).await
}

/// How the rehearsal of a draft stands.
async fn check(world: &World, draft: &Draft) -> Check {
    let import = drafts::prepared(&world.identity, draft).unwrap();
    drafts::check(&world.identity, &world.uma().await, draft, &import).await.unwrap()
}

/// Begins an import under the name of its draft, and stops after the first rows: as if the server had died.
async fn halfway(world: &World, draft: &Draft) {
    let import = drafts::prepared(&world.identity, draft).unwrap();
    let mut stop = |_: &imports::Batch| Ok(imports::Next::Stop);
    imports::run(&world.identity, &world.uma().await, &import, &mut stop).await.unwrap();
    world.execute("update imports set state = 'running' where id = $1", store::params![draft.id]).await;
}

/// Does what a server's worker does until nothing is left.
async fn work(identity: &Identity) {
    while let Some(job) = jobs::take(identity).await.unwrap() {
        carry_out(identity, &job).await.unwrap();
    }
}

async fn standing(world: &World, id: ImportId) -> drafts::Standing {
    world.identity.read(&world.uma().await, async |op| drafts::standing(op, id).await).await.unwrap()
}

async fn total(world: &World) -> u64 {
    world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap().total
}

/// The names of kept files, without the key.
fn kept(world: &World) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(world.files()) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter_map(|name| Some(name.rsplit_once('.')?.1.to_owned())).collect();
    names.sort();
    names
}

on_each_database! {
    async fn es_72_a_draft_is_its_owners_and_super_administrators_only_look(world: World) {
        let draft = upload(&world, PEOPLE).await;
        let ursula = world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let other = world.caller(ursula).await;
        assert!(matches!(open(&world, &other, draft.id).await, Err(Error::NotFound)));
        assert!(matches!(drafts::discard(&world.identity, &other, draft.id).await, Err(Error::NotFound)));
        let amy = world.caller(world.cast.amy).await;
        assert!(matches!(open(&world, &amy, draft.id).await, Err(Error::Denied(_))));
        assert!(matches!(upload_as(&world, &amy, PEOPLE).await, Err(Error::Denied(_))));
        let sophia = world.sophia().await;
        assert_eq!(open(&world, &sophia, draft.id).await.unwrap().file_name, "people.csv");
        let kept = drafts::keep(&world.identity, &sophia, draft.id, Step::Map, Choices::default(), 2).await;
        assert!(matches!(kept, Err(Error::Conflict { code: "not_yours", .. })), "{kept:?}");
        let problems = drafts::download(&world.identity, &other, draft.id, Download::Problems).await;
        assert!(matches!(problems, Err(Error::NotFound)));
    }

    async fn es_73_a_discarded_draft_leaves_no_file(world: World) {
        let draft = upload(&world, PEOPLE).await;
        assert_eq!(kept(&world), ["upload"]);
        drafts::discard(&world.identity, &world.uma().await, draft.id).await.unwrap();
        assert!(kept(&world).is_empty());
        assert!(matches!(open(&world, &world.uma().await, draft.id).await, Err(Error::NotFound)));
    }

    async fn es_73_what_was_chosen_is_kept_and_later_steps_are_gone_through_again(world: World) {
        let draft = upload(&world, PEOPLE).await;
        assert_eq!((draft.step, draft.rows), (Step::Upload, 2));
        let choices = Choices {
            columns: vec![("email".into(), Some(Field::Email)), ("username".into(), None)],
            constants: vec![(Field::LastName, "Ng".into())],
            mode: Mode::CreateAndUpdate,
            on_error: OnError::Stop,
            ..Choices::default()
        };
        let settled = settle(&world, &draft, choices.clone()).await;
        assert_eq!((settled.step, &settled.choices), (Step::Merge, &choices));
        let uma = world.uma().await;
        drafts::keep(&world.identity, &uma, draft.id, Step::Options, choices, 2).await.unwrap();
        assert_eq!(open(&world, &uma, draft.id).await.unwrap().step, Step::Merge, "nothing was changed");
        drafts::keep(&world.identity, &uma, draft.id, Step::Options, Choices::default(), 2).await.unwrap();
        assert_eq!(open(&world, &uma, draft.id).await.unwrap().step, Step::Options);
    }

    async fn es_76_a_refused_upload_leaves_nothing(world: World) {
        let wide = format!("{}\n{}\n", vec!["c"; 201].join(","), vec!["1"; 201].join(","));
        let long = format!("username\n{}", "a\n".repeat(200_001));
        let cases = [
            ("", "EMPTY"),
            ("username,email\n", "HEADER_ONLY"),
            ("PK\u{3}\u{4}…", "NOT_TEXT"),
            (wide.as_str(), "TOO_MANY_COLUMNS"),
            (long.as_str(), "TOO_MANY_ROWS"),
        ];
        for (text, expected) in cases {
            match upload_as(&world, &world.uma().await, text).await {
                Err(Error::Invalid(problems)) => assert_eq!(problems[0].code, expected, "{problems:?}"),
                other => panic!("{expected}: {other:?}"),
            }
            assert!(kept(&world).is_empty(), "{expected}");
        }
        let mut upload = drafts::upload(&world.identity, &world.uma().await, "big.csv").await.unwrap();
        let piece = vec![b'a'; 1024 * 1024];
        let refused = (0..51).find_map(|_| upload.write(&piece).err());
        assert!(matches!(refused, Some(Error::Invalid(problems)) if problems[0].code == "FILE_TOO_LARGE"));
        drop(upload);
        assert!(kept(&world).is_empty());
        for _ in 0..5 {
            self::upload(&world, PEOPLE).await;
        }
        let sixth = upload_as(&world, &world.uma().await, PEOPLE).await;
        assert!(matches!(sixth, Err(Error::Conflict { code: "too_many_drafts", .. })));
    }

    async fn es_77_a_draft_that_nobody_goes_on_with_and_its_file_go_after_a_day(world: World) {
        let draft = upload(&world, PEOPLE).await;
        world.clock.advance(Duration::from_hours(23));
        housekeeping::sweep(&world.identity).await.unwrap();
        assert_eq!(kept(&world), ["upload"]);
        world.clock.advance(Duration::from_hours(2));
        housekeeping::sweep(&world.identity).await.unwrap();
        assert!(kept(&world).is_empty());
        assert!(matches!(open(&world, &world.uma().await, draft.id).await, Err(Error::NotFound)));
    }

    async fn es_98_what_the_review_says_is_what_happens(world: World) {
        let text = "username,first_name,last_name,email\nbea,Bea,Ng,bea@example.com\namy,Amy,Adams,amy@example.com\ncal,Cal,Ng,x\n";
        let draft = settle(&world, &upload(&world, text).await, Choices::default()).await;
        let uma = world.uma().await;
        let import = drafts::prepared(&world.identity, &draft).unwrap();
        let review = drafts::review(&world.identity, &uma, &draft, &import).await.unwrap();
        assert_eq!((review.totals.created, review.totals.skipped, review.totals.failed), (1, 1, 1));
        assert_eq!((review.accounts_after, review.problem_count, review.problems[0].line), (6, 1, 4));
        assert_eq!(total(&world).await, 5, "es_74: nothing is created before it is started");
        let all = drafts::download(&world.identity, &uma, draft.id, Download::Problems).await.unwrap().unwrap();
        assert!(String::from_utf8(all).unwrap().contains("BAD_EMAIL"));
        start_as(&world, &uma, &draft).await.unwrap();
        work(&world.identity).await;
        let past = standing(&world, draft.id).await.past.unwrap();
        assert_eq!((past.totals, past.ending), (review.totals, Some(Ending::Completed)));
        assert_eq!(total(&world).await, 6);
    }

    async fn es_102_the_report_tells_of_each_row_and_the_failed_ones_import_again(world: World) {
        let draft = started(&world, &crowd(5), Choices::default()).await;
        assert!(drafts::told_rows(&world.identity, &world.uma().await, draft.id, None, 0, 9).await.unwrap().is_none());
        work(&world.identity).await;
        assert_eq!(kept(&world), ["failed", "report", "rows"], "es_77: the upload is gone");
        let uma = world.uma().await;
        let rows = async |outcome, skip, limit| {
            drafts::told_rows(&world.identity, &uma, draft.id, outcome, skip, limit).await.unwrap().unwrap()
        };
        let some = rows(None, 1, 2).await;
        assert_eq!(some.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4]);
        assert!(some.has_more && some.rows[0].account.is_some());
        let failed = rows(Some(Outcome::Failed), 0, 9).await;
        assert_eq!((failed.rows.len(), failed.rows[0].username.as_str(), failed.has_more), (1, "person2", false));
        let file = drafts::download(&world.identity, &uma, draft.id, Download::Failed).await.unwrap().unwrap();
        let again = String::from_utf8(file).unwrap().replace("person2,Pat2,Müller,person2,", "person2,Pat2,Müller,p2@example.com,");
        let second = started(&world, &again, Choices::default()).await;
        work(&world.identity).await;
        let totals = standing(&world, second.id).await.past.unwrap().totals;
        assert_eq!((totals.created, totals.rows()), (1, 1), "{again}");
        let report = drafts::download(&world.identity, &uma, draft.id, Download::Report).await.unwrap().unwrap();
        assert_eq!(String::from_utf8(report).unwrap().lines().count(), 6);
    }

    async fn es_101_a_job_whose_server_died_goes_on_and_every_row_comes_once(world: World) {
        let draft = started(&world, &crowd(2_300), Choices::default()).await;
        let job = jobs::take(&world.identity).await.unwrap().expect("a job");
        assert!(jobs::take(&world.identity).await.unwrap().is_none(), "somebody has it");
        // The process ends in the middle: what it was doing is dropped.
        let dying = carry_out(&world.identity, &job);
        let halfway = async {
            while standing(&world, draft.id).await.past.is_none_or(|past| past.totals.created == 0) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            biased;
            () = halfway => {}
            ended = dying => panic!("it ended before anybody saw it: {ended:?}"),
        }
        let before = standing(&world, draft.id).await.past.unwrap().totals;
        assert!(before.rows() < 2_300);
        let second = world.another_server().await;
        assert!(jobs::take(&second).await.unwrap().is_none(), "the lease has not run out");
        world.clock.advance(LEASE);
        work(&second).await;
        let after = standing(&world, draft.id).await;
        let totals = after.past.unwrap().totals;
        assert_eq!((totals.created, totals.failed, total(&world).await), (2_299, 1, 5 + 2_299));
        assert_eq!(after.job.map(|job| (job.state, job.attempts)), Some((State::Done, 2)));
        // The report is whole, though two processes wrote it.
        let rows = drafts::told_rows(&second, &world.uma().await, draft.id, None, 0, 9_999).await.unwrap().unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), (2..2_302).collect::<Vec<_>>());
        drop(second);
    }

    async fn es_101_an_import_that_ended_before_its_job_is_told_of_again_and_not_done_again(world: World) {
        let draft = started(&world, &crowd(5), Choices::default()).await;
        let uma = world.uma().await;
        // As if the process had died between the end of the import and that of the job.
        let import = drafts::prepared(&world.identity, &draft).unwrap();
        imports::run(&world.identity, &uma, &import, &mut |_| Ok(imports::Next::GoOn)).await.unwrap();
        work(&world.identity).await;
        assert_eq!(total(&world).await, 5 + 4);
        let rows = drafts::told_rows(&world.identity, &uma, draft.id, None, 0, 99).await.unwrap().unwrap().rows;
        assert_eq!(rows.len(), 5);
        assert_eq!(standing(&world, draft.id).await.job.map(|job| job.state), Some(State::Done));
    }

    async fn es_101_stopping_keeps_what_is_done(world: World) {
        let draft = started(&world, &crowd(2_300), Choices::default()).await;
        let uma = world.uma().await;
        // A server that went away after the first rows.
        let import = drafts::prepared(&world.identity, &draft).unwrap();
        let mut stop = |_: &imports::Batch| Ok(imports::Next::Stop);
        imports::run(&world.identity, &uma, &import, &mut stop).await.unwrap();
        drafts::stop(&world.identity, &uma, draft.id).await.unwrap();
        let job = jobs::take(&world.identity).await.unwrap().expect("a job");
        carry_out(&world.identity, &job).await.unwrap();
        let after = standing(&world, draft.id).await;
        assert_eq!(after.job.map(|job| job.state), Some(State::Stopped));
        let totals = after.past.unwrap().totals;
        assert!(totals.created >= 499 && totals.rows() < 2_300, "{totals:?}");
        assert_eq!(total(&world).await, 5 + totals.created);
        assert!(!kept(&world).contains(&"upload".to_owned()));
    }

    async fn es_101_an_import_that_is_stopped_before_it_began_imports_nobody(world: World) {
        let draft = started(&world, PEOPLE, Choices::default()).await;
        let ursula = world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let stopped = drafts::stop(&world.identity, &world.caller(ursula).await, draft.id).await;
        assert!(matches!(stopped, Err(Error::Conflict { code: "not_yours", .. })));
        drafts::stop(&world.identity, &world.sophia().await, draft.id).await.unwrap();
        work(&world.identity).await;
        assert_eq!(standing(&world, draft.id).await.job.map(|job| job.state), Some(State::Stopped));
        assert_eq!(total(&world).await, 6);
        assert!(kept(&world).is_empty());
    }

    async fn es_95_a_job_has_the_rights_that_its_starter_has_now(world: World) {
        let draft = started(&world, PEOPLE, Choices::default()).await;
        let (sophia, uma) = (world.sophia().await, world.cast.uma);
        world.identity.write(&sophia, async |op| accounts::revoke_role(op, uma, Role::UserAdministrator).await).await.unwrap();
        work(&world.identity).await;
        let after = world.identity.read(&sophia, async |op| drafts::standing(op, draft.id).await).await.unwrap();
        let job = after.job.unwrap();
        assert_eq!(job.state, State::Failed);
        assert!(job.message.unwrap().contains("may not import users any more"));
        assert_eq!(total(&world).await, 5);
    }

    async fn es_100_an_import_is_started_once_and_only_as_it_was_reviewed(world: World) {
        let draft = upload(&world, PEOPLE).await;
        let uma = world.uma().await;
        let early = start_as(&world, &uma, &draft).await;
        assert!(matches!(early, Err(Error::Conflict { code: "steps_missing", .. })), "{early:?}");
        let draft = settle(&world, &draft, Choices::default()).await;
        let import = drafts::prepared(&world.identity, &draft).unwrap();
        let other = drafts::start(&world.identity, &uma, &draft, &import, "another").await;
        assert!(matches!(other, Err(Error::Stale)));
        settle(&world, &draft, Choices { create_disabled: true, ..Choices::default() }).await;
        let changed = drafts::start(&world.identity, &uma, &draft, &import, &import.mark()).await;
        assert!(matches!(changed, Err(Error::Stale)), "another tab changed it: {changed:?}");
        let draft = settle(&world, &draft, Choices::default()).await;
        start_as(&world, &uma, &draft).await.unwrap();
        assert!(matches!(start_as(&world, &uma, &draft).await, Err(Error::Conflict { code: "started", .. })));
        let late = drafts::discard(&world.identity, &uma, draft.id).await;
        assert!(matches!(late, Err(Error::Conflict { code: "started", .. })));
        work(&world.identity).await;
        assert_eq!(total(&world).await, 6);
    }

    async fn es_103_an_import_is_recorded_under_its_starter(world: World) {
        let draft = started(&world, PEOPLE, Choices::default()).await;
        work(&world.identity).await;
        let uma = world.uma().await;
        let (list, count) = world.identity.read(&uma, async |op| imports::list(op, 25, 0).await).await.unwrap();
        assert_eq!((list[0].id, list[0].started_by.as_str(), count), (draft.id, "Uma User", 1));
        let bea = world.identity.read(&uma, async |op| accounts::find_by_username(op, "bea").await).await.unwrap();
        let history = world.identity.read(&uma, async |op| identity::audit::history(op, bea.id, false, None, 9).await).await.unwrap();
        let created = history.iter().find(|entry| entry.event == "account_created").unwrap();
        assert_eq!((created.actor_name.as_str(), created.door.as_str()), ("Uma User", "import"));
        assert_eq!(created.request.to_string(), draft.id.to_string());
    }

    async fn m12_who_started_an_import_is_told_of_its_end_unless_the_settings_say_not_to(world: World) {
        let draft = started(&world, PEOPLE, Choices::default()).await;
        work(&world.identity).await;
        assert_eq!(world.queued(Template::ImportFinished).await, ["uma@example.com"]);
        let letter = world.message(Template::ImportFinished).await;
        assert!(letter.plain.contains(&format!("https://sso.example.com/console/imports/{}", draft.id)), "{}", letter.plain);
        let operator = world.operator();
        let off = world.identity.write(&operator, async |op| settings::choose(op, "mail_import_finished", false.into()).await);
        off.await.unwrap();
        started(&world, "username,first_name,last_name,email\ndee,Dee,Ng,dee@example.com\n", Choices::default()).await;
        work(&world.identity).await;
        assert_eq!(world.queued(Template::ImportFinished).await.len(), 1);
    }

    async fn an_import_whose_job_failed_has_ended_and_can_be_undone(world: World) {
        let draft = started(&world, &crowd(2_300), Choices::default()).await;
        halfway(&world, &draft).await;
        let (sophia, uma) = (world.sophia().await, world.cast.uma);
        world.identity.write(&sophia, async |op| accounts::revoke_role(op, uma, Role::UserAdministrator).await).await.unwrap();
        work(&world.identity).await;
        let after = world.identity.read(&sophia, async |op| drafts::standing(op, draft.id).await).await.unwrap();
        assert_eq!(after.job.map(|job| job.state), Some(State::Failed));
        let past = after.past.unwrap();
        assert_eq!(past.ending, Some(Ending::Failed));
        assert!(past.finished_at.is_some() && past.can_be_undone(world.clock.now()), "{past:?}");
        assert_eq!(total(&world).await, 5 + past.totals.created, "what was imported stays");
    }

    async fn an_import_whose_job_is_gone_is_ended_by_the_housekeeping(world: World) {
        let draft = started(&world, &crowd(2_300), Choices::default()).await;
        halfway(&world, &draft).await;
        housekeeping::sweep(&world.identity).await.unwrap();
        let sophia = world.sophia().await;
        let past = async || world.identity.read(&sophia, async |op| imports::find(op, draft.id).await).await.unwrap();
        assert_eq!(past().await.ending, None, "a server may still take it");
        let uma = world.cast.uma;
        world.identity.write(&sophia, async |op| {
            accounts::revoke_role(op, uma, Role::UserAdministrator).await?;
            accounts::delete(op, uma).await
        }).await.unwrap();
        housekeeping::sweep(&world.identity).await.unwrap();
        assert_eq!(past().await.ending, Some(Ending::Failed));
    }

    async fn es_98_a_long_file_is_rehearsed_by_a_job(world: World) {
        let draft = settle(&world, &upload(&world, &crowd(2_300)).await, Choices::default()).await;
        let uma = world.uma().await;
        assert!(matches!(check(&world, &draft).await, Check::Wanting));
        let ursula = world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let refused = drafts::begin_check(&world.identity, &world.caller(ursula).await, draft.id).await;
        assert!(matches!(refused, Err(Error::NotFound)), "es_72");
        drafts::begin_check(&world.identity, &uma, draft.id).await.unwrap();
        assert!(matches!(check(&world, &draft).await, Check::UnderWay(job) if job.total == 2_300));
        work(&world.identity).await;
        let Check::Found(found) = check(&world, &draft).await else { panic!("nothing was found") };
        assert_eq!((found.totals.created, found.totals.failed, found.problem_count), (2_299, 1, 1));
        assert_eq!(total(&world).await, 6, "es_74: nothing is created before it is started");
        assert_eq!(kept(&world), ["problems", "review", "upload"]);
        // What it found is told only as long as nothing else is chosen.
        let draft = settle(&world, &draft, Choices { create_disabled: true, ..Choices::default() }).await;
        assert!(matches!(check(&world, &draft).await, Check::Wanting));
        drafts::begin_check(&world.identity, &uma, draft.id).await.unwrap();
        let draft = settle(&world, &draft, Choices::default()).await;
        drafts::begin_check(&world.identity, &uma, draft.id).await.unwrap();
        work(&world.identity).await;
        let Check::Found(found) = check(&world, &draft).await else { panic!("nothing was found") };
        let import = drafts::prepared(&world.identity, &draft).unwrap();
        drafts::start(&world.identity, &uma, &draft, &import, &found.mark).await.unwrap();
        work(&world.identity).await;
        assert_eq!(standing(&world, draft.id).await.past.unwrap().totals, found.totals);
        assert_eq!(kept(&world), ["failed", "report", "rows"]);
    }

    async fn es_98_why_a_long_file_could_not_be_rehearsed_is_told(world: World) {
        let choices = Choices { on_error: OnError::AllOrNothing, ..Choices::default() };
        let draft = settle(&world, &upload(&world, &crowd(5_001)).await, choices).await;
        drafts::begin_check(&world.identity, &world.uma().await, draft.id).await.unwrap();
        work(&world.identity).await;
        match check(&world, &draft).await {
            Check::Failed(why) => assert!(why.contains("At most 5000 rows"), "{why}"),
            other => panic!("{other:?}"),
        }
        drafts::begin_check(&world.identity, &world.uma().await, draft.id).await.unwrap();
        drafts::discard(&world.identity, &world.uma().await, draft.id).await.unwrap();
        work(&world.identity).await;
        assert!(kept(&world).is_empty(), "es_73");
    }

    async fn a_job_that_something_was_unavailable_for_is_tried_again(world: World) {
        started(&world, PEOPLE, Choices::default()).await;
        let job = jobs::take(&world.identity).await.unwrap().expect("a job");
        jobs::carry_out(&world.identity, &job, async |_| Err(Error::Unavailable("gone".into()))).await.unwrap();
        assert!(jobs::take(&world.identity).await.unwrap().is_none(), "it rests");
        world.clock.advance(Duration::from_secs(5));
        work(&world.identity).await;
        assert_eq!(total(&world).await, 6);
    }
}
