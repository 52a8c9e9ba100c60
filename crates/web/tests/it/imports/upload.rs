//! The first step, and the way through the steps.

use axum::http::StatusCode;
use identity::access::Role;

use super::{LIST, MERGE, OPTIONS, PEOPLE, chosen, go_on, kept_files, to_review, total, upload};
use crate::browser::{Browser, between, in_a_world};

#[test]
fn es_47_the_list_of_users_leads_to_the_wizard() {
    in_a_world(async |world| {
        for name in ["uma", "sophia"] {
            let mut browser = Browser::of(world, name).await;
            assert!(browser.get("/console/users").await.body.contains("href=\"/console/imports/new\""), "{name}");
            assert!(browser.get(LIST).await.words().contains("Nothing imported yet"));
        }
    });
}

#[test]
fn es_71_the_six_steps_come_in_order_and_none_can_be_skipped() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let page = uma.get(&format!("{import}/2")).await;
        let steps = between(&page.body, "<ol class=\"steps\">", "</ol>").expect("the steps");
        let places = ["Upload", "Options", "Map columns", "Merge &amp; notify", "Review", "Execute"]
            .map(|name| steps.find(name).unwrap_or_else(|| steps.find(&name.replace("&amp;", "&#38;")).expect(name)));
        assert!(places.is_sorted());
        for step in 3..=6 {
            let answer = uma.get(&format!("{import}/{step}")).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("{import}/2")), "{step}");
        }
        assert_eq!(uma.post(&format!("{import}/5"), &[("mark", "x")]).await.location(), format!("{import}/2"));
        let place = go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        assert_eq!(place, format!("{import}/3"));
        assert_eq!(uma.get(&format!("{import}/5")).await.location(), place);
        assert_eq!(uma.get(&import).await.location(), place);
        assert_eq!(uma.get(&format!("{import}/1")).await.status, StatusCode::OK);
        assert_eq!(uma.get(&format!("{import}/7")).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_72_somebody_elses_draft_is_not_there() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        to_review(&mut uma, &import).await;
        world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let mut other = Browser::of(world, "ursula").await;
        other.get(LIST).await;
        assert!(!other.get(LIST).await.body.contains("people.csv"));
        for step in 1..=6 {
            assert_eq!(other.get(&format!("{import}/{step}")).await.status, StatusCode::NOT_FOUND, "{step}");
        }
        other.get(&format!("{LIST}/new")).await;
        for (step, fields) in
            [("2", &OPTIONS[..]), ("3", &[]), ("4", &MERGE), ("5", &[]), ("cancel", &[]), ("stop", &[])]
        {
            assert_eq!(other.post(&format!("{import}/{step}"), fields).await.status, StatusCode::NOT_FOUND, "{step}");
        }
        let mut sophia = Browser::of(world, "sophia").await;
        for step in 1..=5 {
            let page = sophia.get(&format!("{import}/{step}")).await;
            assert_eq!(page.status, StatusCode::OK, "{step}");
            assert!(page.words().contains("Somebody else prepares this import") && !page.body.contains("/cancel\""));
        }
        let answer = sophia.post(&format!("{import}/4"), &MERGE).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
    });
}

#[test]
fn es_73_back_keeps_what_was_entered_and_cancel_removes_everything() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let mut options = OPTIONS;
        options[5] = ("status", "disabled");
        go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&format!("{import}/2")).await;
        assert!(chosen(&page).contains(&("status", "disabled")), "{:?}", chosen(&page));
        assert!(uma.get(LIST).await.words().contains("Draft, step 3"));
        assert_eq!(kept_files(world), 1);
        assert_eq!(go_on(&mut uma, &format!("{import}/cancel"), &[]).await, LIST);
        assert_eq!(uma.get(&format!("{import}/2")).await.status, StatusCode::NOT_FOUND);
        assert_eq!((kept_files(world), total(world).await), (0, 5));
    });
}

#[test]
fn es_75_a_delimited_file_leads_to_the_second_step() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        for text in [PEOPLE.to_owned(), PEOPLE.replace(',', ";"), PEOPLE.replace(',', "\t"), PEOPLE.replace(',', "|")] {
            let import = upload(&mut uma, &text).await;
            let page = uma.get(&format!("{import}/2")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains("given_name") && page.body.contains("not-an-address"), "{}", page.words());
        }
    });
}

#[test]
fn es_76_unfit_files_are_refused_with_a_reason_and_nothing_is_stored() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        uma.get(&format!("{LIST}/new")).await;
        let cases: [(&[u8], &str); 4] = [
            (b"", "file is empty"),
            (b"username,email\n", "only column names and no rows"),
            (b"PK\x03\x04\x14\x00\x06\x00", "Excel workbook or ZIP archive"),
            (b"a\x00b\x00\n", "NUL"),
        ];
        for (bytes, reason) in cases {
            let answer = uma.upload(LIST, "x.csv", bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
            assert!(answer.words().contains(reason), "{reason}: {}", answer.words());
            assert_eq!(kept_files(world), 0);
        }
        assert_eq!(uma.upload(LIST, "", b"a").await.status, StatusCode::UNPROCESSABLE_ENTITY, "no file chosen");
        let answer = uma.post(LIST, &[("csv", "people.csv")]).await;
        assert!(answer.words().contains("Choose a CSV file"));
        let mut amy = Browser::of(world, "amy").await;
        amy.get("/reauth").await;
        assert_eq!(amy.upload(LIST, "x.csv", PEOPLE.as_bytes()).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn es_45_a_file_without_the_token_of_a_form_is_not_taken() {
    in_a_world(async |world| {
        let mut stranger = Browser::new(world);
        stranger.get("/sign-in").await;
        let mut stale = Browser::of(world, "uma").await;
        stale.forget_token();
        assert_eq!(stale.upload(LIST, "x.csv", PEOPLE.as_bytes()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(kept_files(world), 0);
        let answer = stranger.upload(LIST, "x.csv", PEOPLE.as_bytes()).await;
        assert_eq!(answer.location().split('?').next(), Some("/sign-in"));
    });
}

#[test]
fn es_78_the_template_imports_without_a_look_at_the_mapping() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let template = uma.get(&format!("{LIST}/template.csv")).await;
        assert!(template.header("content-disposition").starts_with("attachment"));
        let filled = format!("{}bea,Bea,Ng,bea@example.com,,,active\r\n", template.body);
        let import = upload(&mut uma, &filled).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Create 1 "), "{}", review.words());
        let example = uma.get(&format!("{LIST}/example.csv")).await.body;
        let import = upload(&mut uma, &example).await;
        assert!(to_review(&mut uma, &import).await.words().contains("Create 3 "));
    });
}
