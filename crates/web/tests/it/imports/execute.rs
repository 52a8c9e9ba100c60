//! The sixth step, and the list of imports.

use std::time::Duration;

use axum::http::StatusCode;
use identity::imports::{self, Choices, ImportFile, Next};
use identity::{drafts, jobs};

use super::{LIST, PEOPLE, kept_files, start, to_review, upload, work};
use crate::browser::{Browser, in_a_world};

#[test]
fn es_100_to_102_an_import_is_started_watched_and_told_of() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        let answer = start(&mut uma, &import, &review).await;
        assert_eq!(answer.location(), format!("{import}/6"));
        let page = uma.get(&format!("{import}/6")).await;
        assert!(
            page.words().contains("Import in progress") && page.body.contains(&format!("hx-get=\"{import}/progress\""))
        );
        assert!(uma.get_fragment(&format!("{import}/progress")).await.body.starts_with("<div id=\"progress\""));
        for step in 1..=5 {
            assert_eq!(uma.get(&format!("{import}/{step}")).await.location(), format!("{import}/6"), "{step}");
        }
        work(world).await;
        let moved = uma.get_fragment(&format!("{import}/progress")).await;
        assert_eq!((moved.status, moved.header("hx-redirect")), (StatusCode::NO_CONTENT, &*format!("{import}/6")));
        let done = uma.get(&format!("{import}/6")).await;
        let text = done.words();
        assert!(text.contains("Import finished") && text.contains("by Uma User"), "{text}");
        assert!(text.contains("2 bea Created"), "{text}");
        assert!(text.contains("3 cal Failed email: Enter an email address"), "{text}");
        let failed = uma.get(&format!("{import}/6?outcome=failed")).await;
        assert!(failed.words().contains("1–1 of 1 rows") && !failed.words().contains("bea Created"));
        let report = uma.get(&format!("{import}/report.csv")).await.body;
        assert!(report.contains("CREATED") && report.contains("SKIPPED"), "{report}");
        let rows = uma.get(&format!("{import}/failed.csv")).await.body;
        assert!(rows.contains("not-an-address") && !rows.contains("orchid"), "{rows}");
        assert_eq!(kept_files(world), 3, "es_77: the upload is gone");
        // Put right, it imports, and only what failed.
        let import = upload(&mut uma, &rows.replace("not-an-address", "cal@example.com")).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Rows 1 Create 1"), "{}", review.words());
        let list = uma.get(LIST).await.words();
        assert!(list.contains("Uma User") && list.contains("Finished 1 0 1"), "{list}");
        assert_eq!(uma.post(&format!("{import}/stop"), &[]).await.status, StatusCode::NOT_FOUND, "it was not started");
    });
}

#[test]
fn es_103_imports_of_the_command_line_are_listed_too() {
    in_a_world(async |world| {
        let text = "username,first name,last name,email\nbea,Bea,Ng,bea@example.com\n";
        let file = ImportFile::from_bytes("nightly.csv", text.into()).expect("a file");
        let import = imports::prepare(file, Choices::default()).expect("it is in order");
        let report = imports::run(&world.identity, &world.operator(), &import, &mut |_| Ok(Next::GoOn)).await;
        let id = report.expect("it runs").import.expect("it has an identifier");
        let mut uma = Browser::of(world, "uma").await;
        let list = uma.get(LIST).await.words();
        assert!(
            list.contains("nightly.csv") && list.contains("Command line") && list.contains("Finished 1 0 0"),
            "{list}"
        );
        let page = uma.get(&format!("{LIST}/{id}")).await;
        let page = uma.get(page.location()).await.words();
        assert!(page.contains("Import finished") && page.contains("There is no report by row"), "{page}");
    });
}

#[test]
fn es_98_and_es_100_the_review_and_the_progress_say_how_long_it_takes() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Estimated time: A few seconds."), "{}", review.words());
        start(&mut uma, &import, &review).await;
        let waiting = uma.get_fragment(&format!("{import}/progress")).await;
        assert!(waiting.words().contains("Waiting to begin"), "{}", waiting.words());
        let job = jobs::take(&world.identity).await.expect("jobs are looked for").expect("there is one");
        let at_once = uma.get_fragment(&format!("{import}/progress")).await;
        assert!(at_once.words().contains("In progress"), "nothing is known yet: {}", at_once.words());
        // After 20 seconds, at its second row of three.
        world.clock.advance(Duration::from_secs(20));
        let now = world.clock.now();
        assert_eq!(job.time_left(1, 3, now), Some(Duration::from_secs(40)));
        assert_eq!(job.time_left(0, 3, now), None, "it has not moved");
        assert_eq!(job.time_left(3, 3, now), Some(Duration::ZERO));
        jobs::carry_out(&world.identity, &job, async |progress| {
            drafts::carry_out(&world.identity, &job, progress).await
        })
        .await
        .expect("it is carried out");
        assert!(uma.get(&format!("{import}/6")).await.words().contains("Import finished"));
    });
}
