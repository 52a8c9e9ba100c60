//! The fourth and the fifth step: whom the file changes, and what would come of it.

use axum::http::StatusCode;
use identity::messages::Template;

use super::{MERGE, OPTIONS, PEOPLE, chosen, go_on, start, to_review, total, upload, work};
use crate::browser::{Browser, between, in_a_world};

#[test]
fn es_92_to_96_merging_is_chosen_and_nobody_is_mailed() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "username,first name,last name,email\namy,Amelia,Adams,amy@example.com\n").await;
        to_review(&mut uma, &import).await;
        let path = format!("{import}/4");
        let page = uma.get(&path).await;
        assert!(
            page.words().contains("The email is the account summary") && page.body.contains("value=\"create\" checked")
        );
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[("match_by", "external_id"), MERGE[1], MERGE[2]], "No column is mapped to external id"),
            (&[MERGE[0], ("mode", "append"), MERGE[2]], "Choose what happens"),
            (&[MERGE[0], MERGE[1], ("notify", "somebody")], "Choose who is told by mail"),
            (&[MERGE[0], MERGE[1], MERGE[2], ("only_empty", "1"), ("clear_blank", "1")], "not both"),
        ];
        for (fields, reason) in cases {
            let answer = uma.post(&path, fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
            assert!(answer.words().contains(reason), "{reason}: {}", answer.words());
        }
        go_on(&mut uma, &path, &[MERGE[0], ("mode", "create-update"), MERGE[2]]).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Update 1 "), "{}", review.words());
        assert_eq!(start(&mut uma, &import, &review).await.status, StatusCode::SEE_OTHER);
        work(world).await;
        assert_eq!(world.account(world.cast.amy).await.first_name, "Amelia");
    });
}

#[test]
fn es_96_who_is_told_is_chosen_and_the_review_counts_the_mails() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let text =
            "username,first name,last name,email\nbea,Bea,Ng,bea@example.com\namy,Amelia,Adams,amy@example.com\n";
        let import = upload(&mut uma, text).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Nobody. 0 emails."), "{}", review.words());
        let path = format!("{import}/4");
        for (notify, words) in
            [("created", "New users. 1 email, fewer"), ("updated", "that are changed. 2 emails, fewer")]
        {
            go_on(&mut uma, &path, &[MERGE[0], ("mode", "create-update"), ("notify", notify)]).await;
            let review = uma.get(&format!("{import}/5")).await;
            assert!(review.words().contains(words), "{}", review.words());
        }
        assert!(uma.get(&path).await.body.contains("value=\"updated\" checked"), "it is kept");
        let review = uma.get(&format!("{import}/5")).await;
        start(&mut uma, &import, &review).await;
        work(world).await;
        let mut told = world.queued(Template::AccountSummary).await;
        told.sort();
        assert_eq!(told, ["amy@example.com", "bea@example.com"]);
    });
}

#[test]
fn es_81_first_passwords_made_by_chance_are_counted_in_the_review() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "username,first name,last name,email\nbea,Bea,Ng,bea@example.com\n").await;
        to_review(&mut uma, &import).await;
        let mut options = OPTIONS;
        options[6].1 = "random";
        let map = go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&map).await;
        let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        let merge = go_on(&mut uma, &map, &fields).await;
        go_on(&mut uma, &merge, &MERGE).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("New users get their first password. 1 email."), "{}", review.words());
    });
}

#[test]
fn es_97_to_99_the_review_shows_everything_but_passwords() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        let text = review.words();
        for words in [
            "people.csv, 3 rows",
            "UTF-8, comma",
            "Enabled.",
            "surname → Last name",
            "Ignored: room, password",
            "0 emails",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for step in 1..=4 {
            assert!(review.body.contains(&format!("<a href=\"{import}/{step}\">Change")), "{step}");
        }
        assert!(text.contains("Create 1 Update 0 Unchanged 0 Skip 1 Errors 1"), "{text}");
        assert!(text.contains("Enter an email address"), "{text}");
        assert!(text.contains("After this import there are 6 users"), "{text}");
        let problems = uma.get(&format!("{import}/problems.csv")).await;
        assert_eq!(problems.status, StatusCode::OK);
        for page in [&review, &problems] {
            assert!(!page.body.contains("plum tunnel") && !page.body.contains("orchid lantern"));
        }
        assert_eq!(total(world).await, 5, "es_74");
        // Leaving out faulty rows wants a yes.
        let mark = between(&review.body, "name=\"mark\" value=\"", "\"").expect("a mark").to_owned();
        let answer = uma.post(&format!("{import}/5"), &[("mark", &mark), ("faulty", "1")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = uma.post(&format!("{import}/5"), &[("mark", "old"), ("faulty", "1"), ("part", "1")]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.words().contains("changed meanwhile"));
    });
}

#[test]
fn es_98_a_long_file_is_checked_while_the_page_may_be_left() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let people = (0..5_001).map(|n| format!("p{n},Pat,Ng,p{n}@example.com")).collect::<Vec<_>>().join("\n");
        let import = upload(&mut uma, &format!("username,first_name,last_name,email\n{people}\n")).await;
        let page = to_review(&mut uma, &import).await;
        assert!(
            page.words().contains("0 of 5,001 rows") && page.body.contains("http-equiv=\"refresh\""),
            "{}",
            page.words()
        );
        let fragment = uma.get_fragment(&format!("{import}/check")).await;
        assert!(fragment.body.starts_with("<div id=\"progress\""));
        assert_eq!(uma.get(&format!("{import}/check")).await.location(), format!("{import}/5"));
        work(world).await;
        let moved = uma.get_fragment(&format!("{import}/check")).await;
        assert_eq!(moved.header("hx-redirect"), format!("{import}/5"));
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Create 5,001 ") && review.body.contains("Check again"), "{}", review.words());
        // Without the review of these settings there is nothing to start.
        go_on(&mut uma, &format!("{import}/check"), &[]).await;
        assert!(!uma.get(&format!("{import}/5")).await.body.contains("Start import"));
        work(world).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert_eq!(start(&mut uma, &import, &review).await.location(), format!("{import}/6"));
        work(world).await;
        assert_eq!(total(world).await, 5 + 5_001);
    });
}
